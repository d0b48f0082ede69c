import { dateText, type PlainDate } from '#core/calendar.ts';
import type { Formats } from '#core/format.ts';
import { sum, zero, type Money } from '#core/money.ts';
import type { LoanTransaction } from '#features/loans/index.ts';
import type { RunRow } from '#features/schedules/index.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import type { Told } from '../life/act.service.ts';
import { leftOf, waiting } from '../life/due.ts';
import { effective } from '../life/story.ts';
import type { BadgeView } from '../states.view.ts';
import { changeText, isMoneyIn, transactionName } from './transaction-words.ts';

export const scheduleRows = 36;

interface Facts {
  told: Told;
  /** Undefined for the page that holds the next instalment. */
  page: number | undefined;
  formats: Formats;
}

/** The tab of the schedule: rows as they were paid, what is owed of those that fell due, and the rest as expected. */
export function scheduleTab({ told, page: asked, formats }: Facts) {
  const { rows } = told.run;
  const current = rows.findIndex((row) => row.settledOn === null || !row.known);
  const page = asked ?? pageOf(current === -1 ? rows.length - 1 : current);
  const shown = rows.slice((page - 1) * scheduleRows, page * scheduleRows);
  return {
    table: scheduleTable(told, { rows: shown, current: rows[current], formats }),
    paging: pagingView({
      page,
      total: rows.length,
      size: scheduleRows,
      path: paths.loan(told.loan._id),
      query: { tab: 'schedule' },
    }),
  };
}

function pageOf(index: number): number {
  return Math.floor(Math.max(0, index) / scheduleRows) + 1;
}

function scheduleTable(
  told: Told,
  { rows, current, formats }: { rows: readonly RunRow[]; current: RunRow | undefined; formats: Formats },
) {
  const has = (part: 'fee' | 'penalty') => told.run.rows.some((row) => row[part] > zero);
  const column = (key: string, label: string) => ({ key, label, kind: 'num', hideSmall: true });
  const marks = marksOf(told, formats);
  const last = told.run.rows.length;
  return {
    caption: `${last} instalments, amounts in ${formats.currency}`,
    columns: [
      { key: 'n', label: 'No.' },
      { key: 'due', label: 'Due date' },
      { key: 'total', label: 'Instalment', kind: 'num' },
      column('principal', 'Principal'),
      column('interest', 'Interest'),
      ...(has('fee') ? [column('fee', 'Fee')] : []),
      ...(has('penalty') ? [column('penalty', 'Penalty')] : []),
      column('balance', 'Balance after'),
      { key: 'state', label: 'State' },
    ],
    rows: rows.flatMap((row) => [
      ...(marks.get(row.n) ?? []).map((group) => ({ group })),
      { ...(row === current ? { state: 'now' } : {}), cells: cellsOf(row, { told, current, formats }) },
    ]),
    ...(rows.at(-1)?.n === last ? { foot: { cells: totals(told.run.rows, formats) } } : {}),
  };
}

function cellsOf(row: RunRow, facts: { told: Told; current: RunRow | undefined; formats: Formats }) {
  const { told, formats } = facts;
  const { today } = told;
  return {
    n: String(row.n),
    due: { text: formats.date(row.dueOn), ...receiptHref(row, told) },
    total: formats.money(row.total),
    principal: formats.money(row.principal),
    interest: formats.money(row.interest),
    fee: formats.money(row.fee),
    penalty: formats.money(row.penalty),
    balance: formats.money(row.balance),
    state: {
      badge: rowBadge(row, { current: facts.current, today }),
      ...stateNote(row, facts),
    },
  };
}

/** What was paid and when, or what is left of it. */
function stateNote(row: RunRow, facts: { told: Told; formats: Formats; current: RunRow | undefined }) {
  const { told, formats } = facts;
  if (!row.known) {
    const kept = row === facts.current ? waiting(told.run) : zero;
    const early = row.paid.principal;
    const said = [
      early === zero ? '' : `${formats.money(early)} repaid early`,
      kept === zero ? '' : `${formats.money(kept)} kept for it`,
    ].filter(Boolean);
    return said.length === 0 ? {} : { sub: said.join(', ') };
  }
  if (row.settledOn !== null) return { sub: formats.date(row.settledOn) };
  const paid = sum(Object.values(row.paid));
  const left = `${formats.money(leftOf(row))} left`;
  return { sub: paid === zero ? left : `${formats.money(paid)} paid, ${left}` };
}

/** A row that was settled by money has a receipt; one that was settled by a waiver has none. */
function receiptHref(row: RunRow, { loan, transactions }: Told): { href?: string } {
  const by = transactions.find(({ _id }) => _id === row.settledBy);
  return by && isMoneyIn(by) ? { href: paths.receipt(loan._id, by._id) } : {};
}

function rowBadge(row: RunRow, place: { current: RunRow | undefined; today: PlainDate }): BadgeView {
  if (row.known && row.settledOn !== null) return { kind: 'ok', text: 'Paid' };
  const today = dateText(place.today);
  const partly = row.known && sum(Object.values(row.paid)) > zero;
  if (row.dueOn < today) return { kind: 'critical', text: partly ? 'Partly paid' : 'Late' };
  if (row.dueOn === today) return { kind: 'alert', text: partly ? 'Partly paid' : 'Due today', icon: 'cal' };
  if (row === place.current) return { kind: 'info', text: 'Next', icon: 'cal' };
  return { kind: 'neutral', text: 'Expected', icon: 'clock' };
}

function totals(rows: readonly RunRow[], formats: Formats) {
  const column = (pick: (row: RunRow) => Money) => formats.money(sum(rows.map(pick)));
  return {
    n: 'All',
    due: '',
    total: column((row) => row.total),
    principal: column((row) => row.principal),
    interest: column((row) => row.interest),
    fee: column((row) => row.fee),
    penalty: column((row) => row.penalty),
    balance: '',
    state: '',
  };
}

const changing: readonly LoanTransaction['kind'][] = [
  'rate-change',
  'moratorium',
  'reschedule',
  'restructure',
  'prepayment',
];

/** Headings above the rows from which something else applies, by the number of the row. */
function marksOf({ transactions, run }: Told, formats: Formats): Map<number, string[]> {
  const marks = new Map<number, string[]>();
  for (const one of effective(transactions)) {
    if (!changing.includes(one.kind)) continue;
    const from = one.change?.fromDueOn ?? one.on;
    const row = run.rows.find(({ dueOn }) => dueOn >= from);
    if (!row) continue;
    marks.set(row.n, [...(marks.get(row.n) ?? []), markText(one, formats)]);
  }
  return marks;
}

function markText(one: LoanTransaction, formats: Formats): string {
  const on = formats.date(one.on);
  const name = transactionName(one, { formats });
  if (one.kind === 'prepayment') return `${on}: ${formats.money(one.principal)} repaid early`;
  const change = changeText(one, formats);
  return change === undefined ? `${on}: ${name}` : `${on}: ${name}. ${change}`;
}
