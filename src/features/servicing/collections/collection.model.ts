import type { Connection, Model } from 'mongoose';
import type { Currency, Money } from '#core/money.ts';
import { documentSchema } from '#platform/schema.ts';
import type { Sealed } from '#platform/vault/vault.ts';

export interface Staff {
  userId: string;
  name: string;
}

/** One loan on the collections desk; its id is the loan's. Figures are those of the last refresh, to sort the queue by. */
export interface CollectionCase {
  _id: string;
  loanNumber: string;
  partyId: string;
  branchId: string;
  currency: Currency;
  state: 'open' | 'closed';
  /** Who looks after it; with their own file, where they have one, for their inbox. */
  collector: (Staff & { partyId: string | null }) | null;
  /** The last promise was not kept, and nobody has agreed on another since. */
  broken: boolean;
  daysPastDue: number;
  amount: Money;
  openedOn: string;
  refreshedOn: string;
  version: number;
}

export const promiseStates = ['open', 'kept', 'partly', 'broken', 'replaced'] as const;
export type PromiseState = (typeof promiseStates)[number];

/** What a borrower said they would pay, and by when. Its id is the form's key. */
export interface PaymentPromise {
  _id: string;
  loanId: string;
  amount: Money;
  madeOn: string;
  payOn: string;
  /** The number of the loan's last transaction when it was made: what was paid before does not keep it. */
  after: number;
  state: PromiseState;
  /** What really came in for it, once it is decided. */
  paid: Money;
  decidedOn: string | null;
  by: Staff;
  at: Date;
}

export const noteChannels = ['phone', 'e-mail', 'letter', 'visit', 'message', 'other'] as const;
export const noteOutcomes = [
  'reached',
  'no-answer',
  'message-left',
  'wrong-contact',
  'disputes',
  'refuses',
  'other',
] as const;

/** A contact with the borrower, or an attempt at one: immutable. Its id is the form's key. */
export interface ContactNote {
  _id: string;
  loanId: string;
  channel: (typeof noteChannels)[number];
  outcome: (typeof noteOutcomes)[number];
  on: string;
  by: Staff;
  at: Date;
  /** Sealed under the borrower's key. */
  text: Sealed;
}

export interface CollectionTask {
  _id: string;
  loanId: string;
  loanNumber: string;
  dueOn: string;
  state: 'open' | 'done';
  assignee: Staff;
  by: Staff;
  at: Date;
  done: { by: Staff; at: Date } | null;
  /** Sealed under the borrower's key. */
  what: Sealed;
  version: number;
}

export const collectionNames = {
  cases: 'collectionCases',
  promises: 'collectionPromises',
  notes: 'collectionNotes',
  tasks: 'collectionTasks',
} as const;

const text = { type: String, required: true };
const count = { type: Number, required: true };
const amount = { type: BigInt, required: true };
const facts = { type: Object, required: true };
const at = { type: Date, required: true };

const caseSchema = documentSchema(
  {
    loanNumber: text,
    partyId: text,
    branchId: text,
    currency: text,
    state: text,
    collector: { type: Object, default: null },
    broken: { type: Boolean, required: true },
    daysPastDue: count,
    amount,
    openedOn: text,
    refreshedOn: text,
    version: count,
  },
  collectionNames.cases,
)
  // The queue of everybody, and of one collector or of nobody.
  .index({ state: 1, broken: -1, daysPastDue: -1, amount: -1, _id: 1 })
  .index({ state: 1, 'collector.userId': 1, broken: -1, daysPastDue: -1, amount: -1, _id: 1 })
  // Those that the last refresh did not find in arrears any more.
  .index({ state: 1, refreshedOn: 1, _id: 1 });

const promiseSchema = documentSchema(
  {
    loanId: text,
    amount,
    madeOn: text,
    payOn: text,
    after: count,
    state: text,
    paid: amount,
    decidedOn: { type: String, default: null },
    by: facts,
    at,
  },
  collectionNames.promises,
)
  .index({ state: 1, _id: 1 })
  .index({ loanId: 1, _id: -1 })
  // One open promise a loan.
  .index({ loanId: 1 }, { unique: true, partialFilterExpression: { state: 'open' }, name: 'one-open' });

const noteSchema = documentSchema(
  { loanId: text, channel: text, outcome: text, on: text, by: facts, at, text: facts },
  collectionNames.notes,
).index({ loanId: 1, _id: -1 });

const taskSchema = documentSchema(
  {
    loanId: text,
    loanNumber: text,
    dueOn: text,
    state: text,
    assignee: facts,
    by: facts,
    at,
    done: { type: Object, default: null },
    what: facts,
    version: count,
  },
  collectionNames.tasks,
)
  .index({ loanId: 1, _id: -1 })
  .index({ 'assignee.userId': 1, state: 1, dueOn: 1, _id: 1 });

export interface CollectionModels {
  cases: Model<CollectionCase>;
  promises: Model<PaymentPromise>;
  notes: Model<ContactNote>;
  tasks: Model<CollectionTask>;
}

export const collectionModels = (connection: Connection): CollectionModels => ({
  cases: connection.model<CollectionCase>('CollectionCase', caseSchema as never),
  promises: connection.model<PaymentPromise>('PaymentPromise', promiseSchema as never),
  notes: connection.model<ContactNote>('ContactNote', noteSchema as never),
  tasks: connection.model<CollectionTask>('CollectionTask', taskSchema as never),
});
