import { dayNumber } from '#core/calendar.ts';
import type { Rate } from '#core/rate.ts';
import type { Contract, LoanEvent } from './run/story.ts';
import type { AllocationOrder, ScheduleTerms } from './terms.ts';
import { createTimeline } from './timeline.ts';

const usualOrder = ['penalty', 'fee', 'interest', 'principal'] as const;
export const usualAllocation: AllocationOrder = { pastDue: usualOrder, due: usualOrder, across: 'instalment' };

/** The agreement with every default filled in. `principal` is what is amortised at first, `lent` all that is lent. */
export function contractOf(terms: ScheduleTerms, amounts: { principal: bigint; lent: bigint }): Contract {
  const rounding = terms.rounding ?? {};
  return {
    method: terms.method,
    dayCount: terms.dayCount,
    timeline: createTimeline(terms),
    ...amounts,
    rate: millionths(terms.annualRate),
    instalments: terms.fixedInstalment === undefined ? (terms.instalments ?? null) : null,
    fixedInstalment: terms.fixedInstalment ?? null,
    nominalInstalment: terms.instalmentBasis === 'nominal',
    principalGrace: terms.principalGraceInstalments ?? 0,
    interestGrace: terms.interestGraceInstalments ?? 0,
    balloon: terms.balloon ?? 0n,
    rounding,
    mode: rounding.mode ?? 'half-even',
    fees: terms.fees ?? [],
    rest: terms.rest ?? 'daily',
    penalty: terms.penalty ?? null,
    allocation: terms.allocation ?? usualAllocation,
  };
}

/** `9.4822` per cent as 9,482,200 millionths of one: a rate has at most six places. */
export function millionths(rate: Rate): bigint {
  const [whole = '0', places = ''] = rate.split('.');
  return BigInt(whole + places.padEnd(6, '0'));
}

/** Everything that the terms say happens after the first advance. */
export function eventsOf(terms: ScheduleTerms): LoanEvent[] {
  const [, ...later] = terms.disbursements ?? [];
  const payoff = terms.payoffOn && {
    kind: 'payoff' as const,
    day: dayNumber(terms.payoffOn),
    amount: null,
    interest: terms.payoffInterest ?? 'to-date',
  };
  return [
    ...later.map(({ on, amount }) => ({ kind: 'advance' as const, day: dayNumber(on), amount })),
    ...(terms.rateChanges ?? []).map(({ on, annualRate }) => ({
      kind: 'rate' as const,
      day: dayNumber(on),
      rate: millionths(annualRate),
    })),
    ...(terms.reschedules ?? []).map((change) => ({
      kind: 'reschedule' as const,
      day: dayNumber(change.fromDueOn),
      fromDay: dayNumber(change.fromDueOn),
      extra: change.extraInstalments,
      interestGrace: change.interestGraceInstalments ?? 0,
      principalGrace: change.principalGraceInstalments ?? 0,
    })),
    ...(terms.payments ?? []).map(({ on, amount }) => ({ kind: 'payment' as const, day: dayNumber(on), amount })),
    ...(terms.prepayments ?? []).map(({ on, ...rest }) => ({
      kind: 'prepayment' as const,
      day: dayNumber(on),
      ...rest,
    })),
    ...(payoff ? [payoff] : []),
  ];
}
