import { dateOf, dateText, daysBetween } from '#core/calendar.ts';
import { minus, smaller, zero, type Money } from '#core/money.ts';
import type { Loan } from '#features/loans/index.ts';
import type { PartAmounts, RunRow } from '#features/schedules/index.ts';
import type { Told } from '../life/act.service.ts';
import { dueNow, leftOf, nextRow, totalOf, waiting } from '../life/due.ts';
import { project } from '../life/projection.ts';

/** What there is to pay now on a loan, as its pages show it. */
export interface Due {
  total: Money;
  /** Of the rows below, before money that waits is taken off. */
  parts: PartAmounts;
  /** Paid ahead, and used for the row that comes. */
  waiting: Money;
  when: 'overdue' | 'due' | 'upcoming';
  /** The oldest due date; null where only a penalty is owed. */
  on: string | null;
  /** Days late where overdue, days to go where upcoming. */
  days: number;
  /** The rows that are owed, or the one that comes. */
  rows: readonly RunRow[];
}

/** Undefined where nothing is owed any more and nothing will fall due. */
export function dueOf({ run, today }: Pick<Told, 'run' | 'today'>): Due | undefined {
  const total = dueNow(run);
  const arrears = totalOf(run.arrears);
  if (arrears > zero) {
    const on = run.oldestUnpaidDueOn;
    const days = on === null ? 0 : Math.max(0, daysBetween(dateOf(on), today));
    const rows = run.rows.filter((row) => row.known && leftOf(row) > zero);
    return { total, parts: run.arrears, waiting: zero, when: days > 0 ? 'overdue' : 'due', on, days, rows };
  }
  const next = nextRow(run);
  if (!next) return undefined;
  const days = daysBetween(today, dateOf(next.dueOn));
  // Where paying everything off costs less than the row, that is what is asked for.
  const isLess = total > zero && total === run.payoff.total;
  const kept = isLess ? zero : smaller(waiting(run), leftOf(next));
  const { penalty, fee, interest, principal } = isLess ? run.payoff : next;
  const early = isLess ? zero : next.paid.principal;
  const amounts = { penalty, fee, interest, principal: minus(principal, early) };
  return {
    total,
    parts: amounts,
    waiting: kept,
    when: days > 0 ? 'upcoming' : 'due',
    on: next.dueOn,
    days,
    rows: [next],
  };
}

/** The loan at the end of the business date: what is stored may stand on an earlier one. */
export function currentLoan({ loan, product, run, transactions, today }: Told): Loan {
  return { ...loan, ...project({ run, transactions, asOf: today, buckets: product.npaBuckets, before: loan }) };
}

/** Rows that had fallen due before the business date and are not paid. */
export function lateRows({ run, today }: Pick<Told, 'run' | 'today'>): RunRow[] {
  const text = dateText(today);
  return run.rows.filter((row) => row.known && row.dueOn < text && row.settledOn === null);
}

/** The last transaction that a page was made from: sent back with its form, so that a second page of it is told. */
export function seenNumber({ transactions }: Pick<Told, 'transactions'>): string {
  return String(transactions.at(-1)?.number ?? 0);
}
