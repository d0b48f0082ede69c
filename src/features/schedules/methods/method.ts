import { divideRounded, moneyOf, type Money, type RoundingMode } from '#core/money.ts';
import type { ScheduleRounding } from '../terms.ts';
import type { Timeline } from '../timeline.ts';

/** What a method is made from: the terms with their defaults filled in, and the periods it runs over. */
export interface Loan {
  /** What is amortised: the principal less a down payment. */
  principal: Money;
  balloon: Money;
  /** null where the term follows from a fixed instalment. */
  instalments: number | null;
  principalGrace: number;
  interestGrace: number;
  rounding: ScheduleRounding;
  mode: RoundingMode;
  timeline: Timeline;
}

export interface RowStart {
  index: number;
  opening: Money;
}

/** How one way of repaying splits its rows. Grace, balloon, the last row and fees are the walk's business. */
export interface Method {
  /** The instalment solved; null where rows differ and the first one stands for it. */
  instalment: Money | null;
  /** The period's own interest, rounded. */
  interest(row: RowStart): Money;
  /** The row's principal outside grace; the walk keeps it between nothing and what is owed, and gives the last row the rest. */
  principal(row: RowStart, interest: Money): Money;
  /** Whether rows inside an interest grace still pay principal. */
  paysPrincipalInInterestGrace: boolean;
  /** What interest runs on: a balance that is gone ends the schedule, the original principal does not. */
  accruesOn: 'balance' | 'original';
}

/** Interest of a whole period on what is owed at its start. */
export function interestOnBalance(loan: Loan): (row: RowStart) => Money {
  return ({ index, opening }) => {
    const { numerator, denominator } = loan.timeline.period(index).factor;
    return moneyOf(divideRounded(opening * numerator, denominator, loan.mode));
  };
}
