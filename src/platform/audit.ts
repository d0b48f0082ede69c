import { createHash } from 'node:crypto';
import type { ClientSession } from 'mongodb';
import type { Model } from 'mongoose';
import { conflict } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import type { Clock } from './clock.ts';
import { bsonDate } from './clock.ts';
import type { Companion } from './companion.ts';
import { withLock } from './locks.ts';
import { operators, readCount, type Database } from './mongo.ts';
import { inTransaction } from './transaction.ts';
import { auditModel, auditSealModel, type AuditEntry, type AuditSeal } from './audit.model.ts';

export type { AuditEntry } from './audit.model.ts';

/** What happened: never a personal value, only ids, states and amounts. */
export interface AuditFact {
  actor: string;
  action: string;
  subject: { type: string; id: string };
  details?: Record<string, string>;
}

export interface Audit {
  /** As a companion of a posting or of another transaction. */
  entry(fact: AuditFact): Companion;
  record(fact: AuditFact): Promise<void>;
  list(options: { page: number; size: number; subjectId?: string }): Promise<{ entries: AuditEntry[]; total: number }>;
  /** Chains the entries that are older than `settledMs` into sealed blocks; gives how many entries were sealed. */
  seal(options?: { settledMs?: number }): Promise<number>;
  /** Undefined when every sealed entry is as it was written, else the first that is not. */
  verify(): Promise<AuditDifference | undefined>;
}

export interface AuditDifference {
  block: number;
  entry: string | undefined;
  what: string;
}

const blockSize = 500;
/** Counting a long trail takes its time, and no transaction of the server may take longer. */
const countingMs = 60_000;
const firstHash = '0'.repeat(64);

interface Parts {
  database: Database;
  entries: Model<AuditEntry>;
  seals: Model<AuditSeal>;
}

export function createAudit(options: { database: Database; clock: Clock }): Audit {
  const entries = auditModel(options.database.connection);
  const seals = auditSealModel(options.database.connection);
  const parts = { database: options.database, entries, seals };

  const make = (fact: AuditFact): AuditEntry => {
    const entry = { _id: newId(), at: bsonDate(options.clock.now()), details: {}, ...fact };
    return { ...entry, hash: hashOf(entry), sealed: 0 };
  };

  return {
    entry: (fact) => ({ collection: 'auditEntries', kind: 'insert', document: { ...make(fact) } }),
    record: async (fact) => {
      await entries.create(make(fact));
    },
    list: async ({ page, size, subjectId }) => {
      const filter = subjectId === undefined ? {} : { 'subject.id': subjectId };
      const newest = entries.find(filter).sort({ at: -1, _id: -1 });
      const [found, total] = await Promise.all([
        newest
          .skip((page - 1) * size)
          .limit(size)
          .lean<AuditEntry[]>(),
        entries.countDocuments(filter),
      ]);
      return { entries: found, total };
    },
    seal: ({ settledMs = 10_000 } = {}) =>
      withLock(options.database, { name: 'audit-seal', holdMs: 30_000, waitMs: 60_000 }, () =>
        sealAll(parts, settledMs),
      ),
    verify: () => verifySeals(parts),
  };
}

async function sealAll(parts: Parts, settledMs: number): Promise<number> {
  // A younger entry may stand in a transaction that commits after one with a later time.
  const settled = new Date(Date.now() - settledMs);
  for (let count = 0; ;) {
    const block = await parts.entries
      .find({ sealed: 0, at: operators({ $lte: settled }) })
      .sort({ at: 1, _id: 1 })
      .limit(blockSize)
      .lean<AuditEntry[]>();
    if (block.length === 0) return count;
    await sealBlock(parts, block);
    count += block.length;
  }
}

/** The block and the marks of its entries, together: an entry whose block is written is never sealed a second time. */
async function sealBlock({ database, entries, seals }: Parts, block: AuditEntry[]): Promise<void> {
  const ids = block.map((entry) => entry._id);
  await inTransaction(database, async (session) => {
    const last = await seals.findOne().sort({ number: -1 }).session(session).lean<AuditSeal>();
    const number = (last?.number ?? 0) + 1;
    const previous = last?.hash ?? firstHash;
    const hash = blockHash(previous, block);
    const seal = { _id: `block-${number}`, number, entries: ids, previous, hash, at: new Date() };
    await seals.create([seal], { session });
    const open = { _id: operators({ $in: ids }), sealed: 0 };
    const marked = await entries.updateMany(open, { $set: { sealed: number } }, { session });
    if (marked.matchedCount !== ids.length) throw conflict('The audit trail');
  });
}

async function verifySeals(parts: Parts): Promise<AuditDifference | undefined> {
  const { entries, seals } = parts;
  let previous = firstHash;
  let number = 0;
  for await (const seal of seals.find().sort({ number: 1 }).lean<AuditSeal>().cursor()) {
    number += 1;
    if (seal.number !== number) return { block: number, entry: undefined, what: 'a sealed block is missing' };
    const found = await entries.find({ _id: operators({ $in: seal.entries }) }).lean<AuditEntry[]>();
    const difference = compareBlock({ seal, found, previous });
    if (difference) return difference;
    previous = seal.hash;
  }
  return findStray(parts);
}

/** An entry that claims a block but stands in none: counted in one snapshot, since blocks are sealed meanwhile. */
async function findStray({ database, entries, seals }: Parts): Promise<AuditDifference | undefined> {
  const count = async (session: ClientSession) => {
    const claimed = await entries.countDocuments({ sealed: operators({ $gt: 0 }) }, { session });
    const [sum] = await seals
      .aggregate<{ total: unknown }>([{ $group: { _id: null, total: { $sum: { $size: '$entries' } } } }])
      .session(session);
    if (claimed === readCount(sum?.total ?? 0)) return undefined;
    const last = await seals.findOne().sort({ number: -1 }).session(session).lean<AuditSeal>();
    const past = { sealed: operators({ $gt: last?.number ?? 0 }) };
    const stray = await entries.findOne(past).session(session).lean<AuditEntry>();
    return { block: stray?.sealed ?? 0, entry: stray?._id, what: 'an entry claims a block that it does not stand in' };
  };
  return inTransaction(database, count, { deadlineMs: countingMs });
}

function compareBlock(facts: { seal: AuditSeal; found: AuditEntry[]; previous: string }): AuditDifference | undefined {
  const { seal, found, previous } = facts;
  const byId = new Map(found.map((entry) => [entry._id, entry]));
  for (const id of seal.entries) {
    const entry = byId.get(id);
    if (!entry) return { block: seal.number, entry: id, what: 'the entry is missing' };
    if (hashOf(entry) !== entry.hash) return { block: seal.number, entry: id, what: 'the entry was altered' };
    if (entry.sealed !== seal.number)
      return { block: seal.number, entry: id, what: 'the entry is marked for another block' };
  }
  const ordered = seal.entries.flatMap((id) => byId.get(id) ?? []);
  const fits = seal.previous === previous && blockHash(previous, ordered) === seal.hash;
  return fits ? undefined : { block: seal.number, entry: undefined, what: 'the chain of blocks does not fit' };
}

function blockHash(previous: string, entries: readonly AuditEntry[]): string {
  const hash = createHash('sha256').update(previous);
  for (const entry of entries) hash.update(entry.hash);
  return hash.digest('hex');
}

function hashOf(entry: Omit<AuditEntry, 'hash' | 'sealed'>): string {
  const details = Object.entries(entry.details).sort(([a], [b]) => (a < b ? -1 : 1));
  const facts = [
    entry._id,
    entry.at.toISOString(),
    entry.actor,
    entry.action,
    entry.subject.type,
    entry.subject.id,
    details,
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
