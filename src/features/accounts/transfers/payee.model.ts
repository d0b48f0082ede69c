import type { Connection, Model } from 'mongoose';
import type { Money } from '#core/money.ts';
import { documentSchema } from '#platform/schema.ts';
import { sealedField, type Sealed } from '#platform/vault/vault.ts';

/** An account of somebody else that a person has confirmed the holder's name of. One for a person and an account. */
export interface PayeeRecord {
  _id: string;
  partyId: string;
  accountId: string;
  /** `used` was paid without being saved. `removed` keeps its place, so that its name has to be confirmed again. */
  state: 'saved' | 'used' | 'removed';
  /** What the person calls it, under their key; null where it is not saved. */
  nickname: Sealed | null;
  /** The holder's masked name as it was confirmed, under the same key. */
  maskedName: Sealed;
  createdAt: Date;
  version: number;
}

const payeeSchema = documentSchema(
  {
    partyId: { type: String, required: true },
    accountId: { type: String, required: true },
    state: { type: String, required: true },
    nickname: { type: sealedField, default: null },
    maskedName: sealedField,
    createdAt: { type: Date, required: true },
    version: { type: Number, required: true },
  },
  'payees',
)
  .index({ partyId: 1, accountId: 1 }, { unique: true })
  .index({ partyId: 1, state: 1, _id: 1 });

export const payeeModel = (connection: Connection): Model<PayeeRecord> =>
  connection.model<PayeeRecord>('Payee', payeeSchema as never);

/**
 * How much a person has sent to another while that one was new to them. It is kept by the two persons and apart from
 * the saved payees, so that neither a second account of either nor removing and saving again begins it anew.
 */
export interface Acquaintance {
  /** `<sender's party>:<receiver's party>` */
  _id: string;
  since: Date;
  newUntil: Date;
  sentWhileNew: Money;
}

export const acquaintanceCollection = 'payeeAcquaintances';

const acquaintanceSchema = documentSchema(
  {
    since: { type: Date, required: true },
    newUntil: { type: Date, required: true },
    sentWhileNew: { type: BigInt, required: true },
  },
  acquaintanceCollection,
);

export const acquaintanceModel = (connection: Connection): Model<Acquaintance> =>
  connection.model<Acquaintance>('PayeeAcquaintance', acquaintanceSchema as never);
