import type { Connection, Model } from 'mongoose';
import { newId } from '#core/ids.ts';
import type { Clock } from './clock.ts';
import { bsonDate } from './clock.ts';
import type { Companion } from './companion.ts';
import type { Logger } from './logger.ts';
import { operators, type Database } from './mongo.ts';
import { documentSchema } from './schema.ts';

/** A promise to do something outside the transaction, kept at least once: handlers use the row's id to do it only once. */
export interface OutboxRow {
  _id: string;
  topic: string;
  payload: Record<string, unknown>;
  at: Date;
  state: 'pending' | 'done' | 'given-up';
  attempts: number;
  nextAt: Date;
  /** Who took it, while it is being delivered. */
  claim?: string;
}

export interface OutboxMessage {
  topic: string;
  payload: Record<string, unknown>;
  /** Fixed where the same thing may be said twice but must be delivered once: a second row of it is a duplicate key. */
  id?: string;
}

export type OutboxHandler = (row: OutboxRow) => Promise<void>;

export interface Outbox {
  /** As a companion of a posting or of another transaction. */
  row(message: OutboxMessage): Companion;
  handle(topic: string, handler: OutboxHandler): void;
  /** Delivers what is due now; gives how many rows were delivered. */
  drain(): Promise<number>;
  /** Delivers in the background until the returned function is called, which waits for the row in hand. */
  start(): () => Promise<void>;
}

const leaseMs = 60_000;
const mostAttempts = 12;
const idleMs = 500;
const batchSize = 25;
/** Rows that were delivered are kept for questions, and then removed by the database. */
const keepDoneS = 30 * 24 * 60 * 60;

const rowSchema = documentSchema(
  {
    topic: { type: String, required: true },
    payload: { type: Object, required: true },
    at: { type: Date, required: true },
    state: { type: String, required: true },
    attempts: { type: Number, required: true },
    nextAt: { type: Date, required: true },
    claim: { type: String },
  },
  'outbox',
)
  .index({ state: 1, nextAt: 1 })
  .index({ nextAt: 1 }, { expireAfterSeconds: keepDoneS, partialFilterExpression: { state: 'done' } });

const outboxModel = (connection: Connection): Model<OutboxRow> =>
  connection.model<OutboxRow>('OutboxRow', rowSchema as never);

interface Parts {
  rows: Model<OutboxRow>;
  handlers: Map<string, OutboxHandler>;
  logger: Logger;
}

export function createOutbox(options: { database: Database; clock: Clock; logger: Logger }): Outbox {
  const rows = outboxModel(options.database.connection);
  const handlers = new Map<string, OutboxHandler>();
  const drain = () => drainDue({ rows, handlers, logger: options.logger });
  return {
    row: ({ topic, payload, id = newId() }) => {
      const at = bsonDate(options.clock.now());
      const document = { _id: id, topic, payload, at, state: 'pending', attempts: 0, nextAt: new Date() };
      return { collection: 'outbox', kind: 'insert', document };
    },
    handle: (topic, handler) => handlers.set(topic, handler),
    drain,
    start: () => startLoop(drain, options.logger),
  };
}

async function drainDue(parts: Parts): Promise<number> {
  for (let count = 0; ;) {
    const batch = await takeBatch(parts.rows);
    if (batch.length === 0) return count;
    const outcomes = await Promise.all(batch.map((row) => deliver(parts, row)));
    const done = batch.filter((_row, index) => outcomes[index]).map((row) => row._id);
    await parts.rows.updateMany({ _id: operators({ $in: done }) }, { $set: { state: 'done' } });
    count += done.length;
  }
}

/**
 * Takes due rows under a lease, so that rows whose deliverer died are taken again. Another instance may take some of
 * them at the same moment; the claim says whose each one is.
 */
async function takeBatch(rows: Model<OutboxRow>): Promise<OutboxRow[]> {
  const isDue = { state: 'pending' as const, nextAt: operators({ $lte: new Date() }) };
  const due = await rows.find(isDue, { _id: 1 }).sort({ nextAt: 1 }).limit(batchSize).lean<{ _id: string }[]>();
  if (due.length === 0) return [];
  const claim = newId();
  const ids = operators({ $in: due.map((row) => row._id) });
  const lease = { $set: { nextAt: new Date(Date.now() + leaseMs), claim }, $inc: { attempts: 1 } };
  await rows.updateMany({ _id: ids, ...isDue }, lease);
  return rows.find({ _id: ids, claim }).lean<OutboxRow[]>();
}

/** Whether the row is done with; where not, it is tried again after a growing wait. */
async function deliver({ rows, handlers, logger }: Parts, row: OutboxRow): Promise<boolean> {
  try {
    const handler = handlers.get(row.topic);
    if (!handler) throw new Error(`No handler for outbox topic ${row.topic}`);
    await handler(row);
    return true;
  } catch (error) {
    const givenUp = row.attempts >= mostAttempts;
    const nextAt = new Date(Date.now() + Math.min(2 ** row.attempts * 1_000, 3_600_000));
    await rows.updateOne({ _id: row._id }, { $set: { nextAt, state: givenUp ? 'given-up' : 'pending' } });
    logger.error({ err: error, row: row._id, topic: row.topic, givenUp }, 'An outbox row was not delivered');
    return false;
  }
}

function startLoop(drain: () => Promise<number>, logger: Logger): () => Promise<void> {
  const stop = new AbortController();
  const loop = (async () => {
    while (!stop.signal.aborted) {
      await drain().catch((error: unknown) => {
        logger.error({ err: error }, 'The outbox could not be read');
      });
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, idleMs);
        stop.signal.addEventListener(
          'abort',
          () => {
            clearTimeout(timer);
            resolve();
          },
          { once: true },
        );
      });
    }
  })();
  return async () => {
    stop.abort();
    await loop;
  };
}
