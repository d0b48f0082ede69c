import { divideRounded, moneyOf, type Money } from '#core/money.ts';
import type { Fraction } from './fraction.ts';
import type { ScheduleRounding } from './terms.ts';

// Fixed-point one with seventy digits behind the point: after 3,600 rows, and the division by a small factor, the error
// still lies far below the last snapped digit.
const places = 240n;
const one = 1n << places;
// An instalment that is a whole cent in exact arithmetic must not be rounded up because of the last digit of a division.
const snap = 10n ** 20n;

/** Rows that follow each other with the same factor. */
export interface FactorRun {
  factor: Fraction;
  rows: number;
}

/** What one unit at the end of each row of a run is worth at its start. */
function paidOver({ numerator, denominator }: Fraction, { over, rows }: { over: bigint; rows: number }): bigint {
  return numerator === 0n ? one * BigInt(rows) : ((one - over) * denominator) / numerator;
}

/** A fixed-point number to a whole power. */
function powerOf(base: bigint, exponent: number): bigint {
  if (exponent === 1) return base;
  let result = one;
  let square = base;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = (result * square) >> places;
    square = (square * square) >> places;
  }
  return result;
}

/**
 * The equal instalment that, paid first at the end of a period when `owed` is owed and then at the end of each period
 * of `factors`, leaves the balloon: (owed − B × Π 1/(1+f)) / (1 + Σ Π 1/(1+f)), rounded as asked. `factors` are given
 * from the last period back.
 */
export function solveInstalment(
  loan: { owed: Fraction; balloon: bigint; factors: Iterable<FactorRun> },
  rounding: ScheduleRounding,
): Money {
  let annuity = 0n;
  let discount = one;
  // One division for each run of equal factors: annuity(k) = (1 + annuity(k+1)) / (1 + f(k)), m times over.
  for (const { factor, rows } of loan.factors) {
    const over = powerOf((one * factor.denominator) / (factor.denominator + factor.numerator), rows);
    const paid = rows === 1 ? over : paidOver(factor, { over, rows });
    annuity = ((annuity * over) >> places) + paid;
    discount = (discount * over) >> places;
  }
  const { numerator, denominator } = loan.owed;
  const left = numerator * one - (loan.balloon > 0n ? loan.balloon * discount * denominator : 0n);
  if (left <= 0n) return moneyOf(0n);
  return roundInstalment({ numerator: left, denominator: (one + annuity) * denominator }, rounding);
}

/** Minor units as a ratio, rounded to the multiple and in the direction the rounding asks for. */
export function roundInstalment(minorUnits: Fraction, rounding: ScheduleRounding): Money {
  const to = rounding.instalmentTo ?? 1n;
  const mode = rounding.instalmentMode === 'up' ? 'up' : (rounding.mode ?? 'half-even');
  const snapped = divideRounded(minorUnits.numerator * snap, minorUnits.denominator, 'half-even');
  return moneyOf(divideRounded(snapped, snap * to, mode) * to);
}
