import { assert } from '#core/assert.ts';
import { minus, plus, type Money } from '#core/money.ts';
import type { ProductVersion } from '#features/products/index.ts';
import { buildSchedule, type Schedule, type ScheduleTerms } from '#features/schedules/index.ts';

/** One part of a payout, as it is planned. */
export interface PlannedPart {
  n: number;
  amount: Money;
  /** What must have happened; empty for the first. */
  stage: string;
}

/** What a loan costs and by which rules, as it is told before it is accepted, and the same ever after. */
export interface KeyFacts {
  /** In which parts it is paid out; one, or none told, where all of it comes at once. */
  tranches: readonly PlannedPart[];
  product: ProductVersion;
  terms: ScheduleTerms;
  schedule: Schedule;
  /** What reaches the borrower: the amount less what is kept back. */
  paidOut: Money;
  /** Interest and every fee that is certain: with the instalments, and kept back at payout. */
  totalCost: Money;
  /** Everything that is paid back, less what reached the borrower, is `totalCost`. */
  totalRepaid: Money;
}

/** Every figure follows from the terms by the schedule engine; the product gives the rules of what may happen later. */
export function keyFactsOf(
  product: ProductVersion,
  terms: ScheduleTerms,
  tranches: readonly PlannedPart[] = [],
): KeyFacts {
  const built = buildSchedule(terms);
  assert(built.ok, 'The terms of an offer or a loan have a schedule');
  const schedule = built.value;
  const { totals, feeAtDisbursement } = schedule;
  return {
    tranches,
    product,
    terms,
    schedule,
    paidOut: minus(terms.principal, feeAtDisbursement),
    totalCost: plus(plus(totals.interest, totals.fee), feeAtDisbursement),
    totalRepaid: totals.total,
  };
}
