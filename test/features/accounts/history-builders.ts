import { dateOf } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { moneyOf, negate } from '#core/money.ts';
import { hashRequest, ownBookId } from '#features/ledger/index.ts';
import type { Bank } from '#src/composition.ts';

export async function openAccount(bank: Bank, owner: { partyId: string; userId: string }, name = 'Everyday') {
  const opened = await bank.services.accounts.open({ actor: owner.userId, partyId: owner.partyId, name, id: newId() });
  if (!opened.ok) throw new Error('The test account was not opened');
  return opened.value.id;
}

export interface Booked {
  account: string;
  /** Positive comes in, from the bank's cash. */
  cents: bigint;
  on: string;
  bookedOn?: string;
  kind?: string;
  reference?: string;
  key?: string;
  other?: string;
}

/** Posts one journal to a customer's account, whatever the topic that usually does. */
export async function book(bank: Bank, booked: Booked): Promise<string> {
  const { account, cents, on, bookedOn, other = ownBookId('cash', 'USD') } = booked;
  const { key = newId(), kind = 'deposit', reference = 'a test' } = booked;
  const amount = moneyOf(cents);
  const outcome = await bank.services.ledger.post({
    key,
    requestHash: hashRequest({ key, account, cents: String(cents) }),
    kind,
    currency: 'USD',
    effectiveOn: dateOf(on),
    ...(bookedOn === undefined ? {} : { bookedOn: dateOf(bookedOn) }),
    actor: 'test',
    reference,
    postings: [
      { account: other, amount },
      { account, amount: negate(amount) },
    ],
  });
  if (!outcome.ok) throw new Error(`The test journal was refused: ${outcome.refusal.code}`);
  return key;
}

/** A hold on a customer's account; gives its key. */
export async function setAside(
  bank: Bank,
  hold: { account: string; cents: bigint; on: string; reference?: string; expiresAt?: string },
): Promise<string> {
  const key = newId();
  const outcome = await bank.services.ledger.hold({
    key,
    requestHash: hashRequest({ key }),
    actor: 'test',
    reference: hold.reference ?? 'a hold',
    effectiveOn: dateOf(hold.on),
    account: hold.account,
    amount: moneyOf(hold.cents),
    ...(hold.expiresAt === undefined ? {} : { expiresAt: Temporal.Instant.from(hold.expiresAt) }),
  });
  if (!outcome.ok) throw new Error(`The test hold was refused: ${outcome.refusal.code}`);
  return key;
}

export async function freeze(bank: Bank, account: string, on: string, to: 'none' | 'debit' | 'full'): Promise<string> {
  const key = newId();
  const outcome = await bank.services.ledger.setTerms({
    key,
    requestHash: hashRequest({ key }),
    actor: 'analyst',
    reference: 'freeze of case 77',
    effectiveOn: dateOf(on),
    account,
    freeze: to,
  });
  if (!outcome.ok) throw new Error(`The test freeze was refused: ${outcome.refusal.code}`);
  return key;
}

/** The text of a page without its markup, for what a reader sees in order. */
export function readable(html: string): string {
  const main = /<main[^>]*>([\s\S]*)<\/main>/.exec(html)?.[1] ?? html;
  return main
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
}

export function links(html: string): string[] {
  return [...html.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));
}
