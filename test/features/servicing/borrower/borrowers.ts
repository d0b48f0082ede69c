import { present } from '#core/assert.ts';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { dueOf } from '#features/servicing/index.ts';
import type { TestPortal } from '#test/portal.ts';
import { fundedAccount, lend, type Lent } from '../lender.ts';

export interface Owed extends Partial<Omit<Lent, 'partyId' | 'accountId'>> {
  /** How many instalments are paid, one after the other, on the portal's day. */
  paid?: number;
  /** What is in the account beside the loan, minor units. */
  balance?: bigint;
}

/** A signed-in borrower with a loan; nothing of it is paid unless asked for. */
export async function borrowerWithLoan(portal: TestPortal, owed: Owed = {}) {
  const { paid = 0, balance = 5_000_00n, ...terms } = owed;
  const borrower = await portal.borrower();
  const { partyId, userId } = borrower;
  const accountId = await fundedAccount(portal, { partyId, amount: balance });
  const usual = { instalments: 12, principal: 6_000_00n, disbursedOn: '2026-03-03' };
  const loan = await lend(portal, { partyId, accountId, ...usual, ...terms });
  const all = { ...borrower, userId, accountId, loan };
  for (let count = 0; count < paid; count += 1) await payDue(portal, all);
  return all;
}

export type Borrower = Awaited<ReturnType<typeof borrowerWithLoan>>;

export const toldOf = async (portal: TestPortal, { partyId, loan }: Pick<Borrower, 'partyId' | 'loan'>) =>
  present(await portal.services.servicing.tell({ partyId, loanId: loan._id }), 'The loan');

/** What is due, paid through the service; gives the key. */
export async function payDue(
  portal: TestPortal,
  borrower: Pick<Borrower, 'partyId' | 'userId' | 'accountId' | 'loan'>,
) {
  const due = present(dueOf(await toldOf(portal, borrower)), 'What is due').total;
  const act = { kind: 'payment' as const, from: { accountId: borrower.accountId }, shown: due };
  return acted(portal, borrower, act);
}

type Act = Parameters<TestPortal['services']['servicing']['act']>[0]['act'];

export async function acted(
  portal: TestPortal,
  borrower: Pick<Borrower, 'userId' | 'loan'>,
  act: Act,
): Promise<string> {
  const key = newId();
  const order = { key, actor: borrower.userId, channel: 'staff' as const, loanId: borrower.loan._id, act };
  const outcome = await portal.services.servicing.act(order);
  if (!outcome.ok) throw new Error(`The test act was refused: ${outcome.refusal.code}`);
  return key;
}

export const balanceOf = async (portal: TestPortal, { partyId, accountId }: Pick<Borrower, 'partyId' | 'accountId'>) =>
  present(await portal.services.accounts.findOwn(partyId, accountId), 'The account').balance;

/** The fields of the form that posts, as the page shows them, hidden ones included. */
export function formOf(html: string): Record<string, string> {
  const form = /<form method="post" action="\/loans[\s\S]*?<\/form>/.exec(html)?.[0] ?? '';
  const hidden = [...form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  const fields = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
  delete fields._csrf;
  const chosen = /name="accountId" value="([^"]+)" checked/.exec(form)?.[1];
  return { ...fields, ...(chosen === undefined ? {} : { accountId: chosen }) };
}

/** The text of a page as it is read. */
export function readable(html: string): string {
  const main = html.slice(html.indexOf('<main'));
  return main
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#39;/g, '’')
    .replace(/\s+/g, ' ');
}

export const money = (minor: bigint) => moneyOf(minor);
