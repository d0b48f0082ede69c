import type { ClientSession } from 'mongodb';
import { conflict } from '#core/errors.ts';
import { inTransaction, type Database } from './mongo.ts';

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
    };

/** Writes the companions in order; gives the first whose guard missed, or undefined when all were written. */
export async function writeCompanions(
  database: Database,
  companions: readonly Companion[],
  session: ClientSession,
): Promise<Companion | undefined> {
  for (const companion of companions) {
    const collection = database.db.collection<{ _id: string }>(companion.collection);
    if (companion.kind === 'insert') {
      await collection.insertOne(companion.document, { session });
      continue;
    }
    const outcome = await collection.updateOne(companion.filter, companion.change, { session });
    if (outcome.matchedCount !== 1) return companion;
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
