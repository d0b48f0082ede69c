import type { Formats } from '#core/format.ts';
import { negate, zero } from '#core/money.ts';
import type { Entry } from '#features/ledger/index.ts';
import { paths } from '#web/paths.ts';
import { bookingDay, isForCustomers, isHoldKind } from './entry-kinds.rules.ts';
import { ownText, type MeasuredEntry, type TextedEntry } from './entry-texts.ts';

type Row = MeasuredEntry & Partial<Pick<TextedEntry, 'account' | 'text'>>;

interface RowOptions {
  /** What an account is called, where rows of several stand together. */
  accountName?: (id: string) => string;
  inCurrencyOf?: (id: string) => Formats;
}

/** Rows of an account's history, newest first, in groups by the day they were booked on. */
export function historyRows(entries: readonly Row[], formats: Formats, options: RowOptions = {}) {
  let day = '';
  return entries.filter(isForCustomers).flatMap((entry) => {
    const row = rowOf(entry, formats, options);
    const bookedOn = bookingDay(entry);
    if (bookedOn === day) return [row];
    day = bookedOn;
    return [{ group: formats.date(day) }, row];
  });
}

function rowOf(entry: Row, own: Formats, { accountName, inCurrencyOf }: RowOptions) {
  const { text = ownText(entry), account } = entry;
  const formats = account === undefined ? own : (inCurrencyOf?.(account) ?? own);
  const of = account === undefined ? '' : (accountName?.(account) ?? '');
  const subs = [text.sub, countsFrom(entry, formats)].filter(Boolean).join('. ');
  const sub = subs === '' ? {} : { sub: subs };
  return {
    ...(isHoldKind(entry.kind) ? { state: 'soft' } : {}),
    cells: {
      what: {
        text: entryTitle(entry, formats),
        ...(account === undefined ? {} : { href: paths.accountEntry(account, entry.key) }),
        ...sub,
        ...(of === '' ? {} : { subSmall: of }),
      },
      account: of,
      amount: amountCell(entry, formats),
      balance: formats.money(entry.balanceAfter),
    },
  };
}

export function entryTitle(entry: Row, formats: Formats): string {
  const { what } = entry.text ?? ownText(entry);
  const change = entry.heldChange;
  if (change === undefined || change === zero) return what;
  return `${what} ${formats.money(change < zero ? negate(change) : change)}`;
}

export function countsFrom(entry: Pick<Entry, 'effectiveOn' | 'bookedOn'>, formats: Formats): string {
  return entry.bookedOn === undefined || entry.bookedOn === entry.effectiveOn
    ? ''
    : `Counts from ${formats.date(entry.effectiveOn)}`;
}

function amountCell({ amount }: Row, formats: Formats) {
  if (amount === zero) return '';
  return { text: formats.signedMoney(amount), ...(amount > zero ? { tone: 'credit' } : {}) };
}

export const historyColumns = [
  { key: 'what', label: 'What', grow: true },
  { key: 'amount', label: 'Amount', kind: 'num' },
  { key: 'balance', label: 'Balance after', kind: 'num', hideSmall: true },
];
