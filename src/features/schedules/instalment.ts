import { divideRounded, moneyOf, type Money } from '#core/money.ts';
import type { Fraction } from './fraction.ts';
import type { ScheduleRounding } from './terms.ts';

// Fixed-point one with sixty digits behind the point: after 3,600 rows the error still lies far below the last snapped digit.
const one = 1n << 200n;
// An instalment that is a whole cent in exact arithmetic must not be rounded up because of the last digit of a division.
const snap = 10n ** 20n;

/**
 * The equal instalment that pays `principal` down to `balloon` over the periods' own factors:
 * (P − B × Π 1/(1+f)) / Σ Π 1/(1+f), rounded as asked.
 */
export function solveInstalment(
  loan: { principal: Money; balloon: Money; factors: readonly Fraction[] },
  rounding: ScheduleRounding,
): Money {
  let annuity = 0n;
  let discount = one;
  // From the last period back, one division a row: annuity(k) = (1 + annuity(k+1)) / (1 + f(k)).
  for (const { numerator, denominator } of loan.factors.toReversed()) {
    const grown = denominator + numerator;
    annuity = ((annuity + one) * denominator) / grown;
    if (loan.balloon > 0n) discount = (discount * denominator) / grown;
  }
  const owed = loan.principal * one - (loan.balloon > 0n ? loan.balloon * discount : 0n);
  return roundInstalment({ numerator: owed, denominator: annuity }, rounding);
}

/** Minor units as a ratio, rounded to the multiple and in the direction the rounding asks for. */
export function roundInstalment(minorUnits: Fraction, rounding: ScheduleRounding): Money {
  const to = rounding.instalmentTo ?? 1n;
  const mode = rounding.instalmentMode === 'up' ? 'up' : (rounding.mode ?? 'half-even');
  const snapped = divideRounded(minorUnits.numerator * snap, minorUnits.denominator, 'half-even');
  return moneyOf(divideRounded(snapped, snap * to, mode) * to);
}
