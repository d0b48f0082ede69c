import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';

/** What staff are writing of a product's next version. One open draft a product; those that ended are kept. */
export interface ProductDraft {
  _id: string;
  code: string;
  state: 'open' | 'published' | 'discarded';
  /** JSON text of the terms, as `termsToJson` makes it. */
  terms: string;
  /** The live version it was begun from; 0 for a product that is new. */
  basedOn: number;
  changedBy: { userId: string; name: string };
  changedAt: Date;
  version: number;
}

export const draftCollection = 'productDrafts';

const text = { type: String, required: true };
const count = { type: Number, required: true };

const draftSchema = documentSchema(
  {
    code: text,
    state: text,
    terms: text,
    basedOn: count,
    changedBy: { userId: text, name: text },
    changedAt: { type: Date, required: true },
    version: count,
  },
  draftCollection,
)
  .index({ code: 1 }, { unique: true, partialFilterExpression: { state: 'open' } })
  .index({ state: 1, code: 1 });

export const draftModel = (connection: Connection): Model<ProductDraft> =>
  connection.model<ProductDraft>('ProductDraft', draftSchema as never);
