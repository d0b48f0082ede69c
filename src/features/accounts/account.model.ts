import type { Connection, Model } from 'mongoose';
import type { Currency } from '#core/money.ts';
import { documentSchema } from '#platform/schema.ts';
import { sealedField, type Sealed } from '#platform/vault/vault.ts';

/** A customer's deposit account. Its balance lies in the ledger account of the same id. */
export interface AccountRecord {
  _id: string;
  /** Twelve digits, the last two check digits. */
  number: string;
  partyId: string;
  /** Which of the owner's accounts this is, from 1: unique, so that nobody has more than the most by opening several at once. */
  ordinal: number;
  branchId: string;
  kind: 'current';
  /** What the customer calls it, bound to `accounts/<id>/name`. */
  name: Sealed;
  currency: Currency;
  state: 'open' | 'closed';
  version: number;
  openedOn: string;
}

const accountSchema = documentSchema(
  {
    number: { type: String, required: true },
    partyId: { type: String, required: true },
    ordinal: { type: Number, required: true },
    branchId: { type: String, required: true },
    kind: { type: String, required: true },
    name: sealedField,
    currency: { type: String, required: true },
    state: { type: String, required: true },
    version: { type: Number, required: true },
    openedOn: { type: String, required: true },
  },
  'accounts',
)
  .index({ number: 1 }, { unique: true })
  .index({ partyId: 1, ordinal: 1 }, { unique: true });

export const accountModel = (connection: Connection): Model<AccountRecord> =>
  connection.model<AccountRecord>('Account', accountSchema as never);

/** Money that came in over the payment rail: what was ordered and what the rail said. */
export interface DepositRecord {
  /** The idempotency key, and so the journal's. */
  _id: string;
  accountId: string;
  partyId: string;
  amount: bigint;
  railReference: string;
  at: Date;
}

const depositSchema = documentSchema(
  {
    accountId: { type: String, required: true },
    partyId: { type: String, required: true },
    amount: { type: BigInt, required: true },
    railReference: { type: String, required: true },
    at: { type: Date, required: true },
  },
  'deposits',
)
  .index({ partyId: 1, at: -1 })
  .index({ railReference: 1 }, { unique: true });

export const depositModel = (connection: Connection): Model<DepositRecord> =>
  connection.model<DepositRecord>('Deposit', depositSchema as never);
