import { EventEmitter, once } from 'node:events';
import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda, type Job as AgendaJob } from 'agenda';
import type { Logger } from './logger.ts';
import type { Database } from './mongo.ts';
import type { Migration } from './schema.ts';

/** Something that is due every so often, in one instance at a time. */
export interface RecurringJob {
  name: string;
  everyMs: number;
  run(): Promise<void>;
}

export const jobCollection = 'agendaJobs';
/** A number: agenda takes a text too, and then runs nothing, silently. */
const lookMs = 5_000;
/** After so long a job whose instance died is run by another one. */
const lockMs = 60_000;

/**
 * Runs jobs by agenda, whose lock keeps two instances from running one at the same time. It is an alarm clock, no more: a
 * lock may lapse, so that a job guards what it does by itself. Gives the way to stop, which waits for the jobs in hand.
 */
export async function startJobs(options: {
  database: Database;
  logger: Logger;
  jobs: readonly RecurringJob[];
}): Promise<() => Promise<void>> {
  const { database, logger, jobs } = options;
  const backend = new MongoBackend({ mongo: database.db, collection: jobCollection, ensureIndex: false });
  const agenda = new Agenda({ backend, processEvery: lookMs, defaultLockLifetime: lockMs, defaultConcurrency: 1 });
  agenda.on('error', (error) => {
    logger.error({ err: error }, 'The jobs could not be read');
  });
  const inHand = new Set<AgendaJob>();
  const ended = new EventEmitter();
  agenda.on('start', (job: AgendaJob) => {
    inHand.add(job);
  });
  agenda.on('complete', (job: AgendaJob) => {
    inHand.delete(job);
    if (inHand.size === 0) ended.emit('all');
  });
  for (const job of jobs) {
    agenda.define(job.name, (taken: AgendaJob) => runTouching(taken, { job, logger }), { lockLimit: 1 });
    // Inserted only: agenda's own `every` would take the lock from an instance that is running it.
    const entry = agenda.create(job.name, {}).repeatEvery(job.everyMs);
    await entry.unique({ name: job.name }, { insertOnly: true }).save();
  }
  await agenda.start();
  return async () => {
    // Gives back what is locked and not begun; what runs keeps its lock until it is through.
    await agenda.stop(false);
    if (inHand.size > 0) await once(ended, 'all');
  };
}

/** A job in hand keeps its lock for as long as it takes. */
async function runTouching(taken: AgendaJob, { job, logger }: { job: RecurringJob; logger: Logger }): Promise<void> {
  const touch = setInterval(() => {
    taken.touch().catch(() => undefined);
  }, lockMs / 3);
  try {
    await job.run();
  } catch (error) {
    logger.error({ err: error, job: job.name }, 'A job failed; it is run again when it is due');
  } finally {
    clearInterval(touch);
  }
}

/** Agenda would make its index at every start of every instance; ours also keeps a job from being there twice. */
export const jobMigration: Migration = {
  id: '0002-jobs-and-close-of-day',
  run: async ({ db }) => {
    const jobs = db.collection(jobCollection);
    const found = { name: 1, nextRunAt: 1, priority: -1, lockedAt: 1, disabled: 1 } as const;
    await jobs.createIndexes([
      { key: { name: 1 }, unique: true, name: 'oneOfEachName' },
      { key: found, name: 'findAndLockNextJobIndex' },
    ]);
    // What the close of day's predecessor kept of its own progress.
    await db.collection<{ _id: string }>('bank').deleteOne({ _id: 'ledger-snapshots' });
  },
};
