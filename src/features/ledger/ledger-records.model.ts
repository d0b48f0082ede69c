import type { Connection, Model } from 'mongoose';
import type { Money } from '#core/money.ts';
import { documentSchema } from '#platform/schema.ts';

/** An account at the end of a day, by effective date, of the entries that there were when the snapshot was taken. */
export interface Snapshot {
  _id: string;
  account: string;
  on: string;
  /** The last entry that was looked at. Later ones that count in that day or before are marked `late`. */
  seq: number;
  /** The first entry that counts after that day: from it on, entries of later days are to be looked for. */
  firstLater: number;
  /** Debits positive. */
  balance: Money;
}

/** One writer: a lane of one process. Its journals are numbered without gaps. */
export interface WriterRecord {
  _id: string;
  /** When it last said that it is alive. */
  seenAt: Date;
  /** The balances of its journals up to this one stand in the accounts. */
  appliedTo: number;
  /** Its journals up to this one are sealed. */
  sealedTo: number;
  /** True when it is gone and everything of it is applied and sealed. */
  retired: boolean;
}

/** A block of the chain: journals `from` to `to` of one writer, and the hash of the block before. */
export interface JournalBlock {
  _id: string;
  number: number;
  writer: string;
  from: number;
  to: number;
  previous: string;
  hash: string;
  at: Date;
}

const snapshotSchema = documentSchema(
  {
    account: { type: String, required: true },
    on: { type: String, required: true },
    seq: { type: Number, required: true },
    firstLater: { type: Number, required: true },
    balance: { type: BigInt, required: true },
  },
  'ledgerSnapshots',
).index({ account: 1, on: 1 });

const writerSchema = documentSchema(
  {
    seenAt: { type: Date, required: true },
    appliedTo: { type: Number, required: true },
    sealedTo: { type: Number, required: true },
    retired: { type: Boolean, required: true },
  },
  'ledgerWriters',
).index({ retired: 1, _id: 1 });

const blockSchema = documentSchema(
  {
    number: { type: Number, required: true },
    writer: { type: String, required: true },
    from: { type: Number, required: true },
    to: { type: Number, required: true },
    previous: { type: String, required: true },
    hash: { type: String, required: true },
    at: { type: Date, required: true },
  },
  'journalBlocks',
).index({ number: 1 }, { unique: true });

export const snapshotModel = (connection: Connection): Model<Snapshot> =>
  connection.model<Snapshot>('LedgerSnapshot', snapshotSchema as never);
export const writerModel = (connection: Connection): Model<WriterRecord> =>
  connection.model<WriterRecord>('LedgerWriter', writerSchema as never);
export const blockModel = (connection: Connection): Model<JournalBlock> =>
  connection.model<JournalBlock>('JournalBlock', blockSchema as never);
