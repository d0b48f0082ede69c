import { divideRounded, minus, moneyOf, sum, type Money } from '#core/money.ts';
import { addFractions, fractionOf } from '../fraction.ts';
import { roundInstalment } from '../instalment.ts';
import type { DayCount } from '../terms.ts';
import type { Loan, Method } from './method.ts';

/** Interest runs on the original principal for the whole term; the instalment is (P + all interest) ÷ rows. */
export function flat(loan: Loan, dayCount: DayCount): Method {
  const count = loan.instalments ?? 0;
  const interests = isByDays(dayCount) ? interestByRow(loan, count) : interestSpread(loan, count);
  const owed = loan.principal - loan.balloon + sum(interests.slice(loan.principalGrace));
  const rows = BigInt(count - loan.principalGrace);
  const instalment = roundInstalment({ numerator: owed, denominator: rows }, loan.rounding);
  return {
    instalment,
    interest: ({ index }) => interests[index] ?? moneyOf(0n),
    principal: (_row, interest) => minus(instalment, interest),
    paysPrincipalInInterestGrace: true,
    accruesOn: 'original',
  };
}

function isByDays(dayCount: DayCount): boolean {
  return dayCount.startsWith('actual/');
}

function interestByRow(loan: Loan, count: number): Money[] {
  return Array.from({ length: count }, (_, index) => {
    const { numerator, denominator } = loan.timeline.period(index).factor;
    return moneyOf(divideRounded(loan.principal * numerator, denominator, loan.mode));
  });
}

/** Rounded once over the whole term, spread evenly, the last row taking the rest. */
function interestSpread(loan: Loan, count: number): Money[] {
  let factor = fractionOf(0, 1);
  for (let index = 0; index < count; index += 1) factor = addFractions(factor, loan.timeline.period(index).factor);
  const total = divideRounded(loan.principal * factor.numerator, factor.denominator, loan.mode);
  const share = divideRounded(total, BigInt(count), loan.mode);
  let left = total;
  return Array.from({ length: count }, (_, index) => {
    // A share rounded up could take more than there is before the last row comes.
    const taken = index === count - 1 || share > left ? left : share;
    left -= taken;
    return moneyOf(taken);
  });
}
