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

/** What a row asks for, by its nature. */
export const parts = ['penalty', 'fee', 'interest', 'principal'] as const;
export type Part = (typeof parts)[number];

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

/** Charged on what is unpaid of a row past its grace, never on a penalty. */
export interface PenaltyRule {
  percentOf: 'overdue-principal' | 'overdue-instalment';
  percent: Rate;
  graceDays: number;
  /** `once` an overdue row, or `annual`: percent ÷ 365 for every day late beyond the grace. */
  basis: 'once' | 'annual';
}

export const prepaymentEffects = ['shorten-term', 'lower-instalment', 'next-instalments'] as const;
export type PrepaymentEffect = (typeof prepaymentEffects)[number];

/**
 * The order in which money is used, for rows by how they lie to its day. `across: 'instalment'` settles one row after
 * the other, oldest first; `'part'` settles one part of all of them before the next part.
 */
export interface AllocationOrder {
  pastDue: readonly Part[];
  due: readonly Part[];
  across: 'instalment' | 'part';
}

/** From the row due on or after `fromDueOn`: more rows, and rows without interest or principal, solved again. */
export interface Reschedule {
  fromDueOn: PlainDate;
  extraInstalments: number;
  interestGraceInstalments?: number;
  principalGraceInstalments?: number;
}

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
  /** Every advance, the first one (on `disbursedOn`) included; takes the place of `principal`. */
  disbursements?: readonly { on: PlainDate; amount: Money }[];
  rateChanges?: readonly { on: PlainDate; annualRate: Rate }[];
  prepayments?: readonly { on: PlainDate; amount: Money; effect: PrepaymentEffect }[];
  /** What was really paid until `asOf`; without `asOf` every row is taken to be paid on its day. */
  payments?: readonly { on: PlainDate; amount: Money }[];
  asOf?: PlainDate;
  allocation?: AllocationOrder;
  /** `period`: money paid early inside a period lowers the principal, while that period keeps its whole interest. */
  rest?: 'daily' | 'period';
  penalty?: PenaltyRule;
  reschedules?: readonly Reschedule[];
  payoffOn?: PlainDate;
  payoffInterest?: 'to-date' | 'to-due-date';
}

export type ScheduleRefusalCode =
  | 'not-positive'
  | 'out-of-range'
  | 'not-after-disbursal'
  | 'too-large'
  | 'too-small'
  | 'too-long'
  | 'not-applicable'
  | 'not-in-order'
  | 'too-many'
  | 'missing'
  | 'after-as-of';

/** Why no schedule follows from the terms, and which of them is in the way. */
export interface ScheduleRefusal {
  code: ScheduleRefusalCode;
  field: keyof ScheduleTerms;
}

/** No loan has more rows than this, whatever its terms. */
export const mostRows = 3600;
/** No list of advances, changes or payments is longer. */
export const mostEvents = 5000;
