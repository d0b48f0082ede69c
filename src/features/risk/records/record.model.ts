import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';
import { sealedField, type Sealed } from '#platform/vault/vault.ts';
import type { Moment, ScoreRecord } from './record.ts';

/** A record as it is stored: what it was made of lies sealed under the applicant's key. */
export interface StoredRecord extends ScoreRecord {
  /** `<application>.<moment>`: there is one of each. */
  _id: string;
  /** The application's version at that moment: a later one takes the place of an earlier one, and never the other way. */
  sequence: number;
  /** As JSON, bound to `scoreRecords/<id>/evidence` and `…/facts`. */
  evidence: Sealed;
  facts: Sealed;
}

export const recordCollection = 'scoreRecords';

export const recordId = (applicationId: string, moment: Moment): string => `${applicationId}.${moment}`;

const text = { type: String, required: true };
const textOrNull = { type: String, default: null };
const partOrNull = { type: Object, default: null };

const recordSchema = documentSchema(
  {
    applicationId: text,
    partyId: text,
    moment: text,
    on: text,
    stage: text,
    subject: { type: Object, required: true },
    amount: { type: BigInt, required: true },
    months: { type: Number, required: true },
    model: text,
    policyVersion: { type: Number, required: true },
    scored: partOrNull,
    fault: partOrNull,
    outcome: text,
    challenger: partOrNull,
    quoted: partOrNull,
    decision: textOrNull,
    loanId: textOrNull,
    sequence: { type: Number, required: true },
    evidence: sealedField,
    facts: sealedField,
  },
  recordCollection,
)
  // The whole list, newest first, and one moment's records of a span of days.
  .index({ on: -1, _id: -1 })
  .index({ moment: 1, on: 1, _id: 1 })
  // Loans by the grade they were decided with.
  .index({ moment: 1, 'scored.grade': 1, loanId: 1 }, { partialFilterExpression: { loanId: { $type: 'string' } } })
  // Loans of a product by their amount: the similar ones of an application.
  .index({ 'subject.product': 1, moment: 1, amount: 1 }, { partialFilterExpression: { loanId: { $type: 'string' } } });

export const recordModel = (connection: Connection): Model<StoredRecord> =>
  connection.model<StoredRecord>('ScoreRecord', recordSchema as never);
