import { moneyOf } from '#core/money.ts';
import { percentOf, type Rate } from '#core/rate.ts';
import { divideRounded } from '#core/money.ts';
import { rateFraction } from '../fraction.ts';
import type { Part, PenaltyRule } from '../terms.ts';
import { addRow, feeOf, flatInterestOf, principalOf } from './rows.ts';
import { chargeToDate, interestToDate, keepAhead, repay, takeAhead } from './ahead.ts';
import { isInterestGrace, nothing, unpaid, unpaidOf, type Walk, type WalkRow } from './walk.ts';

/** The rows that have fallen due and still owe something, oldest first. */
export function rowsOwing(walk: Walk): WalkRow[] {
  while (walk.unsettledFrom < walk.rows.length && isSettled(walk.rows[walk.unsettledFrom])) walk.unsettledFrom += 1;
  const owing: WalkRow[] = [];
  for (let index = walk.unsettledFrom; index < walk.rows.length; index += 1) {
    const row = walk.rows[index];
    if (row && !isSettled(row)) owing.push(row);
  }
  return owing;
}

function isSettled(row: WalkRow | undefined): boolean {
  return row?.settledOn !== null;
}

/** Uses money for rows that are due by the order of the agreement, then for rows to come. The day's interest is counted. */
export function usePayment(walk: Walk, money: bigint): void {
  const { pastDue, due, across } = walk.contract.allocation;
  const owing = rowsOwing(walk);
  const today = walk.accruedTo;
  const late = owing.filter((row) => row.due < today);
  const rest = settleRows(walk, { rows: late, order: pastDue, across, money });
  const now = owing.filter((row) => row.due === today);
  payAhead(walk, settleRows(walk, { rows: now, order: due, across, money: rest }));
}

function settleRows(
  walk: Walk,
  task: { rows: readonly WalkRow[]; order: readonly Part[]; across: 'instalment' | 'part'; money: bigint },
): bigint {
  let { money } = task;
  const rounds = task.across === 'part' ? task.order.map((part) => [part]) : [task.order];
  for (const order of rounds) for (const row of task.rows) money = settleRow(walk, row, { money, order });
  return money;
}

/** Uses money for one row in the order given; gives what is left. */
export function settleRow(walk: Walk, row: WalkRow, task: { money: bigint; order: readonly Part[] }): bigint {
  let { money } = task;
  for (const part of task.order) {
    const owed = unpaid(row, part);
    const used = money < owed ? money : owed;
    row.paid[part] += used;
    walk.using[part] += used;
    money -= used;
    if (part === 'principal') walk.actual -= used;
  }
  markSettled(walk, row);
  return money;
}

export function markSettled(walk: Walk, row: WalkRow): void {
  if (row.settledOn === null && unpaidOf(row) === 0n) row.settledOn = walk.accruedTo;
}

/**
 * Pays rows to come in full: the first with its interest to the day, the others with none. Money short of a row waits
 * for it and lowers the principal meanwhile.
 */
export function payAhead(walk: Walk, paid: bigint): void {
  let money = paid + takeAhead(walk);
  while (money > 0n && walk.rows.length < walk.rowCount && walk.scheduled > 0n) {
    const index = walk.rows.length;
    const interest = walk.contract.method === 'flat' ? flatInterestOf(walk, index) : interestToDate(walk);
    const principal = principalOf(walk, index, interest);
    // A row that repays nothing cannot be paid before its interest is known.
    if (principal === 0n || isInterestGrace(walk, index)) break;
    const owed = { penalty: 0n, interest: interest + walk.deferred, principal, fee: 0n };
    owed.fee = feeOf(walk, owed);
    const total = owed.interest + owed.principal + owed.fee;
    if (money < total) break;
    money -= total;
    takeEarly(walk, index, owed);
  }
  walk.waiting = walk.using;
  if (walk.scheduled === 0n) walk.overpaid += money;
  if (walk.scheduled === 0n) walk.using.over += money;
  else keepAhead(walk, money);
}

function takeEarly(walk: Walk, index: number, owed: WalkRow['owed']): void {
  chargeToDate(walk);
  walk.deferred = 0n;
  walk.scheduled -= owed.principal;
  repay(walk, owed.principal);
  const row = addRow(walk, index, owed);
  row.paid = { ...nothing(), ...owed };
  row.settledOn = walk.accruedTo;
  for (const part of ['fee', 'interest', 'principal'] as const) walk.using[part] += owed[part];
}

/** Counts penalties up to a day, before that day's money: once a row, or for each day past the grace. */
export function accruePenalties(walk: Walk, day: number): void {
  const rule = walk.contract.penalty;
  if (!rule || walk.stopped) return;
  for (const row of rowsOwing(walk)) {
    const from = row.due + rule.graceDays;
    if (day > from) penalise(walk, row, { rule, day, from });
  }
}

function penalise(walk: Walk, row: WalkRow, by: { rule: PenaltyRule; day: number; from: number }): void {
  const { rule, day, from } = by;
  const { mode } = walk.contract;
  const amount = unpaid(row, 'principal') + (rule.percentOf === 'overdue-principal' ? 0n : unpaidBeside(row));
  if (rule.basis === 'once') {
    if (row.penalised) return;
    row.penalised = true;
    row.owed.penalty += percentOf(moneyOf(amount), rule.percent, mode);
    return;
  }
  const start = Math.max(row.penaltyTo, from);
  if (day <= start) return;
  row.penaltySum += amount * BigInt(day - start);
  row.penaltyTo = day;
  row.owed.penalty = yearly(row.penaltySum, rule.percent, mode);
}

function unpaidBeside(row: WalkRow): bigint {
  return unpaid(row, 'interest') + unpaid(row, 'fee');
}

function yearly(amountDays: bigint, percent: Rate, mode: 'half-even' | 'half-up' | 'up' | 'down'): bigint {
  const { numerator, denominator } = rateFraction(percent);
  return divideRounded(amountDays * numerator, denominator * 365n, mode);
}
