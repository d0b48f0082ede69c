import { larger, minus, moneyOf, negate, plus, scale, sum, zero, type Currency, type Money } from '#core/money.ts';
import { percentOf, rateOf } from '#core/rate.ts';
import { ownBookId } from '#features/ledger/index.ts';
import {
  loanAccounts,
  loanBooks,
  type LoanBook,
  type LoanBooks,
  type LoanTerms,
  type LoanTransaction,
} from '#features/loans/index.ts';
import type { LoanRun } from '#features/schedules/index.ts';
import { effective } from './story.ts';

export interface BookFacts {
  run: LoanRun;
  transactions: readonly LoanTransaction[];
  nonPerforming: boolean;
  provisionPercent: string;
  /** Of the agreement: what of the instalments' fees is tax. */
  feeTax: LoanTerms['feeTax'];
}

/**
 * What the loan's accounts must hold in all, debits positive. Interest and penalties count as income as they are earned;
 * of a non-performing loan only what was paid does, and the rest waits in suspense.
 */
export function booksOf(facts: BookFacts): LoanBooks {
  const { run, transactions } = facts;
  const counted = effective(transactions);
  const isWrittenOff = counted.some(({ kind }) => kind === 'write-off');
  const own = (amount: Money) => (isWrittenOff ? zero : amount);
  const isHeldBack = facts.nonPerforming && !isWrittenOff;
  // A loan that was cancelled has cost interest and nothing else: every fee and penalty, with its tax, was given back.
  const isCancelled = counted.some(({ kind }) => kind === 'cancellation');
  const kept = (amount: Money) => (isCancelled ? zero : amount);
  const tax = kept(sum([...counted.map((one) => one.tax ?? zero), instalmentTax(facts, counted)]));
  const feesAtOnce = sum(counted.map((one) => plus(one.charge ?? zero, one.number === 1 ? one.fee : zero)));
  const interest = unearned(facts, { part: 'interest', isWrittenOff });
  const penalty = unearned(facts, { part: 'penalty', isWrittenOff });
  const feesLost = isWrittenOff ? run.fee.receivable : zero;
  const provision = own(percentOf(run.outstandingPrincipal, rateOf(facts.provisionPercent), 'half-even'));
  // What was written off was an expense whether it had been provided for or not.
  const lost = isWrittenOff ? run.outstandingPrincipal : zero;
  const recovered = sum(counted.map((one) => (one.kind === 'recovery' ? one.amount : zero)));
  return {
    principal: own(run.outstandingPrincipal),
    interest: own(run.interest.receivable),
    fees: own(run.fee.receivable),
    penalties: own(run.penalty.receivable),
    overpaid: minus(
      sum(counted.map((one) => (one.kind === 'refund' ? one.amount : zero))),
      plus(run.overpaid, run.unused),
    ),
    interestIncome: minus(interest, run.interest.earned),
    penaltyIncome: kept(minus(penalty, run.penalty.earned)),
    feeIncome: kept(minus(plus(tax, feesLost), plus(run.fee.earned, feesAtOnce))),
    recoveryIncome: negate(recovered),
    interestSuspense: isHeldBack ? negate(plus(interest, penalty)) : zero,
    taxPayable: negate(tax),
    provision: negate(provision),
    provisionExpense: plus(plus(provision, lost), run.principalWaived),
  };
}

/**
 * Of one part, what does not count as income of a loan that is bad: what is unpaid, and while it stays bad also what became
 * principal of rows to come, which nobody has paid either.
 */
function unearned(
  { run, nonPerforming }: BookFacts,
  { part, isWrittenOff }: { part: 'interest' | 'penalty'; isWrittenOff: boolean },
): Money {
  if (!nonPerforming && !isWrittenOff) return zero;
  const moved = isWrittenOff ? zero : sum(run.rows.map((row) => row.moved[part]));
  return plus(run[part].receivable, moved);
}

/** The tax in what instalments asked for as fees; like the tax in a charge it is owed on what is let go as well. */
function instalmentTax({ run, feeTax }: BookFacts, counted: readonly LoanTransaction[]): Money {
  if (!feeTax) return zero;
  const charged = sum(counted.map((one) => (one.kind === 'charge' ? one.amount : zero)));
  const letGo = sum(run.rows.map((row) => row.waived.fee));
  const fees = larger(zero, minus(plus(run.fee.earned, letGo), charged));
  return scale(fees, { numerator: feeTax.tax, denominator: feeTax.of, mode: 'half-even' });
}

export const nothingBooked: LoanBooks = Object.fromEntries(loanBooks.map((book) => [book, zero])) as LoanBooks;

/** The postings that bring the loan's accounts from what was posted to what they must hold. */
export function postingsBetween(
  booked: LoanBooks,
  wanted: LoanBooks,
  loan: { _id: string; currency: Currency },
): { account: string; amount: Money }[] {
  return loanBooks
    .map((book) => ({ account: accountOf(book, loan), amount: moneyOf(wanted[book] - booked[book]) }))
    .filter(({ amount }) => amount !== zero);
}

/** One posting an account: who pays too much is paid back on the account that they paid from. */
export function joined(postings: readonly { account: string; amount: Money }[]): { account: string; amount: Money }[] {
  const byAccount = Map.groupBy(postings, ({ account }) => account);
  return Array.from(byAccount, ([account, own]) => ({ account, amount: sum(own.map(({ amount }) => amount)) })).filter(
    ({ amount }) => amount !== zero,
  );
}

function accountOf(book: LoanBook, { _id, currency }: { _id: string; currency: Currency }): string {
  switch (book) {
    case 'principal':
    case 'interest':
    case 'fees':
    case 'penalties':
    case 'overpaid':
      return loanAccounts(_id)[book];
    default:
      return ownBookId(book, currency);
  }
}
