import { dateOf, dateText } from '#core/calendar.ts';
import { createCloseOfDay, type CloseOfDay } from '#platform/close-of-day/close-of-day.ts';
import { eachBatch } from '#platform/close-of-day/each-batch.ts';
import { settleStep } from '#platform/close-of-day/settle-step.ts';
import type { DayStep, StepRun } from '#platform/close-of-day/step.ts';
import { isDuplicateKey, type Database } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';

/** What a step of the tests writes: one mark a subject, step and date. A second one is counted, and must not be there. */
export interface Mark {
  _id: string;
  times: number;
}

export const marksOf = ({ db }: Database) => db.collection<Mark>('marks');

export interface Marking {
  name: string;
  subjects: number;
  pageSize?: number;
  /** Before a subject is marked. */
  before?: (subject: string, day: StepRun) => Promise<void> | void;
}

/** A step that marks each subject once, as one that posts does it: under a key. */
export function markingStep(database: Database, { name, subjects, pageSize = 10, before }: Marking): DayStep {
  const all = Array.from({ length: subjects }, (_, index) => String(index + 1).padStart(4, '0'));
  return {
    name,
    title: `Mark ${name}`,
    run: (day) =>
      eachBatch(day, {
        page: (after = '') => Promise.resolve(all.filter((one) => one > after).slice(0, pageSize)),
        cursorOf: (one) => one,
        subjectOf: (one) => `loan ${one}`,
        count: () => Promise.resolve(all.length),
        atOnce: 4,
        work: async (one) => {
          await before?.(one, day);
          await mark(database, `${dateText(day.date)}:${name}:${one}`);
          return undefined;
        },
      }),
  };
}

async function mark(database: Database, _id: string): Promise<void> {
  try {
    await marksOf(database).insertOne({ _id, times: 1 });
  } catch (error) {
    // Done before a kill: the key keeps it from being done again.
    if (!isDuplicateKey(error)) throw error;
  }
}

export function advanceStep({ bankDay }: Platform): DayStep {
  return {
    name: 'advance',
    title: 'Next business date',
    run: ({ date }) => bankDay.advanceTo(date.add({ days: 1 })),
  };
}

export interface Closer {
  platform: Platform;
  marking: readonly Marking[];
  settledMs?: number;
  leaseMs?: number;
  /** Behind the settle step. */
  after?: readonly Marking[];
}

/** A close of day of marking steps, the business date moving on between them, as the bank's own has it. */
export function closerOf({ platform, marking, after = [], settledMs = 0, leaseMs }: Closer): CloseOfDay {
  const { database } = platform;
  const steps = [
    ...marking.map((one) => markingStep(database, one)),
    advanceStep(platform),
    settleStep({ database, settledMs }),
    ...after.map((one) => markingStep(database, one)),
  ];
  return createCloseOfDay(platform, { steps, ...(leaseMs === undefined ? {} : { leaseMs }) });
}

/** How many marks there are for each step of each date. */
export async function marksByStep(database: Database): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for await (const { _id } of marksOf(database).find()) {
    const step = _id.slice(0, _id.lastIndexOf(':'));
    counts[step] = (counts[step] ?? 0) + 1;
  }
  return counts;
}

export const day = dateOf;
