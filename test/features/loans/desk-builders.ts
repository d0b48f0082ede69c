import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import type { Application } from '#features/loans/index.ts';
import type { Role } from '#core/roles.ts';
import { newBorrower, type TestBank } from '#test/portal.ts';

export const hour = 3_600_000;

/** Somebody who works at the desk, without a browser. */
export function staffMember(userId: string, role: Role = 'officer', partyId?: string) {
  return { userId, partyId, roles: [role] };
}

let files = 0;

/** A file that waits for an officer, put there as it would lie after it was sent. */
export async function waitingFile(
  bank: TestBank,
  changes: Partial<Application> & { dueInHours?: number; partyId?: string } = {},
): Promise<Application> {
  files += 1;
  const { dueInHours = 48, ...others } = changes;
  const partyId = others.partyId ?? (await newBorrower(bank)).partyId;
  const product = await bank.database.db.collection<{ _id: string }>('productVersions').findOne({ code: 'personal' });
  const now = new Date(bank.clock.now().epochMilliseconds);
  const document: Record<string, unknown> = {
    _id: newId(),
    reference: `T${String(files).padStart(3, '0')}-${newId().slice(-4).toUpperCase()}`,
    partyId,
    branchId: 'head-office',
    productVersionId: product?._id ?? 'personal-1',
    productCode: 'personal',
    productName: 'Personal loan',
    ...{ secured: false, security: 'none', forBusiness: false, currency: 'USD', state: 'submitted', version: 3 },
    sections: {
      ...{ personal: null, employment: null, bank: null, property: null },
      terms: {
        amount: moneyOf(1_000_000n + BigInt(files) * 100n),
        instalments: 24,
        purpose: 'Home improvement',
        savedAt: now,
      },
    },
    ...{ bankIndex: null, consents: [], history: [], level: 'officer', assignee: null, lock: null },
    ...{ dueAt: new Date(now.getTime() + dueInHours * hour), dueLeftMs: null, conditions: [], tranches: [] },
    ...{ acceptance: null, contest: null, createdAt: now, changedAt: now, submittedAt: now },
    ...{ decision: null, offer: null, answeredAt: null, payoutAccountId: null, loanId: null },
    ...others,
  };
  await bank.database.db.collection<{ _id: string }>('applications').insertOne(document as { _id: string });
  const kept = await bank.database.db.collection<Application>('applications').findOne({ _id: String(document._id) });
  if (!kept) throw new Error('The test file was not kept');
  return kept;
}

export async function keptFile(bank: TestBank, id: string): Promise<Application> {
  const found = await bank.database.db.collection<Application>('applications').findOne({ _id: id });
  if (!found) throw new Error('The application is gone');
  return found;
}

/** Nothing waits any more: the next test starts with an empty desk. */
export async function emptyDesk(bank: TestBank): Promise<void> {
  await bank.database.db.collection('applications').deleteMany({});
}
