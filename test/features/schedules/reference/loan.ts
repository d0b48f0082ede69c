import { dayOf, periodOf, type Calendar, type Frequency, type Period } from './days.ts';
import { decimal, divide, exact, roundTo, times, zero, type Exact, type Mode } from './exact.ts';

/** A line of the command line, as INTERFACES.md writes it. */
export interface Line {
  principal?: string;
  annualRatePercent: string;
  instalments?: number;
  frequency: Frequency;
  method: 'equal-instalment' | 'equal-principal' | 'flat' | 'bullet';
  dayCount: string;
  disbursedOn: string;
  firstDueOn: string;
  rounding?: { mode?: 'half-even' | 'half-up'; instalmentTo?: string; instalmentMode?: 'nearest' | 'up' };
  instalmentBasis?: 'day-count' | 'nominal';
  fixedInstalment?: string;
  principalGraceInstalments?: number;
  interestGraceInstalments?: number;
  balloon?: string;
  downPaymentPercent?: string;
  disbursements?: Dated[];
  rateChanges?: { on: string; annualRatePercent: string }[];
  fees?: { when: string; percentOf?: string; percent?: string; amount?: string }[];
  prepayments?: (Dated & { effect: 'shorten-term' | 'lower-instalment' | 'next-instalments' })[];
  payments?: Dated[];
  asOf?: string;
  allocation?: Part[];
  rest?: 'daily' | 'period';
  penalty?: { percentOf: string; percent: string; graceDays: number; basis: 'once' | 'annual' };
  reschedule?: { fromDueOn: string; extraInstalments: number; interestGraceInstalments?: number };
  payoffOn?: string;
  payoffInterest?: 'to-date' | 'to-due-date';
}

export interface Dated {
  on: string;
  amount: string;
}
export type Part = 'penalty' | 'fee' | 'interest' | 'principal';

/** Everything that is known of the loan at some moment; amounts in cents. */
export interface Book {
  line: Line;
  calendar: Calendar;
  count: number;
  /** The row whose period runs. */
  current: number;
  rate: Exact;
  /** Not yet due by the schedule, all that was lent, and due but unpaid. */
  balance: bigint;
  lent: bigint;
  /** With every advance to come, and what is paid down. */
  wholeLoan: bigint;
  down: bigint;
  advances: number;
  overdue: bigint;
  /** Paid ahead, not yet enough for the next row. */
  credit: bigint;
  /** The instalment, or for equal principal the share of it. */
  instalment: bigint;
  flatInterest: Map<number, bigint>;
  /** Interest of the running period: on what is really out, and as the schedule and the nominal basis have it. */
  accrued: Exact;
  scheduled: Exact;
  nominal: Exact;
  /** Of the running period's interest, already in a row that was paid ahead. */
  takenOfPeriod: bigint;
  /** Interest of rows paid ahead and of the interest grace that a later row still takes. */
  carried: bigint;
  grace: bigint;
  /** Prepaid principal of the running row. */
  prepaid: bigint;
  solveNext: boolean;
  isRescheduled: boolean;
  graceFrom: number;
  /** The row that can clear the rest is then the last one. */
  isShortened: boolean;
  paidAhead: Map<number, PaidAhead>;
}

export interface PaidAhead {
  principal: bigint;
  interest: bigint;
}

export function cents(text: string): bigint {
  return roundTo(decimal(text), 'up', 1n) === 0n && !/[1-9]/.test(text)
    ? 0n
    : roundTo(times(decimal(text), exact(100)), 'half-even');
}

export function yearly(percent: string): Exact {
  return divide(decimal(percent), exact(100));
}

export function openBook(line: Line): Book {
  const firstAdvance = cents(line.disbursements?.[0]?.amount ?? line.principal ?? '0');
  return {
    line,
    calendar: {
      disbursedOn: dayOf(line.disbursedOn),
      firstDueOn: dayOf(line.firstDueOn),
      frequency: line.frequency,
      dayCount: line.dayCount,
    },
    count: line.fixedInstalment === undefined ? (line.instalments ?? 0) : 3600,
    current: 1,
    rate: yearly(line.annualRatePercent),
    balance: firstAdvance,
    lent: firstAdvance,
    wholeLoan: line.disbursements?.reduce((sum, { amount }) => sum + cents(amount), 0n) ?? firstAdvance,
    down: 0n,
    advances: 1,
    overdue: 0n,
    credit: 0n,
    instalment: 0n,
    flatInterest: new Map(),
    accrued: zero,
    scheduled: zero,
    nominal: zero,
    takenOfPeriod: 0n,
    carried: 0n,
    grace: 0n,
    prepaid: 0n,
    solveNext: false,
    isRescheduled: false,
    graceFrom: 0,
    isShortened: line.fixedInstalment !== undefined,
    paidAhead: new Map(),
  };
}

const periods = new WeakMap<Calendar, Map<number, Period>>();

export function period(book: Book, number: number): Period {
  const known = periods.get(book.calendar) ?? new Map<number, Period>();
  periods.set(book.calendar, known);
  const found = known.get(number) ?? periodOf(book.calendar, number);
  known.set(number, found);
  return found;
}

export function modeOf({ line }: Book): Mode {
  return line.rounding?.mode ?? 'half-even';
}

export function toCent(book: Book, value: Exact): bigint {
  return roundTo(value, modeOf(book));
}

export function toInstalment(book: Book, value: Exact): bigint {
  const { rounding } = book.line;
  return roundTo(
    value,
    rounding?.instalmentMode === 'up' ? 'up' : modeOf(book),
    cents(rounding?.instalmentTo ?? '0.01'),
  );
}

/** The number of the instalment due on the day of the re-schedule. */
export function rescheduledFrom(book: Book): number {
  const { reschedule } = book.line;
  if (!reschedule) return Infinity;
  let number = 1;
  while (period(book, number).due < dayOf(reschedule.fromDueOn)) number += 1;
  return number;
}

export function paysNoInterest(book: Book, number: number): boolean {
  if (number <= (book.line.interestGraceInstalments ?? 0)) return true;
  const from = book.graceFrom;
  return book.isRescheduled && number >= from && number < from + (book.line.reschedule?.interestGraceInstalments ?? 0);
}

export function paysNoPrincipal(book: Book, number: number): boolean {
  if (number <= (book.line.principalGraceInstalments ?? 0)) return true;
  return ['equal-instalment', 'bullet'].includes(book.line.method) && paysNoInterest(book, number);
}
