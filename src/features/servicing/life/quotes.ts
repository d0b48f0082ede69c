import { assert, present } from '#core/assert.ts';
import { dateText } from '#core/calendar.ts';
import { minus, sum, zero, type Money } from '#core/money.ts';
import { ok, type Result } from '#core/result.ts';
import type { LoanTransaction } from '#features/loans/index.ts';
import type { LoanRun, Part, PrepaymentEffect, RunRow } from '#features/schedules/index.ts';
import type { ActFacts, ActRefusal } from './act.ts';
import { leftOf, nextRow } from './due.ts';
import { payoffTerms, prepaymentTerms } from './early.ts';
import { tell } from './story.ts';

/** How a loan goes on after an early repayment. */
export interface PrepaymentOutcome {
  effect: PrepaymentEffect;
  /** The instalment from the next row on, and the last due date. */
  instalment: Money;
  endsOn: string;
  rowsLeft: number;
  /** Interest still to come, and how much less that is than without the repayment. */
  interestLeft: Money;
  interestSaved: Money;
  rows: readonly RunRow[];
}

export interface PrepaymentChoices {
  amount: Money;
  charge: Money;
  /** As it goes on without an early repayment. */
  now: Omit<PrepaymentOutcome, 'effect' | 'interestSaved'>;
  outcomes: PrepaymentOutcome[];
}

/** Both ways a prepayment can go, worked out to the cent before one is chosen. */
export function prepaymentChoices(facts: ActFacts, amount: Money): Result<PrepaymentChoices, ActRefusal> {
  const terms = prepaymentTerms(facts, amount);
  if (!terms.ok) return terms;
  const now = outlook(facts.run);
  const outcomes = facts.product.prepayment.effects
    .filter((effect) => effect !== 'next-instalments')
    .flatMap((effect) => {
      const told = tell(facts.loan, [...facts.transactions, imagined(facts, { kind: 'prepayment', amount, effect })], {
        asOf: facts.today,
      });
      if (!told.ok) return [];
      const after = outlook(told.value);
      return [{ effect, ...after, interestSaved: minus(now.interestLeft, after.interestLeft) }];
    });
  return ok({ amount, charge: terms.value.charge, now, outcomes });
}

function outlook(run: LoanRun): PrepaymentChoices['now'] {
  const coming = run.rows.filter((row) => !row.known);
  const instalment = coming[1] ?? coming[0];
  return {
    // The row of the current period may still carry what was agreed before; the one after it shows what is new.
    instalment: instalment ? leftOf(instalment) : zero,
    endsOn: coming.at(-1)?.dueOn ?? '',
    rowsLeft: coming.length,
    interestLeft: sum(coming.map((row) => row.interest)),
    rows: coming,
  };
}

/** A transaction that was not made, to tell the loan with it. */
function imagined(
  { loan, on, today, transactions }: Omit<ActFacts, 'product' | 'run'>,
  draft: Pick<LoanTransaction, 'kind' | 'amount' | 'effect'>,
): LoanTransaction {
  return {
    ...draft,
    _id: imaginedId,
    loanId: loan._id,
    partyId: loan.partyId,
    number: (transactions.at(-1)?.number ?? 0) + 1,
    on: dateText(on),
    recordedOn: dateText(today),
    at: new Date(0),
    principal: draft.kind === 'prepayment' ? draft.amount : zero,
    interest: zero,
    fee: zero,
    penalty: zero,
    ahead: zero,
    instalment: null,
    accountId: '',
    actor: '',
    channel: 'customer',
  };
}

/** What a payment made today would be used for. */
export interface PaymentPreview {
  used: Record<Part | 'ahead' | 'over', Money>;
  /** The rows that it would settle, and the principal outstanding after it. */
  rows: readonly RunRow[];
  outstandingPrincipal: Money;
}

export function paymentPreview(facts: Omit<ActFacts, 'product' | 'run'>, amount: Money): PaymentPreview {
  const told = tell(facts.loan, [...facts.transactions, imagined(facts, { kind: 'payment', amount })], {
    asOf: facts.today,
  });
  assert(told.ok, 'A loan can be told with one payment more');
  const { applied, rows, outstandingPrincipal } = told.value;
  const used = present(applied.get(imaginedId), 'What a payment is used for');
  return { used, rows: rows.filter(({ settledBy }) => settledBy === imaginedId), outstandingPrincipal };
}

const imaginedId = 'imagined';

/** What it costs to be done on a day, if nothing else is paid until then; the amount stays right to the end of that day. */
export interface PayoffQuote {
  on: string;
  principal: Money;
  interest: Money;
  fee: Money;
  penalty: Money;
  /** The product's fee for repaying early. */
  charge: Money;
  total: Money;
  /** What each further day adds, until the next row falls due. */
  interestADay: Money;
  penaltyADay: Money;
}

/** `facts` are those at the end of the day asked for, `next` those of the day after. */
export function payoffQuote(
  facts: Pick<ActFacts, 'loan' | 'product' | 'run' | 'on'>,
  next: { run: LoanRun },
): PayoffQuote {
  const { total, charge } = payoffTerms(facts);
  const { principal, interest, fee, penalty } = facts.run.payoff;
  const interestADay = minus(next.run.payoff.interest, interest);
  const penaltyADay = minus(next.run.payoff.penalty, penalty);
  return { on: dateText(facts.on), principal, interest, fee, penalty, charge, total, interestADay, penaltyADay };
}

export function nextDue(run: LoanRun): { on: string; amount: Money } | undefined {
  const row = nextRow(run);
  return row && { on: row.dueOn, amount: leftOf(row) };
}
