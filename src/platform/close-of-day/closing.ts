import { dateOf, dateText, isBefore, type PlainDate } from '#core/calendar.ts';
import { LeaseEnded, takeLease, type Lease } from '../lease.ts';
import type { Platform } from '../platform.ts';
import type { DayRun } from './day-run.model.ts';
import type { DayRuns } from './day-runs.ts';
import { pause, runDay } from './runner.ts';
import type { DayStep } from './step.ts';

export interface ClosingParts {
  platform: Platform;
  runs: DayRuns;
  steps: readonly DayStep[];
  /** After so long the day of an instance that died is taken over. */
  leaseMs: number;
  /** Aborts when the process is to stop. */
  stop: AbortSignal;
}

export interface ClosingOrder {
  to: PlainDate;
  by: string;
  /** Told of each day once it is done, oldest first, whoever did it. */
  closed?: (run: DayRun) => void;
}

export interface Closing {
  state: 'closed' | 'stopped';
  businessDate: PlainDate;
}

const askAgainMs = 500;

/** Closes the days that the calendar has left behind, and goes on with what is due; does not wait. */
export async function followCalendar(parts: ClosingParts): Promise<void> {
  const to = parts.platform.bankDay.calendarToday().subtract({ days: 1 });
  try {
    await underLease(parts, (lease) => lead(parts, { lease, order: { to, by: 'calendar' }, patience: 'leave' }));
  } catch (error) {
    // Whoever has taken over, or is started next, goes on.
    if (!(error instanceof LeaseEnded)) throw error;
  }
}

/** Gives whether this instance had the lease. */
async function underLease(parts: ClosingParts, work: (lease: Lease) => Promise<void>): Promise<boolean> {
  const { platform, leaseMs, stop } = parts;
  const lease = await takeLease(platform.database, { name: 'close-of-day', leaseMs, stop });
  if (!lease) return false;
  try {
    await work(lease);
    return true;
  } finally {
    // Where the database is out of reach the lease lapses by itself.
    await lease.release().catch(() => undefined);
  }
}

/** Closes every day up to one and waits for it, whichever instance does it. */
export async function closeDays(parts: ClosingParts, order: ClosingOrder): Promise<Closing> {
  const { bankDay } = parts.platform;
  const first = (await parts.runs.unfinished(order.to))[0]?._id ?? dateText(await bankDay.today());
  const report = reporter(parts, { ...order, from: dateOf(first) });
  for (;;) {
    const led = await leadOnce(parts, order);
    await report();
    const left = await parts.runs.unfinished(order.to);
    const businessDate = await bankDay.today();
    if (left.length === 0 && isBefore(order.to, businessDate)) return { state: 'closed', businessDate };
    // Another instance that is at work may have to try a step again; what it could not finish is for us to say.
    if (led) return { state: 'stopped', businessDate };
    await pause(askAgainMs, parts.stop);
  }
}

async function leadOnce(parts: ClosingParts, order: ClosingOrder): Promise<boolean> {
  try {
    return await underLease(parts, (lease) => lead(parts, { lease, order, patience: 'wait' }));
  } catch (error) {
    if (error instanceof LeaseEnded && error.why === 'lost') return false;
    throw error;
  }
}

function reporter(
  { runs }: ClosingParts,
  { from, to, closed }: ClosingOrder & { from: PlainDate },
): () => Promise<void> {
  let next = from;
  return async () => {
    if (!closed) return;
    for (; !isBefore(to, next); next = next.add({ days: 1 })) {
      const run = await runs.find(dateText(next));
      if (run?.state !== 'done') return;
      closed(run);
    }
  };
}

/**
 * Works while the lease lasts: first what is due of the runs that are open, oldest first; then the next business date. A
 * day that stopped after its date moved on does not hold the next one back, but what needs it over for good waits.
 */
async function lead(
  parts: ClosingParts,
  facts: { lease: Lease; order: ClosingOrder; patience: 'wait' | 'leave' },
): Promise<void> {
  const { lease, order, patience } = facts;
  const { runs, steps, platform } = parts;
  const stopped: string[] = [];
  for (;;) {
    lease.check();
    const run = await runs.nextDue(stopped);
    if (run) {
      const outcome = await runDay({ ...platform, steps }, { lease, run });
      if (outcome === 'stopped') stopped.push(run._id);
      continue;
    }
    const today = await platform.bankDay.today();
    if (!isBefore(order.to, today) && (await runs.open(today, order.by))) continue;
    const moment = patience === 'wait' && stopped.length === 0 ? await runs.nextMoment() : undefined;
    if (!moment) return;
    await pause(Math.max(0, moment.getTime() - Date.now()), lease.signal);
  }
}
