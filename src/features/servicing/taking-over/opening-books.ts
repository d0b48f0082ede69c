import { negate, sum, zero, type Currency, type Money } from '#core/money.ts';
import { ownBookId } from '#features/ledger/index.ts';
import { loanBooks, type Loan, type LoanBook, type LoanBooks } from '#features/loans/index.ts';
import { nothingBooked, postingsBetween } from '../life/books.ts';

/**
 * What a loan earned and cost before it came here is in the former bank's books, and so is the tax it paid on it. What
 * is owed, what waits in suspense and what is provided for comes over with the loan.
 */
const pastBooks: readonly LoanBook[] = [
  'interestIncome',
  'feeIncome',
  'penaltyIncome',
  'recoveryIncome',
  'taxPayable',
  'provisionExpense',
];

/** The part of what a loan's books would hold that was never posted here. */
export function earlierOf(booked: LoanBooks | undefined): LoanBooks {
  if (!booked) return nothingBooked;
  return Object.fromEntries(
    loanBooks.map((book) => [book, pastBooks.includes(book) ? booked[book] : zero]),
  ) as LoanBooks;
}

/** What was posted here for a loan that was taken over, against the migration book: in all, or undone. */
export function openingPostings(
  loan: Pick<Loan, '_id' | 'currency' | 'booked' | 'takenOver'>,
  way: 'opened' | 'undone',
): { account: string; amount: Money }[] {
  const own = postingsBetween(loan.takenOver?.earlier ?? nothingBooked, loan.booked, loan);
  const postings = way === 'opened' ? own : own.map((one) => ({ ...one, amount: negate(one.amount) }));
  return [...postings, against(postings, loan.currency)].filter(({ amount }) => amount !== zero);
}

function against(postings: readonly { amount: Money }[], currency: Currency): { account: string; amount: Money } {
  return { account: ownBookId('migration', currency), amount: negate(sum(postings.map(({ amount }) => amount))) };
}
