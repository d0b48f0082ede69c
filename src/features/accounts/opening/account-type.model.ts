import type { Connection, Model } from 'mongoose';
import type { Currency, Money } from '#core/money.ts';
import { documentSchema } from '#platform/schema.ts';

/**
 * One version of what kind of account can be opened and on which terms. Never edited: a change is a new version that
 * takes effect on a day. An account keeps the limits and the floor of the version it was opened under; the interest
 * rate of every day is the one that its type has on that day, for old and new accounts alike.
 */
export interface AccountTypeVersion {
  /** `savings-1`: the code and the version, so that putting it in place twice puts it once. */
  _id: string;
  code: string;
  version: number;
  kind: 'current' | 'savings';
  name: string;
  /** What it is for, in a sentence for customers. */
  sentence: string;
  /** Per cent a year, as #core/rate.ts has it; `0` where it bears no interest. */
  annualRate: string;
  currency: Currency;
  /** The least the balance may be; negative for an overdraft. */
  floor: Money;
  /** What may leave an account, in one transfer and on one business date. */
  limits: { perTransfer: Money; perDay: Money };
  effectiveFrom: string;
}

export const accountTypeCollection = 'accountTypes';

const text = { type: String, required: true };
const amount = { type: BigInt, required: true };

const accountTypeSchema = documentSchema(
  {
    code: text,
    version: { type: Number, required: true },
    kind: text,
    name: text,
    sentence: text,
    annualRate: text,
    currency: text,
    floor: amount,
    limits: { perTransfer: amount, perDay: amount },
    effectiveFrom: text,
  },
  accountTypeCollection,
)
  .index({ code: 1, version: 1 }, { unique: true })
  .index({ effectiveFrom: 1, version: 1 });

export const accountTypeModel = (connection: Connection): Model<AccountTypeVersion> =>
  connection.model<AccountTypeVersion>('AccountTypeVersion', accountTypeSchema as never);
