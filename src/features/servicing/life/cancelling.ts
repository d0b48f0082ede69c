import { assert } from '#core/assert.ts';
import { dateOf, dateText, dayNumber, daysBetween } from '#core/calendar.ts';
import { minus, plus, sum, zero, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import type { ProductVersion } from '#features/products/index.ts';
import { runLoan, type LoanRun } from '#features/schedules/index.ts';
import type { Act, ActFacts, ActRefusal, Plan } from './act.ts';
import { payoffTerms } from './early.ts';
import type { Told } from './life-parts.ts';
import { sideAccount } from './sides.ts';
import { agreementOf, effective, eventsOf, tell } from './story.ts';

/** The last day on which the loan can be cancelled, counted from the first payout; undefined where it has none. */
export function coolingOffUntil(
  { disbursedOn, takenOver }: Pick<Loan, 'disbursedOn' | 'takenOver'>,
  { coolingOffDays }: Pick<ProductVersion, 'coolingOffDays'>,
): string | undefined {
  // What another bank agreed was cancelled with that bank, or not at all.
  if (coolingOffDays === 0 || takenOver) return undefined;
  return dateText(dateOf(disbursedOn).add({ days: coolingOffDays }));
}

/** Whether the loan ended within its cooling-off time. */
export function wasCancelled(transactions: readonly LoanTransaction[]): boolean {
  return transactions.some(({ kind }) => kind === 'cancellation');
}

/** What a page of the cancellation says of the loan. */
export interface CancellationQuote {
  loan: Loan;
  /** The last day; undefined where the loan has no cooling-off time. */
  until: string | undefined;
  today: string;
  terms: Result<CancellationTerms, ActRefusal>;
  /** What it costs to pay the loan off today instead. */
  payoff: Money;
  /** The number of the loan's last transaction. */
  seen: number;
}

export function cancellationQuote(told: Told): CancellationQuote {
  const { loan, product, today } = told;
  const facts = { ...told, on: today };
  return {
    ...{ loan, until: coolingOffUntil(loan, product), today: dateText(today), terms: cancellationTerms(facts) },
    payoff: payoffTerms(facts).total,
    seen: told.transactions.at(-1)?.number ?? 0,
  };
}

/** What cancelling comes to on a day: principal and interest to the day are owed, every fee and penalty is given back. */
export interface CancellationTerms {
  principal: Money;
  interest: Money;
  givenBack: Money;
  /** What of it had been paid, or was kept back: the rest would only have come. */
  returned: Money;
  /** What of `givenBack` was kept back when the loan was paid out. */
  keptBack: Money;
  /** Principal and interest less what is given back; below zero where the bank pays. */
  total: Money;
}

export function cancellationTerms(facts: ActFacts): Result<CancellationTerms, ActRefusal> {
  const { loan, product, transactions, on } = facts;
  if (loan.state !== 'active') return refuse({ code: 'loan-not-active' });
  const isOver = daysBetween(dateOf(loan.disbursedOn), on) > product.coolingOffDays;
  if (isOver || coolingOffUntil(loan, product) === undefined) return refuse({ code: 'cooling-off-over' });
  // Pro rata to the day, whatever a payoff of this product costs.
  const told = tell(loan, transactions, { asOf: on, payoffInterest: 'to-date' });
  assert(told.ok, 'A loan can be told on any day since it was paid out');
  const { payoff } = told.value;
  const counted = effective(transactions);
  const keptBack = sum(counted.map((one) => (one.number === 1 ? one.fee : zero)));
  const charged = sum(counted.map((one) => one.charge ?? zero));
  const { fee, penalty } = doneOn(facts, payoff.total);
  const givenBack = sum([keptBack, charged, fee.earned, penalty.earned]);
  const total = minus(payoff.total, givenBack);
  const returned = minus(givenBack, plus(payoff.fee, payoff.penalty));
  const { principal, interest } = payoff;
  return ok({ principal, interest, givenBack, returned, keptBack, total });
}

/** The loan once everything is paid: a fee of the running instalment falls due with it, and is given back like the others. */
function doneOn({ loan, transactions, on }: ActFacts, amount: Money): LoanRun {
  const payoff = { kind: 'payoff' as const, day: dayNumber(on), amount, interest: 'to-date' as const };
  const told = runLoan(agreementOf(loan), { events: [...eventsOf(transactions), payoff], asOf: on });
  assert(told.ok, 'A loan that is paid off can be told');
  return told.value;
}

export function planCancellation(
  act: Extract<Act, { kind: 'cancellation' }>,
  facts: ActFacts,
): Result<Plan, ActRefusal> {
  const terms = cancellationTerms(facts);
  if (!terms.ok) return terms;
  const { total, givenBack } = terms.value;
  if (act.shown !== total) return refuse({ code: 'amount-changed', amount: total });
  const accountId = sideAccount(act.from, facts.loan.currency);
  return ok({
    drafts: [{ kind: 'cancellation', amount: total, givenBack, accountId }],
    legs: total === zero ? [] : [{ account: accountId, amount: total }],
  });
}
