import type { Connection, Model } from 'mongoose';
import type { Currency, Money } from '#core/money.ts';
import { documentSchema } from '#platform/schema.ts';

export const productCodes = ['personal', 'home', 'vehicle', 'business'] as const;
export type ProductCode = (typeof productCodes)[number];

/** One version of what can be borrowed and on which terms. Never edited: a change is a new version, and applications and loans pin theirs. */
export interface ProductVersion {
  _id: string;
  code: ProductCode;
  version: number;
  name: string;
  summary: string;
  /** A secured loan asks for the property behind it. */
  secured: boolean;
  currency: Currency;
  minAmount: Money;
  maxAmount: Money;
  minInstalments: number;
  maxInstalments: number;
  /** Per cent a year, as #core/rate.ts has it. */
  annualRate: string;
  /** Per cent of the amount, kept back at disbursement. */
  feePercent: string;
  purposes: string[];
  publishedOn: string;
}

export const productCollection = 'productVersions';

const text = { type: String, required: true };
const count = { type: Number, required: true };
const amount = { type: BigInt, required: true };

const productSchema = documentSchema(
  {
    code: text,
    version: count,
    name: text,
    summary: text,
    secured: { type: Boolean, required: true },
    currency: text,
    minAmount: amount,
    maxAmount: amount,
    minInstalments: count,
    maxInstalments: count,
    annualRate: text,
    feePercent: text,
    purposes: [String],
    publishedOn: text,
  },
  productCollection,
).index({ code: 1, version: -1 }, { unique: true });

export const productModel = (connection: Connection): Model<ProductVersion> =>
  connection.model<ProductVersion>('ProductVersion', productSchema as never);
