import type { PlainDate } from '#core/calendar.ts';
import type { Money } from '#core/money.ts';
import type { Loan, LoanTransaction, TermsChange } from '#features/loans/index.ts';
import type { ProductVersion } from '#features/products/index.ts';
import type { LoanRun, PrepaymentEffect } from '#features/schedules/index.ts';
import type { Companion } from '#platform/companion.ts';

/** Where money comes from or goes to: a deposit account of a customer, or the bank's own cash for money from outside. */
export type Side = { accountId: string } | 'cash';

/** What can be done to a loan that was paid out. Amounts in minor units of its currency. */
export type Act =
  /**
   * Without an amount: exactly what is due, compared with what the page showed. With `only`: what has fallen due, whatever
   * that comes to at the moment it is taken.
   */
  | { kind: 'payment'; from: Side; amount?: Money | undefined; shown?: Money | undefined; only?: 'arrears' }
  /** `amount` lowers the principal; the fee for it, as shown, comes on top. */
  | { kind: 'prepayment'; from: Side; amount: Money; effect: PrepaymentEffect; chargeShown: Money }
  | { kind: 'payoff'; from: Side; shown: Money }
  /** Pays a later tranche out; `n` counts from 2. */
  | { kind: 'advance'; to: Side; amount: Money; n: number }
  /** Within the cooling-off days: the principal paid out and its interest to the day, less every fee and penalty. */
  | { kind: 'cancellation'; from: Side; shown: Money }
  | { kind: 'charge'; code: 'late' | 'bounce' | 'other'; amount: Money; tax: Money }
  | { kind: 'waiver'; part: 'fee' | 'penalty' | 'interest'; amount: Money }
  | { kind: 'rate-change'; annualRate: string }
  | { kind: 'moratorium' | 'reschedule' | 'restructure'; change: TermsChange }
  | { kind: 'write-off' }
  | { kind: 'recovery'; from: Side; amount: Money }
  /** Undoes a transaction as if it had never been; `bounce` charges the product's fee for a payment that came back. */
  | { kind: 'reversal'; reverses: string; bounce?: 'charged' };

export interface ActOrder {
  /** The idempotency key: the transaction's and the journal's id. */
  key: string;
  /** The user who asks, or the name of a job of ours. */
  actor: string;
  channel: LoanTransaction['channel'];
  loanId: string;
  /** Whose loan it must be, where a customer asks. */
  partyId?: string;
  /** The day it counts from, where that is not the business date: staff record what came late. */
  on?: PlainDate;
  /** Why, in the words of staff. */
  reason?: string;
  /**
   * The number of the last transaction that the page was made from. Two pages of one loan ask for the same amount, and
   * only the first of them may be paid.
   */
  seen?: number;
  /** The loan's version that its effect was shown for: where it moved, nothing is done. */
  version?: number;
  /** Guarded writes of whoever asks, which commit with the act or keep it from being done. */
  companions?: readonly Companion[];
  act: Act;
}

export const actRefusals = [
  'loan-not-active',
  'not-written-off',
  'not-your-account',
  'account-unusable',
  'short-of-funds',
  'nothing-due',
  'amount-changed',
  'not-positive',
  'too-much',
  'pays-off',
  'prepayment-not-allowed',
  'locked-in',
  'effect-not-offered',
  'below-minimum',
  'in-arrears',
  'date-in-future',
  'date-before-loan',
  'unknown-transaction',
  'already-reversed',
  'cannot-reverse',
  'cooling-off-over',
  'tranche-paid',
  'nothing-to-waive',
  'same-rate',
  'no-schedule',
  'not-a-due-date',
  'too-long',
  'changed-meanwhile',
  'held',
  'key-reused',
] as const;
export type ActRefusalCode = (typeof actRefusals)[number];

/** `amount`: what is due, missing, allowed or asked at least, as the code says. */
export interface ActRefusal {
  code: ActRefusalCode;
  amount?: Money;
}

/** What an act is decided on: the loan as it stands at the end of the business date, with all that is recorded. */
export interface ActFacts {
  loan: Loan;
  product: ProductVersion;
  run: LoanRun;
  transactions: readonly LoanTransaction[];
  today: PlainDate;
  /** The day the act counts from. */
  on: PlainDate;
  /** The last transaction known to whoever asks, where that matters. */
  seen?: number;
}

/** A transaction without what follows from its place and its use. */
export type Draft = Pick<LoanTransaction, 'kind' | 'amount' | 'accountId'> &
  Partial<
    Pick<LoanTransaction, 'effect' | 'charge' | 'tax' | 'code' | 'change' | 'reverses' | 'principal' | 'givenBack'>
  >;

/** What an act comes to: what is recorded, and what moves on the account of the other side (debits positive). */
export interface Plan {
  drafts: Draft[];
  legs: { account: string; amount: Money }[];
}
