import { divideRounded, moneyOf, type RoundingMode } from '#core/money.ts';
import { percentOf, type Rate } from '#core/rate.ts';
import { rateFraction } from '../fraction.ts';
import type { PenaltyRule } from '../terms.ts';
import { rowsOwing } from './settling.ts';
import { unpaid, type Walk, type WalkRow } from './walk.ts';

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

/**
 * Interest and fee of the instalment itself: interest for the days after the last due date grows day by day, and a
 * penalty on it would depend on the days that anybody looked.
 */
function unpaidBeside(row: WalkRow): bigint {
  const interest = unpaid(row, 'interest') - row.late;
  return (interest > 0n ? interest : 0n) + unpaid(row, 'fee');
}

function yearly(amountDays: bigint, percent: Rate, mode: RoundingMode): bigint {
  const { numerator, denominator } = rateFraction(percent);
  return divideRounded(amountDays * numerator, denominator * 365n, mode);
}
