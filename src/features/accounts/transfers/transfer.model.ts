import type { Connection, Model } from 'mongoose';
import type { Currency, Money } from '#core/money.ts';
import { documentSchema } from '#platform/schema.ts';
import { sealedField, type Sealed } from '#platform/vault/vault.ts';

/** What one side sees of a transfer, sealed under a key of its own. */
export interface TransferSide {
  /** The other side as it is shown to this one: the payee's masked name, the payer's name. */
  name: Sealed;
  /** What the payer wrote; null where nothing was written. */
  reference: Sealed | null;
}

export interface TransferRecord {
  /** The idempotency key, and so the journal's. */
  _id: string;
  /** What people read aloud: `7K3M-92QX`. */
  number: string;
  fromAccount: string;
  toAccount: string;
  /** Who ordered it, and who owns the account that it went to. */
  fromPartyId: string;
  toPartyId: string;
  amount: Money;
  currency: Currency;
  /** `own` where who ordered it holds both accounts; a scheduled one may be either. */
  kind: 'own' | 'payee' | 'scheduled';
  scheduleId?: string;
  sent: TransferSide;
  received: TransferSide;
  /** Keyed hashes of the words that each side may look for: what was written, and who paid. */
  sentWords: string[];
  receivedWords: string[];
  /** The business date. */
  on: string;
  at: Date;
}

const sideField = { name: sealedField, reference: { type: sealedField, default: null } };

const transferSchema = documentSchema(
  {
    number: { type: String, required: true },
    fromAccount: { type: String, required: true },
    toAccount: { type: String, required: true },
    fromPartyId: { type: String, required: true },
    toPartyId: { type: String, required: true },
    amount: { type: BigInt, required: true },
    currency: { type: String, required: true },
    kind: { type: String, required: true },
    scheduleId: { type: String },
    sent: sideField,
    received: sideField,
    sentWords: { type: [String], required: true },
    receivedWords: { type: [String], required: true },
    on: { type: String, required: true },
    at: { type: Date, required: true },
  },
  'transfers',
)
  .index({ number: 1 }, { unique: true })
  // Whom a person has paid and who has paid them, for what a party may ask to be given or erased.
  .index({ fromPartyId: 1, at: -1 })
  .index({ toPartyId: 1, at: -1 })
  .index({ fromAccount: 1, sentWords: 1 })
  .index({ toAccount: 1, receivedWords: 1 })
  .index({ scheduleId: 1, at: -1 }, { partialFilterExpression: { scheduleId: { $exists: true } } });

export const transferModel = (connection: Connection): Model<TransferRecord> =>
  connection.model<TransferRecord>('Transfer', transferSchema as never);
