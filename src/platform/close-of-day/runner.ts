import { dateOf } from '#core/calendar.ts';
import { Fault } from '#core/errors.ts';
import { newReference } from '#core/ids.ts';
import { LeaseEnded, type Lease } from '../lease.ts';
import type { Logger } from '../logger.ts';
import type { DayRun } from './day-run.model.ts';
import type { DayRunsParts } from './day-runs.ts';
import { concernsAll } from './each-batch.ts';
import { holdRun, type HeldRun } from './held-run.ts';
import { NotYet, type DayStep, type StepRun } from './step.ts';

export interface RunnerParts extends DayRunsParts {
  logger: Logger;
}

/** `waiting`: a step asked for a later moment. `stopped`: a step could not be finished, its record says why. */
export type DayOutcome = 'done' | 'waiting' | 'stopped';

/** While something is out of reach a step is tried again after so many milliseconds, before the run is stopped. */
const pausesMs = [500, 1_000, 2_000, 4_000, 8_000];

/**
 * Does what is left of one run, step after step. Throws a `LeaseEnded` where another instance took over or the process is
 * stopping: the run stays as it is, and whoever has the lease next goes on from its cursors.
 */
export async function runDay(parts: RunnerParts, { lease, run }: { lease: Lease; run: DayRun }): Promise<DayOutcome> {
  const held = await holdRun(parts, { lease, run });
  for (const [place, step] of parts.steps.entries()) {
    const record = held.run.steps[place];
    if (record?.state === 'done') continue;
    const startedAt = record?.startedAt ?? new Date();
    await held.write({ steps: { [place]: { state: 'running', startedAt, error: null } } });
    const outcome = await runStep(parts, { lease, held, place, step });
    if (outcome !== 'done') return outcome;
    await held.write({ steps: { [place]: { state: 'done', finishedAt: new Date() } } });
  }
  const { failed } = await held.finish();
  parts.logger.info({ date: run._id, failed }, 'The day is closed');
  return 'done';
}

interface StepInHand {
  lease: Lease;
  held: HeldRun;
  place: number;
  step: DayStep;
}

async function runStep(parts: RunnerParts, inHand: StepInHand): Promise<DayOutcome> {
  const { lease, held, place, step } = inHand;
  for (let attempt = 0; ; attempt += 1) {
    try {
      // From where it stands now: an attempt before this one may have come a part of the way.
      const cursor = (await held.step(place))?.cursor ?? undefined;
      await step.run(stepRun(parts, { ...inHand, cursor }));
      lease.check();
      return 'done';
    } catch (error) {
      lease.signal.throwIfAborted();
      if (error instanceof LeaseEnded) throw error;
      if (error instanceof NotYet) {
        await held.write({ run: { notBefore: error.until } });
        return 'waiting';
      }
      const pauseMs = concernsAll(error) ? pausesMs[attempt] : undefined;
      if (pauseMs === undefined) return stopAt(parts, { ...inHand, error });
      parts.logger.warn({ err: error, date: held.run._id, step: step.name }, 'A step of the day is tried again');
      await pause(pauseMs, lease.signal);
    }
  }
}

async function stopAt(parts: RunnerParts, facts: StepInHand & { error: unknown }): Promise<'stopped'> {
  const { held, place, step, error } = facts;
  const sentence = explain(parts, { error, facts: { date: held.run._id, step: step.name } });
  await held.write({ run: { state: 'stopped' }, steps: { [place]: { state: 'failed', error: sentence } } });
  return 'stopped';
}

function stepRun(parts: RunnerParts, inHand: StepInHand & { cursor: string | undefined }): StepRun {
  const { lease, held, place, step, cursor } = inHand;
  const date = held.run._id;
  return {
    date: dateOf(date),
    cursor,
    signal: lease.signal,
    check: lease.check,
    progress: (advance) => held.advance(place, advance),
    explain: (error, subject) => explain(parts, { error, facts: { date, step: step.name, subject } }),
  };
}

/** What staff read; the cause, which may name what they should not see, goes to the log. */
export function explain(
  { logger }: Pick<RunnerParts, 'logger'>,
  { error, facts }: { error: unknown; facts: Record<string, unknown> },
): string {
  const reference = newReference();
  logger.error({ err: error, reference, ...facts }, 'The close of day has something to look at');
  if (concernsAll(error)) return `A part of the bank was not reachable. Reference ${reference}.`;
  if (error instanceof Fault && error.kind === 'conflict')
    return `Somebody else changed it at the same time. Reference ${reference}.`;
  return `It failed unexpectedly. The log has the cause under reference ${reference}.`;
}

/** Waits, or throws the reason of the signal where it aborts meanwhile. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
  signal.throwIfAborted();
}
