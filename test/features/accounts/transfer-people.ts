import type { Response } from 'supertest';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import type { TestPortal } from '#test/portal.ts';
import { move, openAccount } from './opening-builders.ts';

/** A signed-in borrower with an account and so many dollars on it. */
export async function payer(portal: TestPortal, dollars = 0n, name = 'Anna Maria Keane') {
  const borrower = await portal.borrower(name);
  const account = await fundedAccount(portal, borrower, { dollars });
  return { ...borrower, ...account };
}

export type Payer = Awaited<ReturnType<typeof payer>>;

export async function fundedAccount(
  portal: TestPortal,
  whose: Pick<Payer, 'userId' | 'partyId'>,
  facts: { dollars?: bigint; name?: string } = {},
) {
  const { dollars = 0n, name = 'Everyday' } = facts;
  const accountId = await openAccount(portal, whose, { name });
  if (dollars > 0n) await move(portal, accountId, dollars * 100n);
  const record = await portal.services.accounts.findOwn(whose.partyId, accountId);
  const balance = async () => (await portal.services.ledger.balances([accountId])).get(accountId)?.balance;
  return { accountId, number: record?.number ?? '', balance };
}

/** What is entered on `/transfer`: from the person's account to a number, now. */
export function entered(from: Pick<Payer, 'accountId'>, fields: Record<string, string> = {}) {
  return { fromId: from.accountId, to: '', number: '', amount: '10.00', reference: '', when: 'now', ...fields };
}

/** The hidden fields of a page's form, with its token left out. */
export function hiddenOf(page: Response): Record<string, string> {
  const fields = page.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g);
  const values = [...fields].map(([, name = '', value = '']) => [name, unescaped(value)]);
  const { _csrf, ...hidden } = Object.fromEntries(values) as Record<string, string>;
  return hidden;
}

function unescaped(text: string): string {
  return text.replaceAll('&#34;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}

/** Enters a transfer and gives what its check page would send. */
export async function checked(who: Payer, fields: Record<string, string>): Promise<Record<string, string>> {
  const page = await who.post('/transfer/check', entered(who, fields));
  if (page.status !== 200) throw new Error(`The check page was not shown: ${page.status}`);
  return { ...hiddenOf(page), confirmed: 'yes' };
}

/** The whole way from entering to the answer of the last button. */
export async function sendMoney(who: Payer, fields: Record<string, string>): Promise<Response> {
  return who.post('/transfer', await checked(who, fields));
}

/** The order behind such a form, for many at once. */
export function orderOf(who: Payer, to: Pick<Payer, 'number'>, facts: { cents: bigint; nameShown: string }) {
  return {
    key: newId(),
    actor: who.userId,
    partyId: who.partyId,
    fromId: who.accountId,
    target: { kind: 'number' as const, number: to.number },
    amount: moneyOf(facts.cents),
    reference: '',
    nameShown: facts.nameShown,
    confirmed: 'yes' as const,
  };
}

export const maskedAnna = 'A··· M··· K···e';
