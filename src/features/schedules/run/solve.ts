import { divideRounded } from '#core/money.ts';
import { addFractions, fractionOf, type Fraction } from '../fraction.ts';
import { roundInstalment, solveInstalment, type FactorRun } from '../instalment.ts';
import { exactInterest, factorAt, isPrincipalGrace, openPeriod, paysNoPrincipal, shareAt, type Walk } from './walk.ts';

/**
 * Solves the instalment again for the rows from the first one not yet paid, on the scheduled balance and with nothing
 * foreseen. `changed` says whether flat interest follows anew too: money repaid early does not change it.
 */
export function solve(walk: Walk, changed: 'interest' | 'principal'): void {
  const from = firstOpenRow(walk);
  if (from >= walk.rowCount) return;
  switch (walk.contract.method) {
    case 'equal-instalment':
      solveEqualInstalment(walk, from);
      return;
    case 'equal-principal':
      solveEqualPrincipal(walk, from);
      return;
    case 'flat':
      if (changed === 'interest') spreadFlatInterest(walk, from);
      solveFlat(walk, from);
      return;
    case 'bullet':
      walk.instalment = 0n;
  }
}

/** The next row that was not paid before its day. */
export function firstOpenRow(walk: Walk): number {
  return Math.max(walk.open, walk.rows.length);
}

function firstPayingRow(walk: Walk, from: number): number {
  let row = from;
  while (row < walk.rowCount && paysNoPrincipal(walk, row)) row += 1;
  return row;
}

function solveEqualInstalment(walk: Walk, from: number): void {
  const { fixedInstalment, balloon, rounding } = walk.contract;
  if (fixedInstalment !== null) {
    walk.instalment = fixedInstalment;
    return;
  }
  const first = firstPayingRow(walk, from);
  const owed = first === walk.open ? owedAtItsEnd(walk) : grown(walk.scheduled, factorAt(walk, first));
  walk.instalment = solveInstalment({ owed, balloon, factors: runsBackTo(walk, first + 1) }, rounding);
}

/** From the last row back, rows of one length together: most loans are a single run. */
function runsBackTo(walk: Walk, first: number): FactorRun[] {
  const runs: FactorRun[] = [];
  let share: Fraction | undefined;
  let run: FactorRun | undefined;
  for (let row = walk.rowCount - 1; row >= first; row -= 1) {
    const next = shareAt(walk, row);
    if (run && share?.numerator === next.numerator && share.denominator === next.denominator) {
      run.rows += 1;
      continue;
    }
    share = next;
    run = { factor: factorAt(walk, row), rows: 1 };
    runs.push(run);
  }
  return runs;
}

function grown(principal: bigint, factor: Fraction): Fraction {
  return { numerator: principal * (factor.denominator + factor.numerator), denominator: factor.denominator };
}

/** What is owed at the end of the open period before its instalment, exact, from the moves inside it that are known. */
function owedAtItsEnd(walk: Walk): Fraction {
  const { contract, scheduled, rate } = walk;
  const period = openPeriod(walk);
  const sum = walk.scheduledSum + scheduled * rate * BigInt(period.due - walk.accruedTo);
  const share = contract.nominalInstalment ? contract.timeline.nominalShare : period.share;
  const { numerator, denominator } = exactInterest(sum, { ...period, share });
  const whole = scheduled + walk.carried - walk.charged;
  return { numerator: whole * denominator + numerator, denominator };
}

/** Every row outside grace pays the same principal: what is scheduled over the rows left. */
function solveEqualPrincipal(walk: Walk, from: number): void {
  let first = from;
  while (first < walk.rowCount && isPrincipalGrace(walk, first)) first += 1;
  const left = BigInt(walk.rowCount - first);
  if (left === 0n) return;
  walk.instalment = divideRounded(walk.scheduled - walk.contract.balloon, left, walk.contract.mode);
}

/** Interest on all that was lent for the rows left, by rows or rounded once and spread evenly. */
function spreadFlatInterest(walk: Walk, from: number): void {
  const { mode, timeline } = walk.contract;
  if (walk.flatByRow) {
    for (let row = from; row < walk.rowCount; row += 1) {
      const period = timeline.period(row);
      const past = row === walk.open ? walk.lentSum : 0n;
      const left = row === walk.open ? BigInt(period.due - walk.accruedTo) : period.days;
      const { numerator, denominator } = exactInterest((past + walk.lent * left) * walk.rate, period);
      walk.flatInterest[row] = divideRounded(numerator, denominator, mode);
    }
    return;
  }
  let factor = fractionOf(0, 1);
  for (let row = from; row < walk.rowCount; row += 1) factor = addFractions(factor, timeline.period(row).share);
  const { numerator, denominator } = exactInterest(walk.lent * walk.rate, { share: factor, days: 1n });
  const total = divideRounded(numerator, denominator, mode);
  spreadEvenly(walk, { from, total });
}

function spreadEvenly(walk: Walk, { from, total }: { from: number; total: bigint }): void {
  const share = divideRounded(total, BigInt(walk.rowCount - from), walk.contract.mode);
  let left = total;
  for (let row = from; row < walk.rowCount; row += 1) {
    // A share rounded up could take more than there is before the last row comes.
    const taken = row === walk.rowCount - 1 || share > left ? left : share;
    left -= taken;
    walk.flatInterest[row] = taken;
  }
}

function solveFlat(walk: Walk, from: number): void {
  let owed = walk.scheduled - walk.contract.balloon;
  let rows = 0n;
  for (let row = from; row < walk.rowCount; row += 1) {
    if (isPrincipalGrace(walk, row)) continue;
    owed += walk.flatInterest[row] ?? 0n;
    rows += 1n;
  }
  if (rows === 0n) return;
  walk.instalment = roundInstalment({ numerator: owed, denominator: rows }, walk.contract.rounding);
}
