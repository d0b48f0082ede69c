import { Fault } from '#core/errors.ts';
import { isOutOfReach } from '../transaction.ts';
import type { StepRun, SubjectFailure } from './step.ts';

export interface BatchWork<T> {
  /**
   * The next subjects after the cursor, in the order of an index, a bounded number; none at the end. The order must be one
   * that the work itself does not change, such as the id.
   */
  page(after: string | undefined): Promise<readonly T[]>;
  cursorOf(item: T): string;
  /** How a failure names the subject: a number that staff can look up, never a personal value. */
  subjectOf(item: T): string;
  /** Idempotent. What it throws, or the sentence that it gives, is kept as this subject's failure, and the others go on. */
  work(item: T): Promise<string | undefined>;
  /** How many subjects there are from the beginning, for the progress bar. */
  count?(): Promise<number>;
  atOnce?: number;
}

/** The ledger commits what is posted at the same time in one transaction; more than this waits in its queue. */
const usuallyAtOnce = 32;
const triesOnConflict = 3;

/**
 * Works through all subjects from the step's cursor on, so many at once, and keeps the cursor after each page: memory stays
 * flat, and a run that was killed does at most one page again. The next page is read while one is worked on.
 */
export async function eachBatch<T>(day: StepRun, batch: BatchWork<T>): Promise<void> {
  if (day.cursor === undefined && batch.count) await day.progress({ total: await batch.count() });
  let page = await batch.page(day.cursor);
  for (;;) {
    const last = page.at(-1);
    if (last === undefined) return;
    const cursor = batch.cursorOf(last);
    const following = batch.page(cursor);
    // Where the work throws first, nobody waits for this one any more.
    following.catch(() => undefined);
    const failures = await workOn(day, { batch, page });
    await day.progress({ cursor, done: page.length, failures });
    page = await following;
  }
}

async function workOn<T>(
  day: StepRun,
  { batch, page }: { batch: BatchWork<T>; page: readonly T[] },
): Promise<SubjectFailure[]> {
  const failures: SubjectFailure[] = [];
  const queue = page.values();
  const worker = async () => {
    for (const item of queue) {
      day.check();
      const subject = batch.subjectOf(item);
      const sentence = await outcomeOf(() => batch.work(item), { day, subject });
      if (sentence !== undefined) failures.push({ subject, sentence });
    }
  };
  const workers = Array.from({ length: Math.min(batch.atOnce ?? usuallyAtOnce, page.length) }, worker);
  const ended = await Promise.allSettled(workers);
  const fault = ended.find((one) => one.status === 'rejected');
  if (fault) throw fault.reason;
  return failures;
}

async function outcomeOf(
  work: () => Promise<string | undefined>,
  { day, subject }: { day: StepRun; subject: string },
): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (day.signal.aborted || concernsAll(error)) throw error;
      // A customer may have paid at the same moment: the subject is read again.
      if (attempt < triesOnConflict && error instanceof Fault && error.kind === 'conflict') continue;
      return day.explain(error, subject);
    }
  }
}

/** What is out of reach for one subject is so for the next: the step stops, and goes on from its cursor later. */
export function concernsAll(error: unknown): boolean {
  const kinds = ['unavailable', 'outcome-unknown', 'keys-unavailable'];
  return isOutOfReach(error) || (error instanceof Fault && kinds.includes(error.kind));
}
