import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';
import type { Sealed } from '#platform/vault/vault.ts';
import type { RelationKind } from './relations.ts';

/** A member of staff who must not work on a customer's file; its id is the form's key. */
export interface RelationRecord {
  _id: string;
  userId: string;
  /** The customer they are related to. */
  partyId: string;
  kind: RelationKind;
  source: 'declared' | 'registered';
  state: 'active' | 'ended';
  /** Sealed under the customer's key, bound to `staffRelations/<id>/note`. */
  note: Sealed | null;
  by: string;
  at: Date;
  endedBy: string | null;
  endedAt: Date | null;
  version: number;
}

export const relationCollection = 'staffRelations';

const text = { type: String, required: true };

const relationSchema = documentSchema(
  {
    userId: text,
    partyId: text,
    kind: text,
    source: text,
    state: text,
    note: { type: Object, default: null },
    by: text,
    at: { type: Date, required: true },
    endedBy: { type: String, default: null },
    endedAt: { type: Date, default: null },
    version: { type: Number, required: true },
  },
  relationCollection,
)
  .index({ userId: 1, partyId: 1 }, { unique: true, partialFilterExpression: { state: 'active' }, name: 'one-active' })
  .index({ userId: 1, state: 1, _id: -1 })
  .index({ state: 1, _id: -1 });

export const relationModel = (connection: Connection): Model<RelationRecord> =>
  connection.model<RelationRecord>('StaffRelation', relationSchema as never);
