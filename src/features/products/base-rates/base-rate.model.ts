import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';

/** What a base rate is from a day on. Never edited: a change is another of a later day. */
export interface BaseRate {
  _id: string;
  /** Named by products with a floating rate, such as `prime`. */
  code: string;
  name: string;
  from: string;
  /** Per cent a year, as #core/rate.ts has it. */
  annualRate: string;
  confirmedAt: Date;
}

export const baseRateCollection = 'baseRates';

const text = { type: String, required: true };

const baseRateSchema = documentSchema(
  { code: text, name: text, from: text, annualRate: text, confirmedAt: { type: Date, required: true } },
  baseRateCollection,
).index({ code: 1, from: -1 }, { unique: true });

export const baseRateModel = (connection: Connection): Model<BaseRate> =>
  connection.model<BaseRate>('BaseRate', baseRateSchema as never);
