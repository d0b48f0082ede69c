import type { RoundingMode } from '#core/money.ts';
import type { AllocationOrder, DayCount, Part, PenaltyRule, PrepaymentEffect, RepaymentMethod } from '../terms.ts';
import type { Fee, ScheduleRounding } from '../terms.ts';
import type { Timeline } from '../timeline.ts';

/** The agreement a walk follows, with every default filled in. Amounts in minor units, days as day numbers. */
export interface Contract {
  method: RepaymentMethod;
  dayCount: DayCount;
  timeline: Timeline;
  /** What was lent at the start, less a down payment. */
  principal: bigint;
  /** In millionths of a per cent a year. */
  rate: bigint;
  /** Null where the term follows from a fixed instalment. */
  instalments: number | null;
  fixedInstalment: bigint | null;
  nominalInstalment: boolean;
  principalGrace: number;
  interestGrace: number;
  balloon: bigint;
  rounding: ScheduleRounding;
  mode: RoundingMode;
  fees: readonly Fee[];
  /** All that is lent, for fees that are a share of it. */
  lent: bigint;
  rest: 'daily' | 'period';
  penalty: PenaltyRule | null;
  allocation: AllocationOrder;
}

/** What happens to a loan on a day; money counts after that day's interest, a rate governs the day itself. */
export type LoanEvent = { day: number; id?: string } & (
  | { kind: 'rate'; rate: bigint }
  | { kind: 'reschedule'; fromDay: number; extra: number; interestGrace: number; principalGrace: number }
  | { kind: 'advance'; amount: bigint }
  /** Owed with the oldest row in arrears, or with the row whose period holds the day. */
  | { kind: 'charge'; amount: bigint }
  | { kind: 'capitalise' }
  | { kind: 'waiver'; part: Part; amount: bigint }
  | { kind: 'payment'; amount: bigint }
  | { kind: 'prepayment'; amount: bigint; effect: PrepaymentEffect }
  /** Pays everything off; an amount null stands for exactly what is owed. */
  | { kind: 'payoff'; amount: bigint | null; interest: 'to-date' | 'to-due-date' }
  /** Nothing accrues any more. */
  | { kind: 'stop' }
);

// On one day: what is agreed comes before what is owed, and that before what is paid.
const ranks: Record<LoanEvent['kind'], number> = {
  reschedule: 0,
  rate: 1,
  charge: 2,
  capitalise: 3,
  advance: 4,
  waiver: 5,
  payment: 6,
  prepayment: 7,
  payoff: 8,
  stop: 9,
};

const effectRanks: Record<PrepaymentEffect, number> = {
  'next-instalments': 0,
  'shorten-term': 1,
  'lower-instalment': 2,
};

/** By day, then by nature, then by id or by what they say: the same story however it was recorded. */
export function inOrder(events: readonly LoanEvent[]): LoanEvent[] {
  return events.toSorted(
    (a, b) => a.day - b.day || ranks[a.kind] - ranks[b.kind] || compareIds(a.id, b.id) || compareWords(a, b),
  );
}

/** Of two rates for one day the higher one is the later, and so governs; the order of equal effects changes nothing. */
function compareWords(a: LoanEvent, b: LoanEvent): number {
  if (a.kind === 'rate' && b.kind === 'rate') return a.rate < b.rate ? -1 : a.rate > b.rate ? 1 : 0;
  if (a.kind === 'prepayment' && b.kind === 'prepayment') return effectRanks[a.effect] - effectRanks[b.effect];
  return 0;
}

function compareIds(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
