import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';
import type { Loan, LoanTransaction } from './loan.ts';

const amount = { type: BigInt, required: true };
const text = { type: String, required: true };
const count = { type: Number, required: true };
const facts = { type: Object, required: true };

const loanSchema = documentSchema(
  {
    number: text,
    partyId: text,
    branchId: text,
    applicationId: text,
    productVersionId: text,
    productCode: text,
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
    takenOver: Object,
    terms: { type: [Object], required: true },
    instalments: { type: [Object], required: true },
    digest: text,
    outstandingPrincipal: amount,
    paidInstalments: count,
    nextDueOn: { type: String, default: null },
    arrears: facts,
    booked: facts,
    bookedOn: text,
    workOn: { type: String, default: null },
  },
  'loans',
)
  .index({ number: 1 }, { unique: true })
  .index({ applicationId: 1 }, { unique: true })
  .index({ partyId: 1, openedAt: -1 })
  .index({ state: 1, nextDueOn: 1, _id: 1 })
  // The close of day: what falls due, and what is in arrears or non-performing, by id.
  .index({ workOn: 1, _id: 1 })
  // The loans of a product whose base rate has moved.
  .index({ productVersionId: 1, state: 1, _id: 1 })
  .index({ 'arrears.bucket': 1, 'arrears.daysPastDue': -1, _id: 1 })
  .index({ 'arrears.since': 1, _id: 1 })
  .index({ state: 1, 'arrears.since': 1, _id: 1 })
  // Staff look for loans by what they are, newest first.
  .index({ state: 1, _id: -1 })
  .index({ productCode: 1, _id: -1 })
  // What the book is made of, from the index alone.
  .index({ state: 1, currency: 1, productCode: 1, outstandingPrincipal: 1 })
  .index({ branchId: 1, _id: -1 })
  // The delinquency list, and its figures from the index alone: a loan's document holds hundreds of rows.
  .index({ state: 1, 'arrears.bucket': 1, 'arrears.daysPastDue': -1, _id: 1 })
  .index({
    state: 1,
    currency: 1,
    'arrears.bucket': 1,
    outstandingPrincipal: 1,
    'arrears.principal': 1,
    'arrears.interest': 1,
    'arrears.fee': 1,
    'arrears.penalty': 1,
    'booked.provision': 1,
  });

const transactionSchema = documentSchema(
  {
    loanId: text,
    partyId: text,
    number: count,
    kind: text,
    on: text,
    recordedOn: text,
    at: { type: Date, required: true },
    amount,
    principal: amount,
    interest: amount,
    fee: amount,
    penalty: amount,
    ahead: amount,
    instalment: { type: Number, default: null },
    accountId: text,
    actor: text,
    channel: text,
    effect: String,
    charge: BigInt,
    tax: BigInt,
    code: String,
    givenBack: BigInt,
    change: Object,
    reverses: String,
    requestHash: String,
    reason: Object,
  },
  'loanTransactions',
)
  .index({ loanId: 1, number: 1 }, { unique: true })
  // A transaction is reversed once.
  .index({ reverses: 1 }, { unique: true, partialFilterExpression: { reverses: { $type: 'string' } } });

export const loanModel = (connection: Connection): Model<Loan> => connection.model<Loan>('Loan', loanSchema as never);
export const loanTransactionModel = (connection: Connection): Model<LoanTransaction> =>
  connection.model<LoanTransaction>('LoanTransaction', transactionSchema as never);
