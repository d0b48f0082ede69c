import { present } from '#core/assert.ts';
import { dateOf, dayNumber, type PlainDate } from '#core/calendar.ts';
import { minus, plus, zero } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import type { Result } from '#core/result.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import {
  millionths,
  runLoan,
  type LoanEvent,
  type LoanRun,
  type Part,
  type ScheduleRefusal,
  type ScheduleTerms,
} from '#features/schedules/index.ts';

export type Agreement = Pick<Loan, 'terms' | 'currency' | 'disbursedOn'>;

/** Everything the loan was and is, at the end of a day: told anew from the agreement and what was recorded. */
export function tell(
  loan: Agreement,
  transactions: readonly LoanTransaction[],
  at: { asOf: PlainDate; payoffInterest?: 'to-date' | 'to-due-date' },
): Result<LoanRun, ScheduleRefusal> {
  return runLoan(agreementOf(loan), { events: eventsOf(transactions), ...at });
}

export function agreementOf({ terms, currency, disbursedOn }: Agreement): ScheduleTerms {
  const agreed = present(terms[0], 'The agreement of a loan');
  const { mode, instalmentTo, instalmentMode } = agreed.rounding;
  return {
    principal: agreed.principal,
    currency,
    annualRate: rateOf(agreed.annualRate),
    instalments: agreed.instalments,
    frequency: agreed.frequency,
    method: agreed.method,
    dayCount: agreed.dayCount,
    disbursedOn: dateOf(disbursedOn),
    firstDueOn: dateOf(agreed.firstDueOn),
    rounding: { mode, ...(instalmentTo === null ? {} : { instalmentTo, instalmentMode }) },
    instalmentBasis: agreed.instalmentBasis,
    principalGraceInstalments: agreed.principalGrace,
    interestGraceInstalments: agreed.interestGrace,
    balloon: agreed.balloon,
    fees: agreed.fees,
    ...(agreed.penalty ? { penalty: agreed.penalty } : {}),
    allocation: agreed.allocation,
    rest: agreed.rest,
  };
}

/** What counts: everything but the first advance, which the agreement holds, and what was reversed. */
export function effective(transactions: readonly LoanTransaction[]): LoanTransaction[] {
  const reversed = new Set(transactions.map((one) => one.reverses));
  return transactions.filter((one) => one.kind !== 'reversal' && !reversed.has(one._id));
}

export function eventsOf(transactions: readonly LoanTransaction[]): LoanEvent[] {
  const events = effective(transactions).flatMap((one) => (one.number === 1 ? [] : eventOf(one)));
  // Of two rates agreed for one day the one that was recorded last is meant, whatever their keys or their heights.
  const rates = new Map(events.flatMap((event) => (event.kind === 'rate' ? [[event.day, event] as const] : [])));
  return events.filter((event) => event.kind !== 'rate' || rates.get(event.day) === event);
}

function eventOf(one: LoanTransaction): LoanEvent[] {
  const head = { id: one._id, day: dayNumber(dateOf(one.on)) };
  // A fee for paying early is paid with it and never falls due.
  const amount = minus(one.amount, one.charge ?? zero);
  switch (one.kind) {
    case 'disbursal':
      return [{ ...head, kind: 'advance', amount: one.principal }];
    case 'payment':
      return [{ ...head, kind: 'payment', amount }];
    case 'prepayment':
      return [{ ...head, kind: 'prepayment', amount, effect: present(one.effect, 'The effect of a prepayment') }];
    case 'payoff':
      return [{ ...head, kind: 'payoff', amount, interest: one.code === 'to-due-date' ? 'to-due-date' : 'to-date' }];
    case 'cancellation':
      return [{ ...head, kind: 'payoff', amount: plus(one.amount, one.givenBack ?? zero), interest: 'to-date' }];
    case 'charge':
      return [{ ...head, kind: 'charge', amount }];
    case 'waiver':
      return [{ ...head, kind: 'waiver', amount, part: one.code as Part }];
    case 'write-off':
      return [{ ...head, kind: 'stop' }];
    case 'rate-change':
    case 'moratorium':
    case 'reschedule':
    case 'restructure':
      return changesOf(one, head);
    case 'refund':
    case 'recovery':
    case 'reversal':
      return [];
  }
}

function changesOf(one: LoanTransaction, head: { id: string; day: number }): LoanEvent[] {
  const { change = {} } = one;
  const { annualRate, fromDueOn, capitalise } = change;
  const events: LoanEvent[] = [];
  if (capitalise) events.push({ ...head, kind: 'capitalise' });
  // The rate of a day governs the day itself, so that an agreement counts from the day after it was made.
  if (annualRate !== undefined) {
    const day = one.kind === 'rate-change' ? head.day : head.day + 1;
    events.push({ ...head, id: `${one._id}:rate`, day, kind: 'rate', rate: millionths(rateOf(annualRate)) });
  }
  if (fromDueOn === undefined) return events;
  events.push({
    ...head,
    id: `${one._id}:rows`,
    kind: 'reschedule',
    fromDay: dayNumber(dateOf(fromDueOn)),
    extra: change.extraInstalments ?? 0,
    interestGrace: change.interestGrace ?? 0,
    principalGrace: change.principalGrace ?? 0,
  });
  return events;
}
