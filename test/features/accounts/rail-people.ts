import { newId } from '#core/ids.ts';
import type { TestPortal } from '#test/portal.ts';

/** A signed-in borrower with one account and so many dollars on it. */
export async function customerWith(portal: TestPortal, dollars = 0) {
  const borrower = await portal.borrower();
  const accountId = newId();
  await portal.services.accounts.open({
    actor: borrower.userId,
    partyId: borrower.partyId,
    name: 'Everyday',
    id: accountId,
  });
  const here = { actor: borrower.userId, partyId: borrower.partyId, accountId };
  const account = async () => (await portal.services.ledger.balances([accountId])).get(accountId);
  const customer = {
    ...borrower,
    accountId,
    here,
    balance: async () => (await account())?.balance,
    held: async () => (await account())?.held,
    available: async () => (await account())?.available,
    deposit: (amount: string, key: string = newId()) => borrower.post('/deposit', { key, accountId, amount }),
    withdraw: (amount: string, key: string = newId()) =>
      borrower.post('/withdraw', { ...destination, key, accountId, amount }),
  };
  if (dollars > 0) await customer.deposit(`${dollars}.00`);
  return customer;
}

export const destination = { bankName: 'Sandpiper Savings', bankAccount: '5830 1746 29' };

/** What is kept of a payment. */
export function recordOf(portal: TestPortal, key: string) {
  return portal.database.db
    .collection<{ _id: string; state: string; version: number; missing: bigint; railReference: string | null }>(
      'railPayments',
    )
    .findOne({ _id: key });
}

/** The form of a payment's page: fresh key and the version that was shown. */
export function decisionOf(page: string, more: Record<string, string> = {}): Record<string, string> {
  const value = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(page)?.[1] ?? '';
  return { key: value('key'), version: value('version'), ...more };
}

/** Makes the rows of the outbox due, whenever they were to be tried next. */
export async function drainAll(portal: TestPortal): Promise<number> {
  await portal.database.db.collection('outbox').updateMany({ state: 'pending' }, { $set: { nextAt: new Date(0) } });
  return portal.platform.outbox.drain();
}
