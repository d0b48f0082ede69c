import { formatsIn, type Formats } from '#core/format.ts';
import { sum, type Money } from '#core/money.ts';
import type { Instalment, Loan } from '#features/loans/index.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { partsText } from './loan-record.view.ts';

export const schedulePageSize = 60;

/** The page of the schedule that holds the first unpaid row. */
export function currentSchedulePage({ instalments, paidInstalments }: Loan): number {
  return Math.max(1, Math.ceil(Math.min(paidInstalments + 1, instalments.length) / schedulePageSize));
}

export function scheduleTab(
  loan: Loan,
  { page, formats: bank, today }: { page: number; formats: Formats; today: string },
) {
  const formats = formatsIn(loan.currency, bank);
  const rows = loan.instalments.slice((page - 1) * schedulePageSize, page * schedulePageSize);
  const total = loan.instalments.length;
  const query = { tab: 'schedule' };
  return {
    table: {
      caption: `${total} instalments, amounts in ${loan.currency}; the foot adds up all of them`,
      captionHidden: false,
      columns,
      rows: rows.map((row) => ({
        ...(row.n === loan.paidInstalments + 1 ? { state: 'now' } : {}),
        cells: cellsOf(row, { formats, today }),
      })),
      foot: { cells: footCells(loan.instalments, formats) },
    },
    paging: pagingView({ page, total, size: schedulePageSize, path: paths.staffLoan(loan._id), query }),
  };
}

const columns = [
  { key: 'n', label: 'No.' },
  { key: 'due', label: 'Due date' },
  { key: 'total', label: 'Instalment', kind: 'num' },
  { key: 'principal', label: 'Principal', kind: 'num', hideSmall: true },
  { key: 'interest', label: 'Interest', kind: 'num', hideSmall: true },
  { key: 'fee', label: 'Fee', kind: 'num', hideSmall: true },
  { key: 'penalty', label: 'Penalty', kind: 'num', hideSmall: true },
  { key: 'left', label: 'Still owed', kind: 'num' },
  { key: 'balance', label: 'Balance after', kind: 'num', hideSmall: true },
  { key: 'state', label: 'State', hideSmall: true },
];

function cellsOf(row: Instalment, { formats, today }: { formats: Formats; today: string }) {
  const badge = rowBadge(row, today);
  return {
    n: String(row.n),
    due: dueCell(row, formats),
    total: formats.money(row.total),
    principal: formats.money(row.principal),
    interest: formats.money(row.interest),
    fee: formats.money(row.fee),
    penalty: formats.money(row.penalty),
    left: { text: formats.money(row.left), subSmall: badge.text },
    balance: formats.money(row.balance),
    state: { badge },
  };
}

function footCells(rows: readonly Instalment[], formats: Formats) {
  const total = (pick: (row: Instalment) => Money) => formats.money(sum(rows.map(pick)));
  return {
    n: 'All',
    due: '',
    total: total((row) => row.total),
    principal: total((row) => row.principal),
    interest: total((row) => row.interest),
    fee: total((row) => row.fee),
    penalty: total((row) => row.penalty),
    left: total((row) => row.left),
    balance: '',
    state: '',
  };
}

function dueCell(row: Instalment, formats: Formats) {
  const paid = partsText(row.paid, formats);
  return { text: formats.date(row.dueOn), ...(paid === '' ? {} : { sub: `Settled: ${paid}` }) };
}

function rowBadge(row: Instalment, today: string) {
  if (row.paidOn !== null) return { kind: 'ok', text: 'Settled' };
  if (row.dueOn < today) return { kind: 'critical', text: 'Overdue' };
  if (row.dueOn === today) return { kind: 'alert', text: 'Due today' };
  return { kind: 'neutral', text: 'To come', icon: 'clock' };
}
