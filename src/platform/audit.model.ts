import type { Connection, Model } from 'mongoose';
import { documentSchema } from './schema.ts';

export interface AuditEntry {
  _id: string;
  at: Date;
  /** A user's id, or `system`. */
  actor: string;
  action: string;
  subject: { type: string; id: string };
  details: Record<string, string>;
  hash: string;
  /** The number of the block that seals it; 0 before. */
  sealed: number;
}

/** A sealed block: the entries' hashes chained to the block before. */
export interface AuditSeal {
  _id: string;
  number: number;
  entries: string[];
  previous: string;
  hash: string;
  at: Date;
}

const entrySchema = documentSchema(
  {
    at: { type: Date, required: true },
    actor: { type: String, required: true },
    action: { type: String, required: true },
    subject: { type: { type: String, required: true }, id: { type: String, required: true } },
    details: { type: Object, required: true },
    hash: { type: String, required: true },
    sealed: { type: Number, required: true },
  },
  'auditEntries',
)
  .index({ at: -1, _id: -1 })
  .index({ 'subject.id': 1, at: -1 })
  .index({ sealed: 1, at: 1, _id: 1 });

const sealSchema = documentSchema(
  {
    number: { type: Number, required: true },
    entries: { type: [String], required: true },
    previous: { type: String, required: true },
    hash: { type: String, required: true },
    at: { type: Date, required: true },
  },
  'auditSeals',
).index({ number: 1 }, { unique: true });

export const auditModel = (connection: Connection): Model<AuditEntry> =>
  connection.model<AuditEntry>('AuditEntry', entrySchema as never);
export const auditSealModel = (connection: Connection): Model<AuditSeal> =>
  connection.model<AuditSeal>('AuditSeal', sealSchema as never);
