import { dateOf } from '#core/calendar.ts';
import { present } from '#core/assert.ts';
import { minus, sum, zero, type Money } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { ok, type Result } from '#core/result.ts';
import type { Instalment, Loan, LoanTransaction } from '#features/loans/index.ts';
import { buildSchedule, type ScheduleRefusal, type ScheduleRow } from '#features/schedules/index.ts';

/** What a loan's document holds beside its terms: all of it follows from the terms and the transactions. */
export type Projection = Pick<
  Loan,
  'instalments' | 'outstandingPrincipal' | 'paidInstalments' | 'nextDueOn' | 'state' | 'closedOn'
>;

type Settlement = Pick<LoanTransaction, '_id' | 'on' | 'principal' | 'instalment'>;

/** The projection after one payment: its instalment is settled, and the loan closes with the last one. */
export function settle(before: Projection, payment: Settlement): Projection {
  const index = before.instalments.findIndex((row) => row.n === payment.instalment);
  const row = present(before.instalments[index], 'The instalment of a payment');
  const instalments = before.instalments.with(index, { ...row, paidOn: payment.on, paidBy: payment._id });
  const next = instalments.find((one) => one.paidOn === null);
  return {
    instalments,
    outstandingPrincipal: minus(before.outstandingPrincipal, payment.principal),
    paidInstalments: before.paidInstalments + 1,
    nextDueOn: next?.dueOn ?? null,
    state: next ? 'active' : 'closed',
    closedOn: next ? null : payment.on,
  };
}

/** Projects a loan anew from its terms and its transactions, which are the truth. */
export function replay(
  loan: Pick<Loan, 'terms' | 'currency' | 'disbursedOn'>,
  transactions: readonly LoanTransaction[],
): Result<Projection, ScheduleRefusal> {
  const terms = present(loan.terms.at(-1), 'The terms of a loan');
  const schedule = buildSchedule({
    principal: terms.principal,
    currency: loan.currency,
    annualRate: rateOf(terms.annualRate),
    instalments: terms.instalments,
    frequency: terms.frequency,
    method: terms.method,
    dayCount: terms.dayCount,
    disbursedOn: dateOf(loan.disbursedOn),
    firstDueOn: dateOf(terms.firstDueOn),
  });
  if (!schedule.ok) return schedule;
  const instalments = schedule.value.rows.map(unpaid);
  const opening: Projection = {
    instalments,
    outstandingPrincipal: lent(transactions),
    paidInstalments: 0,
    nextDueOn: instalments[0]?.dueOn ?? null,
    state: 'active',
    closedOn: null,
  };
  return ok(transactions.filter((one) => one.kind === 'payment').reduce(settle, opening));
}

function lent(transactions: readonly LoanTransaction[]): Money {
  return sum(transactions.map((one) => (one.kind === 'disbursal' ? one.principal : zero)));
}

function unpaid({ n, dueOn, principal, interest, fee, total, balance }: ScheduleRow): Instalment {
  return { n, dueOn: dueOn, principal, interest, fee, total, balance, paidOn: null, paidBy: null };
}

const rowFacts = ['n', 'dueOn', 'principal', 'interest', 'fee', 'total', 'balance', 'paidOn', 'paidBy'] as const;
const loanFacts = ['outstandingPrincipal', 'paidInstalments', 'nextDueOn', 'state', 'closedOn'] as const;

/** The first fact in which a stored projection differs from the replayed one; undefined where they agree. */
export function firstDifference(stored: Projection, replayed: Projection): string | undefined {
  if (stored.instalments.length !== replayed.instalments.length) return 'the number of instalments differs';
  for (const [index, row] of replayed.instalments.entries()) {
    const fact = rowFacts.find((name) => stored.instalments[index]?.[name] !== row[name]);
    if (fact) return `${fact} of instalment ${row.n} does not follow from the loan’s transactions`;
  }
  const fact = loanFacts.find((name) => stored[name] !== replayed[name]);
  return fact && `${fact} does not follow from the loan’s transactions`;
}
