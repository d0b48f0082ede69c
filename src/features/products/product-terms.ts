import { z } from 'zod';
import type { Money } from '#core/money.ts';
import { parseRate, type Rate } from '#core/rate.ts';
import { dayCounts, parts, prepaymentEffects, repaymentMethods } from '#features/schedules/index.ts';
import { needsOfBefore, needsShape } from './product-needs.ts';

/** Everything a version of a product says: what staff draft, and what is stored, in one schema with its types. */

const words = (most: number) => z.string().min(1).max(most);
const count = (least: number, most: number) => z.number().int().min(least).max(most);
const money = z.custom<Money>((value) => typeof value === 'bigint' && value >= 0n && value < 2n ** 60n);
const rate = z.custom<Rate>((value) => {
  const parsed = typeof value === 'string' ? parseRate(value) : undefined;
  return parsed?.ok === true && parsed.value === value;
});

export const productCode = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
  .max(30);

export const feeCodes = ['processing', 'insurance', 'stamp', 'late', 'prepayment', 'bounce'] as const;
export const feeOccasions = ['disbursement', 'instalment', 'event'] as const;
export const feeBases = ['loan', 'principal', 'interest', 'instalment', 'overdue', 'prepaid'] as const;
const anyFee = { code: z.enum(feeCodes), when: z.enum(feeOccasions), taxPercent: rate };
const fee = z.union([
  z.strictObject({ ...anyFee, amount: money }),
  z.strictObject({ ...anyFee, percent: rate, percentOf: z.enum(feeBases) }),
]);
export type ProductFee = z.output<typeof fee>;

const order = z.array(z.enum(parts)).length(parts.length);
const allocation = z.strictObject({
  pastDue: order,
  due: order,
  inAdvance: order,
  /** Settle one instalment after the other, or one part of all of them before the next part. */
  across: z.enum(['instalment', 'part']),
});

const penalty = z.strictObject({
  percentOf: z.enum(['overdue-principal', 'overdue-instalment']),
  percent: rate,
  graceDays: count(0, 90),
  basis: z.enum(['once', 'annual']),
});

const prepayment = z.strictObject({
  allowed: z.boolean(),
  lockInInstalments: count(0, 600),
  minAmount: money,
  effects: z.array(z.enum(prepaymentEffects)).max(prepaymentEffects.length),
  rest: z.enum(['daily', 'period']),
  payoffInterest: z.enum(['to-date', 'to-due-date']),
});

const bucket = z.strictObject({
  code: z.string().regex(/^[a-z0-9-]{1,20}$/),
  name: words(40),
  /** What the bucket is called in the United States. */
  alias: words(40),
  fromDaysPastDue: count(0, 9999),
  provisionPercent: rate,
  npa: z.boolean(),
});
export type NpaBucket = z.output<typeof bucket>;
export const mostBuckets = 8;
export const mostFees = 8;

export const productTerms = z.strictObject({
  name: words(60),
  summary: words(200),
  /** Whether new borrowers can apply for it; loans that run are not touched. */
  offered: z.boolean(),
  ...needsShape,
  purposes: z.array(words(60)).min(1).max(12),
  minAmount: money,
  maxAmount: money,
  minInstalments: count(1, 600),
  maxInstalments: count(1, 600),
  method: z.enum(repaymentMethods),
  dayCount: z.enum(dayCounts),
  frequency: z.strictObject({ every: count(1, 366), unit: z.enum(['month', 'week', 'day']) }),
  rounding: z.strictObject({
    mode: z.enum(['half-even', 'half-up']),
    /** What an instalment is a multiple of; null for the smallest unit of the currency. */
    instalmentTo: money.nullable(),
    instalmentMode: z.enum(['nearest', 'up']),
  }),
  instalmentBasis: z.enum(['day-count', 'nominal']),
  /** Per cent a year; `base` is the code of a base rate. */
  rate: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('fixed'), annualRate: rate }),
    z.strictObject({ kind: z.literal('floating'), base: z.string().min(1).max(30), spread: rate }),
  ]),
  fees: z.array(fee).max(mostFees),
  grace: z.strictObject({ principalInstalments: count(0, 599), interestInstalments: count(0, 599) }),
  moratorium: z.strictObject({ mostInstalments: count(0, 60) }),
  downPaymentPercent: rate,
  balloonPercent: rate,
  /** How many advances the loan may be paid out in. */
  mostTranches: count(1, 24),
  allocation,
  /** Never on a penalty; null for none. */
  penalty: penalty.nullable(),
  prepayment,
  coolingOffDays: count(0, 60),
  npaBuckets: z.array(bucket).min(2).max(mostBuckets),
});

export type ProductTerms = z.output<typeof productTerms>;

const moneyNames: readonly string[] = ['minAmount', 'maxAmount', 'instalmentTo', 'amount'];

/** As JSON has it: amounts as decimal text of minor units, under the names that hold amounts. */
export function termsToJson(terms: ProductTerms): string {
  return JSON.stringify(terms, (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

/** Throws where the text is not one that `termsToJson` made. */
export function termsFromJson(text: string): ProductTerms {
  const read = JSON.parse(text, (name, value: unknown) =>
    moneyNames.includes(name) && typeof value === 'string' ? BigInt(value) : value,
  ) as unknown;
  return productTerms.parse(withNeeds(read));
}

/** Drafts, and requests to publish them, of before a product's needs were data say `secured` instead. */
function withNeeds(read: unknown): unknown {
  if (typeof read !== 'object' || read === null || !('secured' in read)) return read;
  const { secured, ...terms } = read;
  return { ...needsOfBefore(secured === true), ...terms };
}
