import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { hashRequest, ownBookId } from '#features/ledger/index.ts';
import type { TestPortal } from '#test/portal.ts';

export type Borrower = Awaited<ReturnType<TestPortal['borrower']>>;

export async function openAccount(
  portal: TestPortal,
  borrower: Pick<Borrower, 'userId' | 'partyId'>,
  facts: { type?: string; name?: string } = {},
): Promise<string> {
  const { type = 'current', name = 'Everyday' } = facts;
  const order = { actor: borrower.userId, partyId: borrower.partyId, type, name };
  const opened = await portal.services.accounts.open(order);
  if (!opened.ok) throw new Error(`The test account was not opened: ${opened.refusal}`);
  return opened.value.id;
}

/** Moves cents between the bank's cash and an account, on the business date; below zero takes them out. */
export async function move(portal: TestPortal, accountId: string, amount: bigint): Promise<void> {
  const cash = ownBookId('cash', 'USD');
  const outcome = await portal.services.ledger.post({
    key: newId(),
    requestHash: hashRequest({ test: accountId }),
    kind: amount > 0n ? 'deposit' : 'withdrawal',
    currency: 'USD',
    effectiveOn: await portal.platform.bankDay.today(),
    actor: 'test',
    reference: 'SBX-TEST',
    postings: [
      { account: cash, amount: moneyOf(amount) },
      { account: accountId, amount: moneyOf(-amount) },
    ],
  });
  if (!outcome.ok) throw new Error(`The test money was not moved: ${outcome.refusal.code}`);
}

export const keyIn = (page: string) => /name="key" value="([^"]+)"/.exec(page)?.[1] ?? '';
