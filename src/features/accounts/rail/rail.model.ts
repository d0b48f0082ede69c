import type { Connection, Model } from 'mongoose';
import type { Currency, Money } from '#core/money.ts';
import type { RailDirection } from '#platform/payment-rail.ts';
import { documentSchema } from '#platform/schema.ts';
import { sealedField, type Sealed } from '#platform/vault/vault.ts';
import type { RailState } from './rail.rules.ts';

/** Money that comes in from another bank or goes out to one: what was ordered, and what became of it. */
export interface RailPayment {
  /** The idempotency key of the form: the rail's too, the deposit's journal and the withdrawal's hold. */
  _id: string;
  direction: RailDirection;
  accountId: string;
  /** The loan that the money is for, where it is for no account: then `accountId` is `loan:` and the loan's id. */
  loan?: { id: string; number: string };
  /** The application whose bank account the bank pays a few cents to, to see whose it is: then they are the bank's own. */
  proof?: { applicationId: string };
  /** Whose key seals what is personal: the holder who ordered it. */
  partyId: string;
  /** The user who ordered it. */
  actor: string;
  amount: Money;
  currency: Currency;
  requestHash: string;
  state: RailState;
  /** Null until the rail has taken it. */
  railReference: string | null;
  /** Where a withdrawal goes: what the customer calls that bank, and the last digits; bound to their fields here. */
  bankName: Sealed | null;
  bankAccount: Sealed | null;
  /** Keyed hashes of the words of the bank's name, to be found by. */
  bankWords: string[];
  /** Why it came back or was refused. */
  reason: string | null;
  /** What staff wrote when they returned it. */
  note: Sealed | null;
  /** What of a returned deposit the account did not have any more: a claim of the bank. */
  missing: Money;
  at: Date;
  /** When the rail first said that it is pending there; null where it settled at once. */
  pendingSince: Date | null;
  settledAt: Date | null;
  /** When it came back or was refused. */
  endedAt: Date | null;
  /** When the rail is asked next, without being told; null where nothing is open. */
  askAt: Date | null;
  /** Counts the states it was in. */
  version: number;
}

export const railCollection = 'railPayments';

/** Before every date: what is asked for by a date lies after it. */
export const beginning = new Date(0);

const text = { type: String, required: true };
const date = { type: Date, default: null };

const paymentSchema = documentSchema(
  {
    direction: text,
    accountId: text,
    loan: { type: Object },
    proof: { type: Object },
    partyId: text,
    actor: text,
    amount: { type: BigInt, required: true },
    currency: text,
    requestHash: text,
    state: text,
    railReference: { type: String, default: null },
    bankName: { type: sealedField, default: null },
    bankAccount: { type: sealedField, default: null },
    bankWords: { type: [String], required: true },
    reason: { type: String, default: null },
    note: { type: sealedField, default: null },
    missing: { type: BigInt, required: true },
    at: { type: Date, required: true },
    pendingSince: date,
    settledAt: date,
    endedAt: date,
    askAt: date,
    version: { type: Number, required: true },
  },
  railCollection,
)
  // The staff's list, with and without a direction.
  .index({ state: 1, at: -1, _id: -1 })
  .index({ direction: 1, state: 1, at: -1, _id: -1 })
  // A holder's latest.
  .index({ accountId: 1, direction: 1, at: -1, _id: -1 })
  .index({ accountId: 1, bankWords: 1, _id: -1 })
  // Only what is open: the server sees that a question is inside it where the question says so, too.
  .index({ askAt: 1 }, { partialFilterExpression: { askAt: { $gt: beginning } } });

export const railPaymentModel = (connection: Connection): Model<RailPayment> =>
  connection.model<RailPayment>('RailPayment', paymentSchema as never);

/** Where a sealed field of a payment stands. */
export function sealedPlace(key: string, field: 'bankName' | 'bankAccount' | 'note') {
  return { collection: railCollection, document: key, field };
}
