import { dateText, type PlainDate } from '#core/calendar.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { LeaseEnded } from '../lease.ts';
import type { Platform } from '../platform.ts';
import { closeDays, followCalendar, type Closing, type ClosingOrder } from './closing.ts';
import { decideClosing, type ClosingRefusal } from './closing.rules.ts';
import { dayRunModel, type DayRun } from './day-run.model.ts';
import { createDayRuns } from './day-runs.ts';
import { explain } from './runner.ts';
import type { DayStep } from './step.ts';

export interface CloseOfDay {
  /** The steps of every day, in their order. */
  readonly steps: readonly Pick<DayStep, 'name' | 'title'>[];
  find(date: PlainDate): Promise<DayRun | undefined>;
  list(page: { page: number; size: number }): Promise<{ runs: DayRun[]; total: number }>;
  /** Those that are not done, oldest first. */
  unfinished(): Promise<DayRun[]>;
  /** Whether the business date may be closed now, by hand. */
  mayClose(): Promise<Result<PlainDate, ClosingRefusal>>;
  /** Begins to close the business date and lets it go on in the background; a date that was begun before is fine too. */
  start(order: { date: PlainDate; by: string }): Promise<Result<'started', ClosingRefusal>>;
  /** Runs the steps of a closed day that had failures again, in the background. */
  retry(order: { date: PlainDate; retries: number; by: string }): Promise<Result<'started', { code: 'moved-on' }>>;
  /** What a minute asks for: closes the days that the calendar has left behind, and goes on with what waits or stopped. */
  follow(): Promise<void>;
  /**
   * Closes every day up to and with `to`, in order, and waits until that is done, by this instance or another. Ends early
   * where a step could not be finished. `closed` is told of each day, oldest first.
   */
  closeDays(order: ClosingOrder): Promise<Closing>;
  /** `closeDays` of one date. */
  closeDay(date: PlainDate, by?: string): Promise<DayRun | undefined>;
  /** Does the steps of a date without a record, a lease or a wait: for a year that a single process plays. */
  playDay(date: PlainDate): Promise<void>;
  /** Stops where it stands, within a batch; another instance, or the next start, goes on. */
  stop(): Promise<void>;
}

export interface CloseOfDayOptions {
  steps: readonly DayStep[];
  /** After so long the day of an instance that died is taken over. */
  leaseMs?: number;
}

const usualLeaseMs = 30_000;
/** Steps that make no sense where nobody else is there. */
const notPlayed = ['settle'];

export function createCloseOfDay(platform: Platform, { steps, leaseMs = usualLeaseMs }: CloseOfDayOptions): CloseOfDay {
  dayRunModel(platform.database.connection);
  const stop = new AbortController();
  const runs = createDayRuns({ ...platform, steps });
  const parts = { platform, runs, steps, leaseMs, stop: stop.signal };
  const { watched, ended } = underWay();
  const close = (order: ClosingOrder) => watched(closeDays(parts, order));
  const inBackground = (order: ClosingOrder) => {
    close(order).catch((error: unknown) => {
      noteInterruption(platform, error);
    });
  };
  const decide = async (date?: PlainDate) => {
    const today = await platform.bankDay.today();
    return decideClosing({ date: date ?? today, today, calendarToday: platform.bankDay.calendarToday() });
  };
  return {
    steps,
    find: (date) => runs.find(dateText(date)),
    list: (page) => runs.list(page),
    unfinished: () => runs.unfinished(),
    mayClose: () => decide(),
    start: async ({ date, by }) => {
      // Sent twice, or by two colleagues: the second one sees what the first one began.
      if (await runs.find(dateText(date))) return ok('started');
      const decided = await decide(date);
      if (!decided.ok) return decided;
      if (await runs.open(date, by)) inBackground({ to: date, by });
      return ok('started');
    },
    retry: async ({ date, retries, by }) => {
      const run = await runs.find(dateText(date));
      if (run?.retries !== retries || !(await runs.reopen(run, by))) return refuse({ code: 'moved-on' });
      inBackground({ to: date, by });
      return ok('started');
    },
    follow: () => watched(followCalendar(parts)),
    closeDays: close,
    closeDay: async (date, by = 'system') => {
      await close({ to: date, by });
      return runs.find(dateText(date));
    },
    playDay: (date) => playDay(parts, date),
    stop: async () => {
      stop.abort();
      await ended();
    },
  };
}

function noteInterruption({ logger }: Platform, error: unknown): void {
  if (error instanceof LeaseEnded) return;
  logger.error({ err: error }, 'The close of day was interrupted; it is taken up again');
}

/** Keeps what is under way, so that the end of the process can wait for it. */
function underWay() {
  const works = new Set<Promise<unknown>>();
  return {
    watched: <T>(work: Promise<T>): Promise<T> => {
      works.add(work);
      const forget = () => works.delete(work);
      work.then(forget, forget);
      return work;
    },
    ended: () => Promise.allSettled(works),
  };
}

async function playDay(
  { steps, platform }: { steps: readonly DayStep[]; platform: Platform },
  date: PlainDate,
): Promise<void> {
  const { signal } = new AbortController();
  for (const step of steps.filter(({ name }) => !notPlayed.includes(name))) {
    await step.run({
      ...{ date, cursor: undefined, signal, check: () => undefined, progress: () => Promise.resolve() },
      explain: (error, subject) =>
        explain(platform, { error, facts: { date: dateText(date), step: step.name, subject } }),
    });
  }
}
