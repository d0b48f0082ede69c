import { minus, moneyOf, negate, plus, sum, zero, type Currency, type Money } from '#core/money.ts';
import { percentOf, rateOf } from '#core/rate.ts';
import { ownBookId } from '#features/ledger/index.ts';
import { loanAccounts, loanBooks, type LoanBook, type LoanBooks, type LoanTransaction } from '#features/loans/index.ts';
import type { LoanRun } from '#features/schedules/index.ts';
import { effective } from './story.ts';

export interface BookFacts {
  run: LoanRun;
  transactions: readonly LoanTransaction[];
  nonPerforming: boolean;
  provisionPercent: string;
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
  const unearned = facts.nonPerforming || isWrittenOff ? plus(run.interest.receivable, run.penalty.receivable) : zero;
  const isHeldBack = facts.nonPerforming && !isWrittenOff;
  const tax = sum(counted.map((one) => one.tax ?? zero));
  const feesAtOnce = sum(counted.map((one) => plus(one.charge ?? zero, one.number === 1 ? one.fee : zero)));
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
    overpaid: minus(sum(counted.map((one) => (one.kind === 'refund' ? one.amount : zero))), run.overpaid),
    interestIncome: minus(unearned === zero ? zero : run.interest.receivable, run.interest.earned),
    penaltyIncome: minus(unearned === zero ? zero : run.penalty.receivable, run.penalty.earned),
    feeIncome: minus(plus(tax, feesLost), plus(run.fee.earned, feesAtOnce)),
    recoveryIncome: negate(recovered),
    interestSuspense: isHeldBack ? negate(unearned) : zero,
    taxPayable: negate(tax),
    provision: negate(provision),
    provisionExpense: plus(plus(provision, lost), run.principalWaived),
  };
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
