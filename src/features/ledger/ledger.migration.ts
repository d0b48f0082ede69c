import type { Migration } from '#platform/schema.ts';
import type { Journal, LedgerAccount } from './ledger.model.ts';
import type { WriterRecord } from './ledger-records.model.ts';

const writer = 'before-lines';
const batchSize = 1_000;

/** Accounts get holds, freezes and limits; journals written before there were lines are numbered as one writer's. */
export const ledgerMigration: Migration = {
  id: 'ledger-lines-and-holds',
  run: async ({ db }) => {
    const accounts = db.collection<LedgerAccount>('ledgerAccounts');
    const limits = { perTransfer: null, perDay: null };
    const added = { held: 0n, freeze: 'none', limits, spent: null, snapshotSeq: 0, snapshotOn: '' };
    await accounts.updateMany({ held: { $exists: false } }, { $set: added as never });
    const journals = db.collection<Journal>('journals');
    await journals.dropIndex('postedAt_-1').catch(() => undefined);
    const last = await journals.findOne({ writer }, { sort: { line: -1 } });
    let line = last?.line ?? 0;
    for (;;) {
      const old = await journals
        .find({ line: { $exists: false } }, { projection: { _id: 1 } })
        .limit(batchSize)
        .toArray();
      if (old.length === 0) break;
      const numbered = old.map(({ _id }) => {
        line += 1;
        return { updateOne: { filter: { _id }, update: { $set: { writer, line } } } };
      });
      await journals.bulkWrite(numbered, { ordered: true });
    }
    if (line === 0) return;
    const record = { seenAt: new Date(0), appliedTo: line, sealedTo: 0, retired: false };
    await db.collection<WriterRecord>('ledgerWriters').updateOne({ _id: writer }, { $set: record }, { upsert: true });
  },
};
