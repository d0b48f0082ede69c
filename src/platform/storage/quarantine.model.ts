import type { Connection, Model } from 'mongoose';
import { documentSchema } from '../schema.ts';

/**
 * A file that lies in the storage and is nobody's: on its way in, or on its way out. Its row is there before its first
 * byte and after its last, so that whatever dies in between leaves something to find it by.
 */
export interface QuarantinedRow {
  _id: string;
  /** Whose key it is sealed under. */
  partyId: string;
  at: Date;
  state: 'held' | 'leaving';
}

export const quarantineCollection = 'quarantinedFiles';

const rowSchema = documentSchema(
  {
    partyId: { type: String, required: true },
    at: { type: Date, required: true },
    state: { type: String, required: true },
  },
  quarantineCollection,
)
  .index({ state: 1, at: 1 })
  .index({ partyId: 1, at: 1 });

export const quarantineModel = (connection: Connection): Model<QuarantinedRow> =>
  connection.model<QuarantinedRow>('QuarantinedFile', rowSchema as never);
