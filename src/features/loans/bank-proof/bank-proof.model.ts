import type { Connection, Model } from 'mongoose';
import type { Currency, Money } from '#core/money.ts';
import { documentSchema } from '#platform/schema.ts';

/** One test payment to the bank account of an application, and what was answered to it. */
export interface BankProof {
  /** The form's key: the payment's over the rail, too. */
  _id: string;
  applicationId: string;
  partyId: string;
  /** Blind index of the account that is tested: other bank details are another account. */
  bankIndex: string;
  /** Counts the tests of the application from 1, so that two windows do not start one each. */
  round: number;
  amount: Money;
  currency: Currency;
  at: Date;
  expiresAt: Date;
  /** What was tried, by the key of each form; not what was typed. */
  attempts: { key: string; at: Date; right: boolean }[];
  provedAt: Date | null;
  version: number;
}

export const bankProofCollection = 'bankProofs';

const text = { type: String, required: true };
const date = { type: Date, required: true };

const bankProofSchema = documentSchema(
  {
    applicationId: text,
    partyId: text,
    bankIndex: text,
    round: { type: Number, required: true },
    amount: { type: BigInt, required: true },
    currency: text,
    at: date,
    expiresAt: date,
    attempts: { type: [Object], required: true },
    provedAt: { type: Date, default: null },
    version: { type: Number, required: true },
  },
  bankProofCollection,
)
  .index({ applicationId: 1, round: 1 }, { unique: true })
  .index({ partyId: 1, at: -1 });

export const bankProofModel = (connection: Connection): Model<BankProof> =>
  connection.model<BankProof>('BankProof', bankProofSchema as never);
