import type { ClientSession } from 'mongodb';
import { conflict } from '#core/errors.ts';
import type { Database } from './mongo.ts';
import { inTransaction } from './transaction.ts';

/**
 * A guarded write of another collection that commits or fails with its posting. Data, not a callback: so that the
 * ledger can put many postings with their companions into one transaction.
 */
export type Companion =
  | { collection: string; kind: 'insert'; document: { _id: string } & Record<string, unknown> }
  | {
      collection: string;
      kind: 'update';
      /** Must match exactly one document, by `_id` and whatever guards it (a version, a state). */
      filter: { _id: string } & Record<string, unknown>;
      change: Record<string, unknown>;
    }
  /** Takes back what was inserted by something that is being undone. */
  | { collection: string; kind: 'delete'; filter: { _id: string } & Record<string, unknown> };

/**
 * Writes companions of one or many postings: one command a collection and kind, updates in order. Gives one whose guard
 * missed (which of its collection is not known), or undefined when all were written.
 */
export async function writeCompanions(
  database: Database,
  companions: readonly Companion[],
  session: ClientSession,
): Promise<Companion | undefined> {
  const groups = Object.values(Object.groupBy(companions, ({ collection, kind }) => `${kind} ${collection}`));
  for (const group of groups) {
    const first = group?.[0];
    if (group === undefined || first === undefined) continue;
    const collection = database.db.collection<{ _id: string }>(first.collection);
    const inserts = group.flatMap((one) => (one.kind === 'insert' ? [one.document] : []));
    if (inserts.length > 0) await collection.insertMany(inserts, { session });
    const updates = group.flatMap((one) =>
      one.kind === 'update' ? [{ updateOne: { filter: one.filter, update: one.change } }] : [],
    );
    const deletes = group.flatMap((one) => (one.kind === 'delete' ? [{ deleteOne: { filter: one.filter } }] : []));
    const writes = [...updates, ...deletes];
    if (writes.length === 0) continue;
    const outcome = await collection.bulkWrite(writes, { session, ordered: true });
    if (outcome.matchedCount + outcome.deletedCount !== writes.length) return first;
  }
  return undefined;
}

class GuardMissed extends Error {}

/**
 * Writes documents that move no money, together or not at all. A missed guard throws a fault of kind `conflict`: the
 * document moved since it was read.
 */
export async function commitTogether(database: Database, companions: readonly Companion[]): Promise<void> {
  try {
    await inTransaction(database, async (session) => {
      if (await writeCompanions(database, companions, session)) throw new GuardMissed();
    });
  } catch (error) {
    throw error instanceof GuardMissed ? conflict('The document') : error;
  }
}
