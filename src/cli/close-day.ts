import { dateText, isBefore, type PlainDate } from '#core/calendar.ts';
import type { DayRun } from '#platform/close-of-day/day-run.model.ts';
import type { Bank } from '../composition.ts';

export interface CloseDayOptions {
  /** Every day up to and with this one is closed; the business date is the day after it then. */
  to: PlainDate;
  /** Whether days that the calendar has not come to may be closed: only where a bank is tried out. */
  beyondCalendar: 'allowed' | 'refused';
  print: (line: string) => void;
  say: (sentence: string) => void;
}

/**
 * Closes days in order and prints one JSON line for each, then one for the whole. 0 where all are closed and nothing is to
 * be looked at, 1 where a day could not be finished or has something to look at, 2 where it was refused.
 */
export async function closeDays({ platform, services }: Bank, options: CloseDayOptions): Promise<0 | 1 | 2> {
  const { to, beyondCalendar, print, say } = options;
  const { bankDay } = platform;
  if (beyondCalendar === 'refused' && isBefore(bankDay.calendarToday(), to)) {
    say(`${dateText(to)} has not begun: the calendar says ${dateText(bankDay.calendarToday())}. Nothing was closed.`);
    return 2;
  }
  let failed = 0;
  const closing = await services.closeOfDay.closeDays({
    to,
    by: 'command-line',
    closed: (run) => {
      failed += run.failed;
      print(JSON.stringify(lineOf(run)));
    },
  });
  const stopped = closing.state === 'stopped' ? await whatStopped(services) : undefined;
  const businessDate = dateText(closing.businessDate);
  print(JSON.stringify({ state: closing.state, businessDate, failed, ...(stopped ? { stopped } : {}) }));
  return closing.state === 'closed' && failed === 0 ? 0 : 1;
}

function lineOf({ _id, state, startedAt, finishedAt, failed, steps }: DayRun) {
  const ms = (finishedAt ?? startedAt).getTime() - startedAt.getTime();
  const done = steps.map((step) => [step.name, { done: step.done, failed: step.failed }] as const);
  return { date: _id, state: state === 'done' ? 'closed' : state, ms, failed, steps: Object.fromEntries(done) };
}

async function whatStopped({ closeOfDay }: Pick<Bank['services'], 'closeOfDay'>) {
  const run = (await closeOfDay.unfinished())[0];
  const step = run?.steps.find(({ state }) => state !== 'done');
  return run && { date: run._id, step: step?.name, error: step?.error ?? 'it waits for another process' };
}
