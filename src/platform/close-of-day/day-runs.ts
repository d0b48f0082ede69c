import { dateText, type PlainDate } from '#core/calendar.ts';
import { Fault } from '#core/errors.ts';
import type { Audit } from '../audit.ts';
import { commitTogether, type Companion } from '../companion.ts';
import { isDuplicateKey, type Database } from '../mongo.ts';
import { dayRunCollection, newStepRecord, type DayRun } from './day-run.model.ts';
import type { DayStep } from './step.ts';

export interface DayRunsParts {
  database: Database;
  audit: Audit;
  steps: readonly DayStep[];
}

/** The records of closes of day. What is written while one is worked on is in `held-run.ts`. */
export interface DayRuns {
  find(date: string): Promise<DayRun | undefined>;
  /** Newest first. */
  list(page: { page: number; size: number }): Promise<{ runs: DayRun[]; total: number }>;
  /** Those that are not done, up to a date, oldest first: a few, or the days of a long standstill. */
  unfinished(to?: PlainDate): Promise<DayRun[]>;
  /** The oldest that is not done and does not wait, but for those that are named. */
  nextDue(but: readonly string[]): Promise<DayRun | undefined>;
  /** When the first of those that wait can go on. */
  nextMoment(): Promise<Date | undefined>;
  /** One run a date: false where it was opened before. */
  open(date: PlainDate, startedBy: string): Promise<boolean>;
  /** Sets the steps with failures back to their beginning; false where the run has moved on since it was shown. */
  reopen(run: DayRun, by: string): Promise<boolean>;
}

const mostUnfinished = 1_000;
const notDone = { $in: ['running' as const, 'stopped' as const] };

export function createDayRuns(parts: DayRunsParts): DayRuns {
  const runs = parts.database.db.collection<DayRun>(dayRunCollection);
  return {
    find: async (date) => (await runs.findOne({ _id: date })) ?? undefined,
    list: async ({ page, size }) => {
      const newest = runs.find().sort({ _id: -1 });
      const [found, total] = await Promise.all([
        newest
          .skip((page - 1) * size)
          .limit(size)
          .toArray(),
        runs.countDocuments(),
      ]);
      return { runs: found, total };
    },
    unfinished: (to) =>
      runs
        .find({ state: notDone, ...(to ? { _id: { $lte: dateText(to) } } : {}) })
        .sort({ _id: 1 })
        .limit(mostUnfinished)
        .toArray(),
    nextDue: async (but) => {
      const waiting = [{ notBefore: null }, { notBefore: { $lte: new Date() } }];
      const due = { state: notDone, _id: { $nin: [...but] }, $or: waiting };
      return (await runs.findOne(due, { sort: { _id: 1 } })) ?? undefined;
    },
    nextMoment: async () => {
      const waiting = { state: 'running' as const, notBefore: { $ne: null } };
      return (await runs.findOne(waiting, { sort: { notBefore: 1 } }))?.notBefore ?? undefined;
    },
    open: (date, startedBy) => open(parts, { date, startedBy }),
    reopen: (run, by) => reopen(parts, { run, by }),
  };
}

async function open(
  { database, audit, steps }: DayRunsParts,
  { date, startedBy }: { date: PlainDate; startedBy: string },
): Promise<boolean> {
  const run: DayRun = {
    ...{ _id: dateText(date), state: 'running', token: 0, holder: '', startedBy, startedAt: new Date() },
    ...{ finishedAt: null, notBefore: null, takeovers: 0, retries: 0, failed: 0 },
    steps: steps.map(newStepRecord),
  };
  const insert: Companion = { collection: dayRunCollection, kind: 'insert', document: { ...run } };
  try {
    await commitTogether(database, [insert, audit.entry(auditFact(run, 'day-close-started'))]);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

async function reopen({ database, audit }: DayRunsParts, { run, by }: { run: DayRun; by: string }): Promise<boolean> {
  const again = run.steps.map((step) => (step.failed > 0 ? newStepRecord(step) : step));
  const set = { steps: again, state: 'running', finishedAt: null, failed: 0 };
  const update: Companion = {
    ...{ collection: dayRunCollection, kind: 'update' },
    filter: { _id: run._id, state: 'done', retries: run.retries, failed: { $gt: 0 } },
    change: { $set: set, $inc: { retries: 1 } },
  };
  try {
    await commitTogether(database, [update, audit.entry({ ...auditFact(run, 'day-close-retried'), actor: by })]);
    return true;
  } catch (error) {
    if (error instanceof Fault && error.kind === 'conflict') return false;
    throw error;
  }
}

export function auditFact({ _id, startedBy }: DayRun, action: string) {
  return { actor: startedBy, action, subject: { type: 'business-date', id: _id } };
}
