import { createHash } from 'node:crypto';
import { conflict } from '#core/errors.ts';
import { withLock } from '#platform/locks.ts';
import { readCount } from '#platform/mongo.ts';
import { inTransaction } from '#platform/transaction.ts';
import type { Collections } from './collections.ts';
import type { Journal } from './ledger.model.ts';
import type { JournalBlock, WriterRecord } from './ledger-records.model.ts';
import { keep, statesAfter } from './projection.ts';
import type { LedgerDifference } from './queries.ts';

const blockSize = 500;
/** A writer that has said nothing for so long is gone; one that is gone for long can have nothing under way either. */
const silentMs = 30_000;
const goneMs = 60 * 60 * 1_000;
const countingMs = 60_000;
const firstHash = '0'.repeat(64);

/**
 * Chains what was written since into blocks; gives how many journals. A writer numbers its journals without gaps, so
 * that nothing can come in between later. Also finishes what writers left behind that were killed.
 */
export function sealJournals(collections: Collections): Promise<number> {
  const lock = { name: 'journal-seal', holdMs: 30_000, waitMs: 60_000 };
  return withLock(collections.database, lock, async (signal) => {
    let count = 0;
    for await (const writer of collections.writers.find({ retired: false })) {
      if (Date.now() - writer.seenAt.getTime() > silentMs) await applyRest(collections, writer);
      count += await sealWriter(collections, writer, signal);
      await retire(collections, writer._id);
    }
    return count;
  });
}

async function sealWriter(collections: Collections, writer: WriterRecord, signal: AbortSignal): Promise<number> {
  let { sealedTo } = writer;
  while (!signal.aborted) {
    const journals = await linesOf(collections, { writer: writer._id, from: sealedTo + 1, size: blockSize });
    if (journals.length === 0) break;
    await sealBlock(collections, { writer: writer._id, from: sealedTo + 1, journals });
    sealedTo += journals.length;
  }
  return sealedTo - writer.sealedTo;
}

/** The next lines of a writer, up to the first that is missing. */
async function linesOf(
  { journals }: Collections,
  range: { writer: string; from: number; size: number },
): Promise<Journal[]> {
  const { writer, from, size } = range;
  const found = await journals
    .find({ writer, line: { $gte: from } })
    .sort({ line: 1 })
    .limit(size)
    .toArray();
  const gap = found.findIndex((journal, index) => journal.line !== from + index);
  return gap === -1 ? found : found.slice(0, gap);
}

async function sealBlock(
  { database, blocks, writers }: Collections,
  { writer, from, journals }: { writer: string; from: number; journals: readonly Journal[] },
): Promise<void> {
  await inTransaction(database, async (session) => {
    const last = await blocks.findOne({}, { sort: { number: -1 }, session });
    const number = (last?.number ?? 0) + 1;
    const previous = last?.hash ?? firstHash;
    const to = from + journals.length - 1;
    const facts = { number, writer, from, to, previous };
    const block: JournalBlock = { _id: `block-${number}`, ...facts, hash: blockHash(facts, journals), at: new Date() };
    await blocks.insertOne(block, { session });
    const sealed = { $set: { sealedTo: to } };
    const { matchedCount } = await writers.updateOne({ _id: writer, sealedTo: from - 1 }, sealed, { session });
    // Another instance has sealed them, while this one stood still.
    if (matchedCount === 0) throw conflict('The chain of journals');
  });
}

/** Brings accounts up to what a writer posted that did not live to do so. */
async function applyRest(collections: Collections, writer: WriterRecord): Promise<void> {
  for (let { appliedTo } = writer; ;) {
    const journals = await linesOf(collections, { writer: writer._id, from: appliedTo + 1, size: blockSize });
    if (journals.length === 0) return;
    await keep(collections, statesAfter(journals));
    appliedTo += journals.length;
    await collections.writers.updateOne({ _id: writer._id }, { $max: { appliedTo } });
  }
}

async function retire({ writers }: Collections, _id: string): Promise<void> {
  const settled = { $expr: { $eq: ['$appliedTo', '$sealedTo'] }, seenAt: { $lt: new Date(Date.now() - goneMs) } };
  await writers.updateOne({ _id, ...settled }, { $set: { retired: true } });
}

/** Undefined where every sealed journal is as it was written and none was slipped in, else the first that is not. */
export async function verifySeals(collections: Collections): Promise<LedgerDifference | undefined> {
  let previous = firstHash;
  let number = 0;
  const reached = new Map<string, number>();
  for await (const block of collections.blocks.find().sort({ number: 1 })) {
    number += 1;
    const place = `block ${block.number} of the chain`;
    if (block.number !== number || block.previous !== previous)
      return difference(undefined, `a block before ${place} is missing or altered`);
    const expected = (reached.get(block.writer) ?? 0) + 1;
    const size = block.to - block.from + 1;
    const journals = await linesOf(collections, { writer: block.writer, from: block.from, size });
    if (block.from !== expected || journals.length !== size)
      return difference(journals.at(-1)?._id, `after this journal one is missing in ${place}`);
    if (blockHash(block, journals) !== block.hash) return difference(undefined, `a journal of ${place} was altered`);
    reached.set(block.writer, block.to);
    previous = block.hash;
  }
  return findStray(collections);
}

/** A journal that no writer wrote, counted in one snapshot, since writers go on meanwhile. */
async function findStray(collections: Collections): Promise<LedgerDifference | undefined> {
  const { database, journals, writers } = collections;
  return inTransaction(
    database,
    async (session) => {
      const known = await writers
        .aggregate<{ _id: string }>([{ $project: { _id: 1 } }], { session })
        .map(({ _id }) => _id)
        .toArray();
      const [all] = await journals.aggregate<{ n: unknown }>([{ $count: 'n' }], { session }).toArray();
      const [own] = await journals
        .aggregate<{ n: unknown }>([{ $match: { writer: { $in: known }, line: { $gt: 0 } } }, { $count: 'n' }], {
          session,
        })
        .toArray();
      if (readCount(all?.n ?? 0) === readCount(own?.n ?? 0)) return undefined;
      const stray = await journals.findOne({ writer: { $nin: known } }, { session });
      return difference(stray?._id, 'no writer of ours wrote this journal');
    },
    { deadlineMs: countingMs },
  );
}

function difference(journal: string | undefined, what: string): LedgerDifference {
  return { account: '', journal, what };
}

function blockHash(
  block: Pick<JournalBlock, 'number' | 'writer' | 'from' | 'to' | 'previous'>,
  journals: readonly Journal[],
): string {
  const { number, writer, from, to, previous } = block;
  const hash = createHash('sha256').update(JSON.stringify([number, writer, from, to, previous]));
  for (const journal of journals) hash.update('\n').update(canonical(journal));
  return hash.digest('hex');
}

/** A journal as one text: the same whatever order the database gives its fields in. */
function canonical(journal: Journal): string {
  return JSON.stringify(inOrder(journal));
}

function inOrder(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => [name, inOrder(one)]);
}
