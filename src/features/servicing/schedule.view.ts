import { daysBetween, dateOf, type PlainDate } from '#core/calendar.ts';
import type { Formats } from '#core/format.ts';
import { sum, zero, type Money } from '#core/money.ts';
import type { Instalment, Loan } from '#features/loans/index.ts';
import { paths } from '#web/paths.ts';
import type { BadgeView } from './states.view.ts';

interface Facts {
  loan: Loan;
  today: PlainDate;
  fold: 'folded' | 'unfolded';
  formats: Formats;
}

const shownBefore = 3;
const shownAfter = 8;
// Folding away one or two rows would only hide them.
const leastFolded = 3;

/** The schedule as a table: rows long paid and rows far ahead are folded into one line each. */
export function scheduleTable(facts: Facts) {
  const { loan, formats } = facts;
  const rows = loan.instalments;
  const [from, to] = facts.fold === 'unfolded' ? [0, rows.length] : shownRange(rows);
  const state = (row: Instalment) => rowBadge(row, { next: loan.paidInstalments + 1, today: facts.today });
  const total = amounts(rows, formats);
  const withFees = rows.some((row) => row.fee > zero);
  const fold = (folded: readonly Instalment[]) => foldedRow(folded, facts);
  return {
    caption: `${rows.length} instalments, amounts in ${formats.currency}`,
    columns: [
      { key: 'n', label: 'No.' },
      { key: 'due', label: 'Due date' },
      { key: 'total', label: 'Instalment', kind: 'num' },
      { key: 'principal', label: 'Principal', kind: 'num', hideSmall: true },
      { key: 'interest', label: 'Interest', kind: 'num', hideSmall: true },
      ...(withFees ? [{ key: 'fee', label: 'Fee', kind: 'num', hideSmall: true }] : []),
      { key: 'balance', label: 'Balance after', kind: 'num', hideSmall: true },
      { key: 'state', label: 'State' },
    ],
    rows: [
      ...fold(rows.slice(0, from)),
      ...rows.slice(from, to).map((row) => ({
        ...(row.n === loan.paidInstalments + 1 ? { state: 'now' } : {}),
        cells: {
          n: String(row.n),
          due: dueCell(row, { loan, formats }),
          ...amounts([row], formats),
          balance: formats.money(row.balance),
          state: { badge: state(row) },
        },
      })),
      ...fold(rows.slice(to)),
    ],
    foot: { cells: { n: 'All', due: '', ...total, balance: '', state: '' } },
  };
}

function shownRange(rows: readonly Instalment[]): [number, number] {
  const firstUnpaid = rows.findIndex((row) => row.paidOn === null);
  const current = firstUnpaid === -1 ? rows.length : firstUnpaid;
  const from = Math.max(0, current - shownBefore);
  const to = Math.min(rows.length, current + shownAfter);
  return [from < leastFolded ? 0 : from, rows.length - to < leastFolded ? rows.length : to];
}

function foldedRow(rows: readonly Instalment[], { loan, today, formats }: Facts) {
  const [first] = rows;
  const last = rows.at(-1);
  if (!first || !last) return [];
  // The first row of those that are folded tells whether any of them is late.
  const badge = rowBadge(first, { next: 0, today });
  const due = { text: `Show ${first.n} to ${last.n}`, href: `${paths.loan(loan._id)}?all=1#schedule` };
  const cells = { n: '', due, ...amounts(rows, formats), balance: formats.money(last.balance), state: { badge } };
  return [{ state: 'soft', cells }];
}

function amounts(rows: readonly Instalment[], formats: Formats) {
  const column = (pick: (row: Instalment) => Money) => formats.money(sum(rows.map(pick)));
  return {
    total: column((row) => row.total),
    principal: column((row) => row.principal),
    interest: column((row) => row.interest),
    fee: column((row) => row.fee),
  };
}

function dueCell(row: Instalment, { loan, formats }: Pick<Facts, 'loan' | 'formats'>) {
  const text = formats.date(row.dueOn);
  return row.paidBy === null ? text : { text, href: paths.receipt(loan._id, row.paidBy) };
}

function rowBadge(row: Instalment, place: { next: number; today: PlainDate }): BadgeView {
  if (row.paidOn !== null) return { kind: 'ok', text: 'Paid' };
  if (daysBetween(place.today, dateOf(row.dueOn)) < 0) return { kind: 'critical', text: 'Late' };
  if (row.n === place.next) return { kind: 'info', text: 'Due', icon: 'cal' };
  return { kind: 'neutral', text: 'Upcoming', icon: 'clock' };
}
