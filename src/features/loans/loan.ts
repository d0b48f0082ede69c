import type { Frequency } from '#core/calendar.ts';
import type { Currency, Money } from '#core/money.ts';
import type {
  AllocationOrder,
  Fee,
  PartAmounts,
  PenaltyRule,
  PrepaymentEffect,
  ScheduleTerms,
} from '#features/schedules/index.ts';
import type { Sealed } from '#platform/vault/vault.ts';

/**
 * One version of what was agreed. The first is the agreement, from which everything is told anew; a later one says what a
 * transaction changed, for those who read it.
 */
export interface LoanTerms {
  version: number;
  from: string;
  reason: 'agreement' | 'advance' | 'rate-change' | 'moratorium' | 'reschedule' | 'restructure';
  principal: Money;
  annualRate: string;
  instalments: number;
  frequency: Frequency;
  method: ScheduleTerms['method'];
  dayCount: ScheduleTerms['dayCount'];
  instalment: Money;
  firstDueOn: string;
  rounding: { mode: 'half-even' | 'half-up'; instalmentTo: Money | null; instalmentMode: 'nearest' | 'up' };
  instalmentBasis: 'day-count' | 'nominal';
  principalGrace: number;
  interestGrace: number;
  balloon: Money;
  /** What comes with every instalment; what is charged once is a transaction. */
  fees: Fee[];
  /** What of these fees, as they were agreed, is tax: an exact share. Left out where there is none. */
  feeTax?: { tax: Money; of: Money };
  penalty: PenaltyRule | null;
  allocation: AllocationOrder;
  rest: 'daily' | 'period';
}

/** A row of the schedule with what became of it: a projection of the loan's transactions, guarded by the loan's version. */
export interface Instalment {
  n: number;
  dueOn: string;
  principal: Money;
  interest: Money;
  fee: Money;
  penalty: Money;
  total: Money;
  /** Outstanding principal after this row. */
  balance: Money;
  /** What of it was paid or let go; what was moved to later rows when the loan was restructured counts as well. */
  paid: PartAmounts;
  /** What of `total` is still to pay. */
  left: Money;
  /** The day from which nothing of it was owed any more. */
  paidOn: string | null;
  /** The key of the loan transaction that settled it. */
  paidBy: string | null;
}

/** What was posted for a loan so far, by account, debits positive: kept equal to what its state asks for. */
export type LoanBooks = Record<LoanBook, Money>;
export const loanBooks = [
  'principal',
  'interest',
  'fees',
  'penalties',
  'overpaid',
  'interestIncome',
  'feeIncome',
  'penaltyIncome',
  'recoveryIncome',
  'interestSuspense',
  'taxPayable',
  'provision',
  'provisionExpense',
] as const;
export type LoanBook = (typeof loanBooks)[number];

/** Where a loan stands with its payments at the end of a business date. */
export interface LoanArrears extends PartAmounts {
  /** The oldest due date of which something but a penalty is unpaid; null where nothing is. */
  since: string | null;
  daysPastDue: number;
  /** The code of the product's bucket. */
  bucket: string;
  /** From when the loan is non-performing; it stays so until nothing is in arrears. */
  nonPerformingSince: string | null;
}

export interface Loan {
  _id: string;
  /** Read aloud: `L-4402-7719`. */
  number: string;
  partyId: string;
  branchId: string;
  /** `import:…` for a loan that was taken over from another bank's books. */
  applicationId: string;
  productVersionId: string;
  productCode: string;
  productName: string;
  currency: Currency;
  state: 'active' | 'closed' | 'written-off';
  version: number;
  principal: Money;
  fee: Money;
  aprPercent: string | null;
  disbursedOn: string;
  openedAt: Date;
  closedOn: string | null;
  payoutAccountId: string;
  /** Only of a loan that another bank had made. */
  takenOver?: TakenOver;
  terms: LoanTerms[];
  instalments: Instalment[];
  /** Of `instalments`: two loans with the same digest have the same rows. */
  digest: string;
  outstandingPrincipal: Money;
  paidInstalments: number;
  /** The due date of the oldest unpaid row; null when all are paid. */
  nextDueOn: string | null;
  arrears: LoanArrears;
  booked: LoanBooks;
  /** The business date up to which interest is booked. */
  bookedOn: string;
  /** The next business date on which something falls due or a month ends; null where nothing will. */
  workOn: string | null;
}

/** How a running loan came here from another bank's books. */
export interface TakenOver {
  importId: string;
  /** The loan's number there. */
  number: string;
  /** The takeover date: from here on what is earned is income of this bank. */
  on: string;
  /** While the import that brings it is still under way, and may have to be undone: nothing can be done to it. */
  arriving?: true;
  /** What of `booked` was that bank's and never posted here: its income, its expense and its tax. */
  earlier: LoanBooks;
}

export type TransactionKind =
  | 'disbursal'
  | 'payment'
  | 'prepayment'
  | 'payoff'
  | 'cancellation'
  | 'charge'
  | 'waiver'
  | 'rate-change'
  | 'moratorium'
  | 'reschedule'
  | 'restructure'
  | 'write-off'
  | 'recovery'
  | 'refund'
  | 'reversal';

/** What happened on a loan: immutable, in order. The truth from which instalments are projected. */
export interface LoanTransaction {
  /** The idempotency key, and so the journal's. */
  _id: string;
  loanId: string;
  partyId: string;
  /** 1 for the disbursal; without gaps. */
  number: number;
  kind: TransactionKind;
  /** The day it counts from, and the business date it was recorded on. */
  on: string;
  recordedOn: string;
  at: Date;
  /** What moved, or was charged or let go; nothing for a change of terms. */
  amount: Money;
  /** What it was used for as it was recorded; a later backdated entry may use it anew. */
  principal: Money;
  interest: Money;
  fee: Money;
  penalty: Money;
  /** Waits for an instalment to come. */
  ahead: Money;
  /** The first instalment paid; null where none is. */
  instalment: number | null;
  /** The account on the other side: a deposit account or one of the bank's own books. */
  accountId: string;
  actor: string;
  /** How it came: by the customer, by a standing mandate, over the rail, by staff or by ourselves. */
  channel: 'customer' | 'autopay' | 'rail' | 'staff' | 'system';
  /** Of a prepayment. */
  effect?: PrepaymentEffect;
  /** Kept beside the amount of a prepayment or payoff as a fee for it; for a charge, the tax in it. */
  charge?: Money;
  tax?: Money;
  /** What was charged: `late`, `bounce`, `prepayment`, `other`; or which part was let go. */
  code?: string;
  /** Of a cancellation: the fees and penalties given back, which lower what was paid for it. */
  givenBack?: Money;
  change?: TermsChange;
  /** The transaction that this one undoes. */
  reverses?: string;
  /** Of the order that recorded it, on the first of its transactions: another one under the same key is refused. */
  requestHash?: string;
  /** Why, in the words of staff; sealed under the borrower's key. */
  reason?: Sealed | null;
}

/** What a change of terms asks for. */
export interface TermsChange {
  annualRate?: string;
  /** The due date from which rows are solved again, more rows, and rows without interest or principal. */
  fromDueOn?: string;
  extraInstalments?: number;
  interestGrace?: number;
  principalGrace?: number;
  /** Arrears become principal of the rows to come. */
  capitalise?: 'arrears';
}

/** Ledger accounts of a loan. */
export const loanAccounts = (loanId: string) => ({
  principal: `loan:${loanId}:principal`,
  interest: `loan:${loanId}:interest`,
  fees: `loan:${loanId}:fees`,
  penalties: `loan:${loanId}:penalties`,
  overpaid: `loan:${loanId}:overpaid`,
});
