import { divideRounded, moneyOf, type Money } from '#core/money.ts';
import type { Fraction } from './fraction.ts';
import type { ScheduleRounding } from './terms.ts';

// Fixed-point one with sixty digits behind the point: after 3,600 rows the error still lies far below the last snapped digit.
const one = 1n << 200n;
// An instalment that is a whole cent in exact arithmetic must not be rounded up because of the last digit of a division.
const snap = 10n ** 20n;

/**
 * The equal instalment that, paid first at the end of a period when `owed` is owed and then at the end of each period
 * of `factors`, leaves the balloon: (owed − B × Π 1/(1+f)) / (1 + Σ Π 1/(1+f)), rounded as asked. `factors` are given
 * from the last period back.
 */
export function solveInstalment(
  loan: { owed: Fraction; balloon: bigint; factors: Iterable<Fraction> },
  rounding: ScheduleRounding,
): Money {
  let annuity = 0n;
  let discount = one;
  // One division a row: annuity(k) = (1 + annuity(k+1)) / (1 + f(k)).
  for (const { numerator, denominator } of loan.factors) {
    const grown = denominator + numerator;
    annuity = ((annuity + one) * denominator) / grown;
    if (loan.balloon > 0n) discount = (discount * denominator) / grown;
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
