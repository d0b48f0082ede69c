import type { Connection, Model } from 'mongoose';
import type { Currency } from '#core/money.ts';
import { documentSchema } from '#platform/schema.ts';
import { productTerms, type ProductTerms } from './product-terms.ts';

/** The products of the first day; others are made by staff. */
export const foundingCodes = ['personal', 'home', 'vehicle', 'business'] as const;
export type FoundingCode = (typeof foundingCodes)[number];

/** One version of what can be borrowed and on which terms. Never edited: a change is a new version, and applications and loans pin theirs. */
export interface ProductVersion extends ProductTerms {
  _id: string;
  /** A word of the address, such as `personal`. */
  code: string;
  version: number;
  currency: Currency;
  /** Per cent a year, as #core/rate.ts has it: for a floating rate the one of the business date it was read on. */
  annualRate: string;
  /** Of the processing fee, per cent of the amount kept back at disbursement; `0` where it is of another kind. */
  feePercent: string;
  publishedOn: string;
}

/** What the document of a version holds beside its terms. */
export type VersionFrame = Omit<ProductVersion, keyof ProductTerms>;

export const productCollection = 'productVersions';

const text = { type: String, required: true };
const count = { type: Number, required: true };
const amount = { type: BigInt, required: true };
const facts = { type: Object, required: true };
const list = { type: [Object], required: true };

const productSchema = documentSchema(
  {
    code: text,
    version: count,
    name: text,
    summary: text,
    offered: { type: Boolean, required: true },
    security: text,
    forBusiness: { type: Boolean, required: true },
    frequencies: list,
    documents: list,
    participants: facts,
    currency: text,
    minAmount: amount,
    maxAmount: amount,
    minInstalments: count,
    maxInstalments: count,
    annualRate: text,
    feePercent: text,
    purposes: [String],
    publishedOn: text,
    method: text,
    dayCount: text,
    frequency: facts,
    rounding: facts,
    instalmentBasis: text,
    rate: facts,
    fees: list,
    grace: facts,
    moratorium: facts,
    downPaymentPercent: text,
    balloonPercent: text,
    mostTranches: count,
    allocation: facts,
    penalty: { type: Object, default: null },
    prepayment: facts,
    coolingOffDays: count,
    npaBuckets: list,
  },
  productCollection,
)
  .index({ code: 1, version: -1 }, { unique: true })
  // Every product has a first version: the list of products.
  .index({ version: 1, code: 1 })
  .index({ 'rate.kind': 1 });

export const productModel = (connection: Connection): Model<ProductVersion> =>
  connection.model<ProductVersion>('ProductVersion', productSchema as never);

/** A version out of the database; one that does not say what a product has to say is a fault. */
export function readVersion(document: ProductVersion): ProductVersion {
  const { _id, code, version, currency, annualRate, feePercent, publishedOn } = document;
  return { ...termsOfVersion(document), _id, code, version, currency, annualRate, feePercent, publishedOn };
}

const frameNames: readonly string[] = [
  '_id',
  'code',
  'version',
  'currency',
  'annualRate',
  'feePercent',
  'publishedOn',
] satisfies (keyof VersionFrame)[];

/** What a version says, without what it is. */
export function termsOfVersion(version: ProductVersion): ProductTerms {
  const terms = Object.fromEntries(Object.entries(version).filter(([name]) => !frameNames.includes(name)));
  return productTerms.parse(terms);
}

/** What a version says beside its terms, for those who want the percentage of the usual fee at once. */
export function processingPercent({ fees }: Pick<ProductTerms, 'fees'>): string {
  const fee = fees.find(({ code }) => code === 'processing');
  return fee && 'percent' in fee && fee.percentOf === 'loan' && fee.when === 'disbursement' ? fee.percent : '0';
}
