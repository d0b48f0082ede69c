import type { Frequency, PlainDate } from '#core/calendar.ts';
import type { Currency, Money } from '#core/money.ts';
import type { Rate } from '#core/rate.ts';

export const dayCounts = [
  '30/360',
  'nominal',
  'actual/365',
  'actual/360',
  'actual/actual',
  'actual/actual-feb29',
  'actual/actual-dec31',
] as const;
export type DayCount = (typeof dayCounts)[number];

export const repaymentMethods = ['equal-instalment', 'equal-principal', 'flat', 'bullet'] as const;
export type RepaymentMethod = (typeof repaymentMethods)[number];

export interface ScheduleRounding {
  /** How interest, fees and the nearest instalment round; half-even where not given. */
  mode?: 'half-even' | 'half-up';
  /** What the instalment is a multiple of; one minor unit where not given. */
  instalmentTo?: Money;
  instalmentMode?: 'nearest' | 'up';
}

/** A fee at disbursement is kept back from the advance and stands in no row; one per instalment is part of every row. */
export type Fee =
  | {
      when: 'instalment' | 'disbursement';
      /** The row's own principal, interest or both, or all that is lent. */
      percentOf: 'principal' | 'interest' | 'instalment' | 'loan';
      percent: Rate;
    }
  | { when: 'instalment' | 'disbursement'; amount: Money };

export interface ScheduleTerms {
  principal: Money;
  currency: Currency;
  annualRate: Rate;
  /** May be left out with `fixedInstalment`, where the term follows from the amount. */
  instalments?: number;
  frequency: Frequency;
  method: RepaymentMethod;
  dayCount: DayCount;
  disbursedOn: PlainDate;
  firstDueOn: PlainDate;
  rounding?: ScheduleRounding;
  /** `nominal`: the instalment is solved from rate ÷ periods a year, while interest runs by the day count. */
  instalmentBasis?: 'day-count' | 'nominal';
  /** For equal instalments: the amount of each; the number of rows follows and `instalments` is not looked at. */
  fixedInstalment?: Money;
  /** Rows at the start that pay interest only; counted in `instalments`. */
  principalGraceInstalments?: number;
  /** Rows at the start that pay no interest; it falls due, without compounding, with the first row after them. */
  interestGraceInstalments?: number;
  /** What the last row adds to its instalment. */
  balloon?: Money;
  /** Paid on `disbursedOn` as a row of its own, without interest, not counted in `instalments`. */
  downPaymentPercent?: Rate;
  fees?: readonly Fee[];
}

export type ScheduleRefusalCode =
  'not-positive' | 'out-of-range' | 'not-after-disbursal' | 'too-large' | 'too-small' | 'too-long' | 'not-applicable';

/** Why no schedule follows from the terms, and which of them is in the way. */
export interface ScheduleRefusal {
  code: ScheduleRefusalCode;
  field: keyof ScheduleTerms;
}

/** No loan has more rows than this, whatever its terms. */
export const mostRows = 3600;
