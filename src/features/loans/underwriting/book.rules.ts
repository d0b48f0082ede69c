import { plus, toDecimalString, zero, type Currency, type Money } from '#core/money.ts';

/** What is owed on all loans that run, in the bank's currency. */
export interface LendingBook {
  loans: number;
  whole: Money;
  byProduct: ReadonlyMap<string, Money>;
  /** On those that were decided with the grades D and E. */
  weakGrades: Money;
}

/** The same with one loan in it, as decimal text of units: what the policy compares. */
export interface BookShares {
  whole: string;
  product: string;
  weakGrades: string;
}

/** Shares of fewer loans than these say nothing of how a book is spread: the first loan is all of it. */
export const leastLoans = 10;

/**
 * The book with this loan in it, as decimal text; undefined while it is too small for shares. The loan is counted among
 * the weak ones too, as the policy looks at their share only where the loan is one of them.
 */
export function bookWith(
  book: LendingBook,
  loan: { product: string; amount: Money; currency: Currency },
): BookShares | undefined {
  if (book.loans < leastLoans) return undefined;
  const { product, amount, currency } = loan;
  const withIt = (sum: Money) => toDecimalString(plus(sum, amount), currency);
  return {
    whole: withIt(book.whole),
    product: withIt(book.byProduct.get(product) ?? zero),
    weakGrades: withIt(book.weakGrades),
  };
}
