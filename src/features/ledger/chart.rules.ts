import type { Currency, Money } from '#core/money.ts';

/** The five kinds of the chart of accounts. Debits raise assets and expenses, credits raise the others. */
export type AccountKind = 'asset' | 'liability' | 'equity' | 'income' | 'expense';
export type Side = 'debit' | 'credit';

export const normalSide: Record<AccountKind, Side> = {
  asset: 'debit',
  expense: 'debit',
  liability: 'credit',
  equity: 'credit',
  income: 'credit',
};

/** A balance as its owner reads it: positive on the account's normal side. */
export function onNormalSide(balance: Money, kind: AccountKind): Money {
  return (normalSide[kind] === 'debit' ? balance : 0n - balance) as Money;
}

/** The bank's own books. Their ids carry the currency, so that a second currency is a second set of books. */
export const ownBooks = {
  cash: { kind: 'asset', name: 'Cash and settlement' },
  returnsReceivable: { kind: 'asset', name: 'Returned deposits receivable' },
  capital: { kind: 'equity', name: 'Paid-in capital' },
  interestIncome: { kind: 'income', name: 'Interest income' },
  feeIncome: { kind: 'income', name: 'Fee income' },
  penaltyIncome: { kind: 'income', name: 'Penalty income' },
  recoveryIncome: { kind: 'income', name: 'Recoveries of loans written off' },
  taxPayable: { kind: 'liability', name: 'Tax on fees payable' },
  migration: { kind: 'liability', name: 'Migration clearing' },
  interestSuspense: { kind: 'liability', name: 'Interest in suspense' },
  provision: { kind: 'liability', name: 'Loan loss provision' },
  interestExpense: { kind: 'expense', name: 'Interest paid to depositors' },
  accountChecks: { kind: 'expense', name: 'Checks of bank accounts' },
  provisionExpense: { kind: 'expense', name: 'Provision expense' },
} as const satisfies Record<string, { kind: AccountKind; name: string }>;
export type OwnBook = keyof typeof ownBooks;

export function ownBookId(book: OwnBook, currency: Currency): string {
  return `bank:${book}:${currency}`;
}
