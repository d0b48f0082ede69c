import { formatsIn, type Formats } from '#core/format.ts';
import { negate, zero, type Money } from '#core/money.ts';
import type { Journal } from '#features/ledger/index.ts';
import { paths } from '#web/paths.ts';
import type { DepositAccount } from '../own-accounts.service.ts';
import { asSentence, bookingDay, entryName, isHoldKind } from './entry-kinds.rules.ts';
import type { TextedEntry } from './entry-texts.ts';
import { countsFrom } from './history-rows.view.ts';

/** `/accounts/:id/entries/:key`: all that a customer can know of one entry. */
export function entryPage(facts: { account: DepositAccount; entry: TextedEntry; journal: Journal; formats: Formats }) {
  const { account, entry, journal } = facts;
  const formats = formatsIn(account.currency, facts.formats);
  const { what, sub, href } = entry.text;
  return {
    title: what,
    crumbs: [
      { text: 'Accounts', href: paths.accounts },
      { text: account.name, href: paths.account(account.id) },
      { text: what },
    ],
    head: { title: what, sub: `${account.name} ${account.masked}`, badge: badgeOf(entry, journal) },
    amount: { text: amountText(entry, formats), tone: entry.amount > zero ? 'credit' : undefined },
    currency: account.currency,
    rows: [
      { label: 'Kind', value: entryName(entry.kind) },
      ...(sub === '' ? [] : [{ label: 'Particulars', value: sub }]),
      { label: 'Booked on', value: formats.date(bookingDay(entry)) },
      ...(countsFrom(entry, formats) === '' ? [] : [{ label: 'Counts from', value: formats.date(entry.effectiveOn) }]),
      { label: 'Time', value: formats.instant(entry.postedAt) },
      ...referenceRow(entry, journal),
      { label: 'Number of the entry', value: entry.key },
      ...(entry.amount === zero
        ? []
        : [{ label: 'Balance after', value: formats.moneyWithCurrency(entry.balanceAfter) }]),
    ],
    links: [
      ...(href === undefined ? [] : [{ href, text: 'See the receipt' }]),
      ...(journal.reverses === undefined
        ? []
        : [{ href: paths.accountEntry(account.id, journal.reverses), text: 'See the entry that this one takes back' }]),
      {
        href: `${paths.statement(account.id)}?month=${entry.effectiveOn.slice(0, 7)}`,
        text: 'See the month’s statement',
      },
      { href: paths.account(account.id), text: 'Back to the history' },
    ],
  };
}

/** The bare reference of a hold is the bank's own: it is not for whom the hold is about. */
function referenceRow({ kind, text }: TextedEntry, { reference }: Journal) {
  if (isHoldKind(kind) || reference === '' || text.sub === asSentence(reference)) return [];
  return [{ label: 'Reference', value: reference }];
}

function badgeOf({ kind }: TextedEntry, { reverses }: Journal) {
  if (isHoldKind(kind)) return { kind: 'neutral', text: 'No money moved' };
  return reverses === undefined ? { kind: 'ok', text: 'Booked' } : { kind: 'info', text: 'Takes back an entry' };
}

function amountText(entry: TextedEntry, formats: Formats): string {
  if (entry.heldChange !== undefined) return formats.money(positive(entry.heldChange));
  return formats.signedMoney(entry.amount);
}

const positive = (amount: Money) => (amount < zero ? negate(amount) : amount);
