import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';
import type { Stage } from '../models/shipped.ts';
import type { Grade } from '../scoring/grade.rules.ts';

/**
 * A file of applicants that was scored. Neither the file nor its name nor any cell of it is kept: only what the model
 * says of each row, by the row's number, so that nothing here is about a person.
 */
export interface ScoreBatch {
  _id: string;
  uploadedBy: string;
  uploadedAt: Date;
  stage: Stage;
  /** SHA-256 of the model that scored it. */
  model: string;
  rows: number;
  faulty: number;
  grades: Record<Grade, number>;
  /** The reasons in words, by their codes. */
  reasons: Record<string, string>;
  /** By the machine's own clock, as that of the database, which removes it. */
  expiresAt: Date;
}

export interface ScoredRow {
  n: number;
  score: number;
  expected: number;
  probability: number;
  grade: Grade;
  /** Codes, worst first. */
  reasons: string[];
}

export interface FaultyRow {
  n: number;
  column: string;
  fault: string;
}

export type BatchRow = ScoredRow | FaultyRow;

/** Rows are kept many at a time: a page of results is one document, not thirty. */
export interface BatchPart {
  _id: string;
  batchId: string;
  list: 'all' | 'faulty';
  place: number;
  rows: BatchRow[];
  expiresAt: Date;
}

export const batchCollection = 'scoreBatches';
export const partCollection = 'scoreBatchParts';

const text = { type: String, required: true };
const count = { type: Number, required: true };
const date = { type: Date, required: true };
const expiring = { expireAfterSeconds: 0 };

const batchSchema = documentSchema(
  {
    ...{ uploadedBy: text, uploadedAt: date, stage: text, model: text, rows: count, faulty: count },
    ...{ grades: { type: Object, required: true }, reasons: { type: Object, required: true }, expiresAt: date },
  },
  batchCollection,
)
  .index({ uploadedBy: 1, _id: -1 })
  .index({ expiresAt: 1 }, expiring);

const partSchema = documentSchema(
  { batchId: text, list: text, place: count, rows: { type: [Object], required: true }, expiresAt: date },
  partCollection,
)
  .index({ batchId: 1, list: 1, place: 1 }, { unique: true })
  .index({ expiresAt: 1 }, expiring);

export const scoreBatchModel = (connection: Connection): Model<ScoreBatch> =>
  connection.model<ScoreBatch>('ScoreBatch', batchSchema as never);
export const batchPartModel = (connection: Connection): Model<BatchPart> =>
  connection.model<BatchPart>('ScoreBatchPart', partSchema as never);
