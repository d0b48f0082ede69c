import type { ClientSession, TransactionOptions } from 'mongodb';
import {
  MongoBulkWriteError,
  MongoError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  MongoWriteConcernError,
} from 'mongodb';
import { Fault } from '#core/errors.ts';
import type { Database } from './mongo.ts';

/** The concerns of every transaction, read-only ones included (shared design, section 6). */
export const transactionOptions: TransactionOptions = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority', journal: true },
  readPreference: 'primary',
};

const deadlineDefaultMs = 5_000;

/** One run of a transaction: what may still be said of it when its time is up. */
interface Run<T> {
  session: ClientSession;
  work: (session: ClientSession) => Promise<T>;
  deadline: number;
  /** A commit was sent: from here on only the server knows. */
  committing: boolean;
  gaveUp: boolean;
}

/**
 * Runs `work` in one transaction. A transient error runs it again, an unknown commit result only commits again. At the
 * deadline it throws, answered or not: a fault of kind `unavailable` where no commit was sent and none will be,
 * `outcome-unknown` where one was. `work` must touch nothing but the database through the session.
 */
export async function inTransaction<T>(
  database: Database,
  work: (session: ClientSession) => Promise<T>,
  options: { deadlineMs?: number } = {},
): Promise<T> {
  const deadlineMs = options.deadlineMs ?? deadlineDefaultMs;
  const session = database.client.startSession();
  const run: Run<T> = { session, work, deadline: performance.now() + deadlineMs, committing: false, gaveUp: false };
  return raceDeadline(attempts(run), deadlineMs, () => {
    run.gaveUp = true;
    return tooLate(run);
  });
}

/** The driver has no time limit of its own: a silent server would hold us until its monitor notices. */
async function raceDeadline<T>(work: Promise<T>, deadlineMs: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeIsUp = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(late());
    }, deadlineMs);
  });
  try {
    return await Promise.race([work, timeIsUp]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs one write command outside a transaction. What the server itself refused is thrown as it is; at the deadline, or
 * where no answer came, it throws a fault of kind `outcome-unknown`: the command may still be carried out.
 */
export async function inTime<T>(work: () => Promise<T>, options: { deadlineMs?: number } = {}): Promise<T> {
  const unknown = (cause?: unknown) => new Fault('outcome-unknown', 'The outcome is not known yet', { cause });
  const answered = work().catch((error: unknown) => {
    const certain = isCertainlyRefused(error) && !hasLabel(error, 'RetryableWriteError');
    throw certain ? error : unknown(error);
  });
  return raceDeadline(answered, options.deadlineMs ?? deadlineDefaultMs, unknown);
}

/**
 * Runs reads that come before anything is written. At the deadline, or where the database is out of reach, it throws a
 * fault of kind `unavailable`: a silent server would hold us until its connection is found dead.
 */
export async function readInTime<T>(work: () => Promise<T>, options: { deadlineMs?: number } = {}): Promise<T> {
  const unavailable = (cause?: unknown) => tooLate({ committing: false }, cause);
  const answered = work().catch((error: unknown) => {
    throw isOutOfReach(error) ? unavailable(error) : error;
  });
  return raceDeadline(answered, options.deadlineMs ?? deadlineDefaultMs, unavailable);
}

function tooLate({ committing }: { committing: boolean }, cause?: unknown): Fault {
  return committing
    ? new Fault('outcome-unknown', 'The outcome is not known yet', { cause })
    : new Fault('unavailable', 'The database did not answer in time; nothing was changed', { cause });
}

async function attempts<T>(run: Run<T>): Promise<T> {
  try {
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await tryOnce(run);
      if (outcome.done) return outcome.value;
      if (performance.now() > run.deadline) throw tooLate(run);
      await pause(Math.min(2 ** attempt, 50) * (0.5 + Math.random()));
    }
  } finally {
    // Ending it talks to the server, which may be the one that does not answer.
    run.session.endSession().catch(() => undefined);
  }
}

type Attempt<T> = { done: true; value: T } | { done: false };

async function tryOnce<T>(run: Run<T>): Promise<Attempt<T>> {
  const { session, work } = run;
  session.startTransaction(transactionOptions);
  let value: T;
  try {
    value = await work(session);
    // Who waited has been told that nothing was changed, and so nothing may be.
    if (run.gaveUp) throw tooLate(run);
  } catch (error) {
    // No commit was sent: the transaction ends by itself where its abort is not heard.
    await session.abortTransaction().catch(() => undefined);
    if (hasLabel(error, 'TransientTransactionError')) return { done: false };
    throw isOutOfReach(error) ? tooLate(run, error) : error;
  }
  return (await commit(run)) ? { done: true, value } : { done: false };
}

/** Commits until it is answered: true when committed, false when the transaction was certainly aborted and may run again. */
async function commit<T>(run: Run<T>): Promise<boolean> {
  run.committing = true;
  for (;;) {
    try {
      await run.session.commitTransaction();
      return true;
    } catch (error) {
      if (hasLabel(error, 'TransientTransactionError')) {
        run.committing = false;
        return false;
      }
      if (isCertainlyRefused(error)) throw error;
      if (performance.now() > run.deadline) throw tooLate(run, error);
      await pause(50 + 50 * Math.random());
    }
  }
}

/**
 * Whether the server itself said no. Everything else (a lost reply, no primary in time, a write concern not reached)
 * leaves open whether the commit took place, whatever labels the driver gave it.
 */
function isCertainlyRefused(error: unknown): boolean {
  return (
    error instanceof MongoServerError &&
    !(error instanceof MongoWriteConcernError) &&
    // The driver wraps a write concern that was not reached, and drops its labels.
    !(error instanceof MongoBulkWriteError && [error.writeErrors].flat().length === 0) &&
    !error.hasErrorLabel('UnknownTransactionCommitResult')
  );
}

/** The database did not answer: no network, no primary, or no reply in time. */
export function isOutOfReach(error: unknown): boolean {
  return (
    error instanceof MongoNetworkError ||
    error instanceof MongoServerSelectionError ||
    (error instanceof MongoError && /^Mongo(NotConnected|PoolCleared|WaitQueueTimeout)/.test(error.name))
  );
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function hasLabel(error: unknown, label: string): boolean {
  return error instanceof MongoError && error.hasErrorLabel(label);
}
