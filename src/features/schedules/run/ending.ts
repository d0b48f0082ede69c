import { divideRounded } from '#core/money.ts';
import { principalOf } from './rows.ts';
import { firstOpenRow } from './solve.ts';
import { exactInterest, type Walk } from './walk.ts';

/**
 * A prepayment that shortened the term shortened it for good: before anything else is agreed, the row that would clear
 * the rest becomes the last one. Otherwise a later, lower instalment would run over rows that were already saved, and
 * repaying early would raise the interest. Whole rows on the scheduled balance, each rounded.
 */
export function keepEnd(walk: Walk): void {
  if (!walk.shortened || walk.contract.fixedInstalment !== null) return;
  walk.rowCount = rowsToCome(walk);
  walk.shortened = false;
}

function rowsToCome(walk: Walk): number {
  const imagined = { ...walk };
  for (let index = firstOpenRow(walk); index < walk.rowCount; index += 1) {
    imagined.scheduled -= principalOf(imagined, index, wholeInterest(imagined, index));
    if (imagined.scheduled === 0n) return index + 1;
  }
  return walk.rowCount;
}

function wholeInterest(walk: Walk, index: number): bigint {
  const { contract, scheduled, rate } = walk;
  if (contract.method === 'flat') return walk.flatInterest[index] ?? 0n;
  const period = contract.timeline.period(index);
  const isOpen = index === walk.open;
  const days = isOpen ? BigInt(period.due - walk.accruedTo) : period.days;
  const sum = (isOpen ? walk.scheduledSum : 0n) + scheduled * rate * days;
  const { numerator, denominator } = exactInterest(sum, period);
  return divideRounded(numerator, denominator, contract.mode) + (isOpen ? walk.carried - walk.charged : 0n);
}
