import type { Collection } from 'mongodb';
import type { Database } from '#platform/mongo.ts';
import type { Hold, Journal, LedgerAccount } from './ledger.model.ts';
import type { JournalBlock, Snapshot, WriterRecord } from './ledger-records.model.ts';

/** The ledger's collections through the plain driver: batches are hot, and hydrated documents cost more than they give. */
export interface Collections {
  database: Database;
  accounts: Collection<LedgerAccount>;
  journals: Collection<Journal>;
  holds: Collection<Hold>;
  snapshots: Collection<Snapshot>;
  writers: Collection<WriterRecord>;
  blocks: Collection<JournalBlock>;
}

export function collectionsOf(database: Database): Collections {
  const { db } = database;
  return {
    database,
    accounts: db.collection<LedgerAccount>('ledgerAccounts'),
    journals: db.collection<Journal>('journals'),
    holds: db.collection<Hold>('holds'),
    snapshots: db.collection<Snapshot>('ledgerSnapshots'),
    writers: db.collection<WriterRecord>('ledgerWriters'),
    blocks: db.collection<JournalBlock>('journalBlocks'),
  };
}
