import { dateText } from '#core/calendar.ts';
import type { Database } from '../mongo.ts';
import { dayRunCollection, type DayRun } from './day-run.model.ts';
import { NotYet, type DayStep } from './step.ts';

const lookAgainMs = 60_000;

/**
 * Waits until no posting can be under way any more that was dated before the business date moved on, and until every
 * earlier day is finished. What stands behind this step finds its day over for good, and the days before it done with.
 */
export function settleStep({ database, settledMs }: { database: Database; settledMs: number }): DayStep {
  const runs = database.db.collection<DayRun>(dayRunCollection);
  return {
    name: 'settle',
    title: 'Wait for postings under way',
    run: async (day) => {
      const since = day.cursor === undefined ? new Date() : new Date(day.cursor);
      // Kept, so that a process that goes on with it does not wait from the beginning.
      if (day.cursor === undefined) await day.progress({ cursor: since.toISOString() });
      const until = new Date(since.getTime() + settledMs);
      if (until > new Date()) throw new NotYet(until);
      const earlier = { _id: { $lt: dateText(day.date) }, state: { $in: ['running' as const, 'stopped' as const] } };
      if (await runs.findOne(earlier)) throw new NotYet(new Date(Date.now() + lookAgainMs));
    },
  };
}
