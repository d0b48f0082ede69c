import { newId } from '#core/ids.ts';
import { newBorrower, type TestBank } from '#test/portal.ts';
import { kycOfficer } from '#test/verified.ts';
import type { KycRecord } from '#features/customers/kyc/kyc.model.ts';

export const officer = { userId: 'officer-1', partyId: undefined, roles: ['officer'] } as const;
export const compliance = kycOfficer;

export async function recordOf(bank: TestBank, partyId: string): Promise<KycRecord> {
  const found = await bank.database.db.collection<KycRecord>('kycRecords').findOne({ _id: partyId });
  if (!found) throw new Error('There is no record');
  return found;
}

/** Fills in the profile of a new customer; what a test does not give is the same for everybody. */
export async function customer(
  bank: TestBank,
  given: { name?: string; birthDate?: string; taxId?: string; phone?: string } = {},
) {
  const person = await newBorrower(bank, given.name);
  const { name: _name, ...rest } = {
    birthDate: '1990-04-23',
    phone: `+1${Date.now()}${Math.trunc(Math.random() * 100)}`,
    ...given,
  };
  await change(bank, person.partyId, rest);
  return person;
}

export async function change(bank: TestBank, partyId: string, fields: Record<string, string>) {
  const { version } = await bank.services.customers.person(partyId);
  await bank.services.customers.update({ actor: 'test', partyId, version, fields });
}

/** Everything is checked that a document shows; nobody has signed. */
export async function withDocuments(bank: TestBank, partyId: string) {
  const documents = { identity: newId(), address: newId() };
  for (const kind of ['identity', 'address'] as const)
    await bank.services.kyc.noteDocument({
      ...{ partyId, kind, documentId: documents[kind], verdict: 'verified', by: officer.userId },
    });
  return documents;
}

export async function order(bank: TestBank, partyId: string) {
  return { actor: officer, partyId, version: (await recordOf(bank, partyId)).version };
}

/** The plan that a query runs by, as text. */
export async function planOf(cursor: { explain(): Promise<unknown> }): Promise<string> {
  const { queryPlanner } = (await cursor.explain()) as { queryPlanner: { winningPlan: unknown } };
  return JSON.stringify(queryPlanner.winningPlan);
}

export async function noticesTo(bank: TestBank, partyId: string): Promise<string[]> {
  const rows = bank.database.db.collection<{ payload: { partyId: string; title: string } }>('outbox');
  return (await rows.find({ topic: 'notice', 'payload.partyId': partyId }).sort({ at: 1 }).toArray()).map(
    ({ payload }) => payload.title,
  );
}
