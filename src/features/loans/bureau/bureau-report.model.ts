import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';
import { sealedField, type Sealed } from '#platform/vault/vault.ts';

/** A credit report that was asked for with an application: one a person, the newest of those that were asked for. */
export interface BureauRecord {
  _id: string;
  applicationId: string;
  partyId: string;
  bureau: string;
  /** The report as JSON under the person's own key, bound to `bureauReports/<id>/report`. */
  report: Sealed;
  askedBy: string;
  askedAt: Date;
  version: number;
}

export const bureauCollection = 'bureauReports';

const text = { type: String, required: true };

const bureauSchema = documentSchema(
  {
    applicationId: text,
    partyId: text,
    bureau: text,
    report: sealedField,
    askedBy: text,
    askedAt: { type: Date, required: true },
    version: { type: Number, required: true },
  },
  bureauCollection,
)
  // Two officers who open the same file at once ask once.
  .index({ applicationId: 1, partyId: 1 }, { unique: true })
  .index({ partyId: 1, askedAt: -1 });

export const bureauModel = (connection: Connection): Model<BureauRecord> =>
  connection.model<BureauRecord>('BureauReport', bureauSchema as never);
