import type { Connection, Model } from 'mongoose';
import type { Frequency } from '#core/calendar.ts';
import type { Currency, Money } from '#core/money.ts';
import { documentSchema } from '#platform/schema.ts';

/** One version of what was agreed; a change of terms adds one and never edits one. */
export interface LoanTerms {
  version: number;
  from: string;
  principal: Money;
  annualRate: string;
  instalments: number;
  frequency: Frequency;
  method: 'equal-instalment';
  dayCount: '30/360';
  instalment: Money;
  firstDueOn: string;
}

/** A row of the schedule with what became of it: a projection of the loan's transactions, guarded by the loan's version. */
export interface Instalment {
  n: number;
  dueOn: string;
  principal: Money;
  interest: Money;
  fee: Money;
  total: Money;
  /** Outstanding principal after this row. */
  balance: Money;
  paidOn: string | null;
  /** The key of the loan transaction that paid it. */
  paidBy: string | null;
}

export interface Loan {
  _id: string;
  /** Read aloud: `L-4402-7719`. */
  number: string;
  partyId: string;
  branchId: string;
  applicationId: string;
  productVersionId: string;
  productName: string;
  currency: Currency;
  state: 'active' | 'closed';
  version: number;
  principal: Money;
  fee: Money;
  aprPercent: string | null;
  disbursedOn: string;
  openedAt: Date;
  closedOn: string | null;
  payoutAccountId: string;
  terms: LoanTerms[];
  instalments: Instalment[];
  outstandingPrincipal: Money;
  paidInstalments: number;
  /** The due date of the oldest unpaid row; null when all are paid. */
  nextDueOn: string | null;
}

/** What happened on a loan: immutable, in order. The truth from which instalments are projected. */
export interface LoanTransaction {
  /** The idempotency key, and so the journal's. */
  _id: string;
  loanId: string;
  partyId: string;
  /** 1 for the disbursal; without gaps. */
  number: number;
  kind: 'disbursal' | 'payment';
  on: string;
  at: Date;
  amount: Money;
  principal: Money;
  interest: Money;
  fee: Money;
  /** The instalment paid; null for a disbursal. */
  instalment: number | null;
  /** The deposit account on the other side. */
  accountId: string;
  actor: string;
}

/** Ledger accounts of a loan. */
export const loanAccounts = (loanId: string) => ({
  principal: `loan:${loanId}:principal`,
  interest: `loan:${loanId}:interest`,
  fees: `loan:${loanId}:fees`,
});

const amount = { type: BigInt, required: true };
const text = { type: String, required: true };
const count = { type: Number, required: true };

const loanSchema = documentSchema(
  {
    number: text,
    partyId: text,
    branchId: text,
    applicationId: text,
    productVersionId: text,
    productName: text,
    currency: text,
    state: text,
    version: count,
    principal: amount,
    fee: amount,
    aprPercent: { type: String, default: null },
    disbursedOn: text,
    openedAt: { type: Date, required: true },
    closedOn: { type: String, default: null },
    payoutAccountId: text,
    terms: [
      {
        _id: false,
        version: count,
        from: text,
        principal: amount,
        annualRate: text,
        instalments: count,
        frequency: { every: count, unit: text },
        method: text,
        dayCount: text,
        instalment: amount,
        firstDueOn: text,
      },
    ],
    instalments: [
      {
        _id: false,
        n: count,
        dueOn: text,
        principal: amount,
        interest: amount,
        fee: amount,
        total: amount,
        balance: amount,
        paidOn: { type: String, default: null },
        paidBy: { type: String, default: null },
      },
    ],
    outstandingPrincipal: amount,
    paidInstalments: count,
    nextDueOn: { type: String, default: null },
  },
  'loans',
)
  .index({ number: 1 }, { unique: true })
  .index({ applicationId: 1 }, { unique: true })
  .index({ partyId: 1, openedAt: -1 })
  .index({ state: 1, nextDueOn: 1 });

const transactionSchema = documentSchema(
  {
    loanId: text,
    partyId: text,
    number: count,
    kind: text,
    on: text,
    at: { type: Date, required: true },
    amount,
    principal: amount,
    interest: amount,
    fee: amount,
    instalment: { type: Number, default: null },
    accountId: text,
    actor: text,
  },
  'loanTransactions',
).index({ loanId: 1, number: 1 }, { unique: true });

export const loanModel = (connection: Connection): Model<Loan> => connection.model<Loan>('Loan', loanSchema as never);
export const loanTransactionModel = (connection: Connection): Model<LoanTransaction> =>
  connection.model<LoanTransaction>('LoanTransaction', transactionSchema as never);
