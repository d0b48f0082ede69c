import { newId } from '#core/ids.ts';
import { writeCompanions } from '#platform/companion.ts';
import { insertedBefore } from '#platform/mongo.ts';
import { inTime, inTransaction } from '#platform/transaction.ts';
import type { Collections } from './collections.ts';
import type { Journal } from './ledger.model.ts';
import type { Plan } from './plan.ts';

/** A companion's guard was gone: nothing of the batch was written. */
export class GuardMissed extends Error {
  readonly collection: string;
  constructor(collection: string) {
    super('A companion write found its guard changed');
    this.collection = collection;
  }
}

/** One line of journals: a writer's id and how many it has written. */
export interface Lane {
  writer: string;
  line: number;
  /** Whether the database knows this writer. */
  registered: boolean;
  /** When it last wrote, by the process's own clock. */
  usedAt: number;
}

/** Well before a writer that is silent is taken for gone: who comes back so late comes back under a new name. */
const idleMs = 10 * 60 * 1_000;

export function newLane(): Lane {
  return { writer: newId(), line: 0, registered: false, usedAt: performance.now() };
}

/**
 * Where it is not known what became of a batch, the lane goes on under a new name: what may still arrive under the old
 * one keeps its numbers.
 */
export function renameLane(lane: Lane): void {
  Object.assign(lane, newLane());
}

const durable = { writeConcern: { w: 'majority', journal: true } } as const;

/**
 * Writes a plan. Journals alone need no transaction: each is one document, they are inserted in their order, and the
 * first that fails stops those behind it, so that no entry is there without the ones before it. With companions
 * everything is one transaction.
 */
export async function writePlan(collections: Collections, lane: Lane, plan: Plan): Promise<void> {
  if (plan.journals.length === 0) return;
  if (performance.now() - lane.usedAt > idleMs) renameLane(lane);
  await register(collections, lane);
  lane.usedAt = performance.now();
  const journals = plan.journals.map((journal, index): Journal => ({
    ...journal,
    writer: lane.writer,
    line: lane.line + index + 1,
  }));
  if (plan.companions.length > 0) await writeTogether(collections, { journals, plan });
  else await insertInOrder(collections, { journals, lane });
  lane.line += journals.length;
}

async function register({ writers }: Collections, lane: Lane): Promise<void> {
  if (lane.registered) return;
  const record = { _id: lane.writer, seenAt: new Date(), appliedTo: 0, sealedTo: 0, retired: false };
  await inTime(() => writers.updateOne({ _id: lane.writer }, { $setOnInsert: record }, { upsert: true, ...durable }));
  lane.registered = true;
}

async function insertInOrder(
  { journals: collection }: Collections,
  { journals, lane }: { journals: Journal[]; lane: Lane },
): Promise<void> {
  try {
    await inTime(() => collection.insertMany(journals, { ordered: true, ...durable }));
  } catch (error) {
    // What stands before the one that failed is written and keeps its lines.
    lane.line += insertedBefore(error);
    throw error;
  }
}

async function writeTogether(
  { database, journals: collection }: Collections,
  { journals, plan }: { journals: Journal[]; plan: Plan },
): Promise<void> {
  await inTransaction(database, async (session) => {
    await collection.insertMany(journals, { session, ordered: true });
    const missed = await writeCompanions(database, plan.companions, session);
    if (missed) throw new GuardMissed(missed.collection);
  });
}

/** What of the ledger was there already, out of the server's words. */
export type Duplicate = { of: 'key' | 'entry' | 'reversal' | 'line'; account?: string } | { of: 'companion' };

export function duplicateOf(error: Error): Duplicate {
  const [, index = ''] = /collection: \S+\.journals index: (\S+)/.exec(error.message) ?? [];
  if (index === '_id_') return { of: 'key' };
  if (index.startsWith('reverses')) return { of: 'reversal' };
  if (index.startsWith('writer')) return { of: 'line' };
  if (!index.startsWith('postings')) return { of: 'companion' };
  const [, account] = /postings\.account: "([^"]+)"/.exec(error.message) ?? [];
  return account === undefined ? { of: 'entry' } : { of: 'entry', account };
}
