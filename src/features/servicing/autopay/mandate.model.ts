import type { Connection, Model } from 'mongoose';
import type { Currency, Money } from '#core/money.ts';
import { documentSchema } from '#platform/schema.ts';
import type { Place } from './autopay.rules.ts';

/** Why a mandate stands still until the borrower chooses another account. */
export type PauseReason = 'account-closed' | 'not-your-account';

export interface MandateEvent {
  /** The business date, and the moment. */
  on: string;
  at: Date;
  what: 'set-up' | 'account-changed' | 'resumed' | 'paused' | 'cancelled' | 'loan-ended';
  reason: PauseReason | null;
}

/** The borrower's order to take what falls due on a loan from an account of theirs, until they cancel it. */
export interface Mandate extends Place {
  /** The key of the form that made it. */
  _id: string;
  loanId: string;
  loanNumber: string;
  partyId: string;
  accountId: string;
  currency: Currency;
  /** A paused one takes nothing until the borrower chooses an account; a cancelled one is over. */
  state: 'active' | 'paused' | 'cancelled';
  version: number;
  /** The business date it was agreed on. */
  since: string;
  /** The latest events, oldest first. */
  history: MandateEvent[];
}

export const mostEvents = 50;

/** What came of one try. */
export interface Taking {
  /** The key of the try, which is the payment's too where money was taken. */
  _id: string;
  mandateId: string;
  loanId: string;
  partyId: string;
  accountId: string;
  dueOn: string;
  attempt: number;
  /** The business date and the moment. */
  on: string;
  at: Date;
  outcome: 'taken' | 'failed';
  /** What should have been taken, where it failed; what was taken says the loan's own transaction. */
  amount: Money | null;
  /** What the account was short of. */
  short: Money | null;
  /** The refusal's code, where it failed. */
  reason: string | null;
  /** When it is tried again. */
  againOn: string | null;
  /** What the product charges after the last try. */
  fee: Money | null;
}

export const mandateCollection = 'mandates';
export const takingCollection = 'autopayTakings';

const text = { type: String, required: true };
const count = { type: Number, required: true };
const noText = { type: String, default: null };
const noAmount = { type: BigInt, default: null };
const moment = { type: Date, required: true };

const mandateSchema = documentSchema(
  {
    loanId: text,
    loanNumber: text,
    partyId: text,
    accountId: text,
    currency: text,
    state: text,
    version: count,
    since: text,
    dueOn: text,
    attempt: count,
    tryOn: text,
    remindFor: noText,
    history: { type: [Object], required: true },
  },
  mandateCollection,
)
  // At most one of a loan that is not over.
  .index(
    { loanId: 1 },
    { unique: true, name: 'standing', partialFilterExpression: { state: { $in: ['active', 'paused'] } } },
  )
  // The day's work: what is tried, and whom to remind.
  .index({ tryOn: 1, _id: 1 }, { name: 'due', partialFilterExpression: { state: 'active' } })
  .index({ remindFor: 1, _id: 1 }, { name: 'reminders', partialFilterExpression: { state: 'active' } });

const takingSchema = documentSchema(
  {
    mandateId: text,
    loanId: text,
    partyId: text,
    accountId: text,
    dueOn: text,
    attempt: count,
    on: text,
    at: moment,
    outcome: text,
    amount: noAmount,
    short: noAmount,
    reason: noText,
    againOn: noText,
    fee: noAmount,
  },
  takingCollection,
).index({ loanId: 1, partyId: 1, at: -1, _id: -1 });

export const mandateModel = (connection: Connection): Model<Mandate> =>
  connection.model<Mandate>('Mandate', mandateSchema as never);
export const takingModel = (connection: Connection): Model<Taking> =>
  connection.model<Taking>('AutopayTaking', takingSchema as never);
