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
  /** Everybody who may see and use it: the owner first, then joint holders. */
  holders: string[];
  /**
   * Which of the owner's open accounts this is, from 1: unique among them, so that nobody has more than the most by
   * opening several at once. A closed account leaves its place to the next.
   */
  ordinal: number;
  branchId: string;
  kind: 'current' | 'savings';
  /** The version of its type that it was opened under: an id of `accountTypes`. */
  typeId: string;
  /** What the customer calls it, bound to `accounts/<id>/name`. */
  name: Sealed;
  currency: Currency;
  state: 'open' | 'closed';
  version: number;
  openedOn: string;
  closedOn?: string;
  /** The last day whose interest is posted or is known to be none; only where the type bears interest. */
  interestPaidTo?: string;
}

/** At most one open account in each of an owner's places; the migration drops the older one over all of them. */
export const openPlacesIndex = 'openPlaces';
export const formerPlacesIndex = 'partyId_1_ordinal_1';

const accountSchema = documentSchema(
  {
    number: { type: String, required: true },
    partyId: { type: String, required: true },
    holders: { type: [String], required: true },
    ordinal: { type: Number, required: true },
    branchId: { type: String, required: true },
    kind: { type: String, required: true },
    typeId: { type: String, required: true },
    name: sealedField,
    currency: { type: String, required: true },
    state: { type: String, required: true },
    version: { type: Number, required: true },
    openedOn: { type: String, required: true },
    closedOn: { type: String },
    interestPaidTo: { type: String },
  },
  'accounts',
)
  .index({ holders: 1, state: 1, _id: 1 })
  .index({ number: 1 }, { unique: true })
  .index(
    { partyId: 1, ordinal: 1 },
    { unique: true, name: openPlacesIndex, partialFilterExpression: { state: 'open' } },
  )
  // Whose interest of a month is still to be posted: those of a month that is done are outside its range.
  .index({ state: 1, interestPaidTo: 1, _id: 1 }, { partialFilterExpression: { interestPaidTo: { $exists: true } } });

export const accountModel = (connection: Connection): Model<AccountRecord> =>
  connection.model<AccountRecord>('Account', accountSchema as never);
