import { Fault } from '#core/errors.ts';
import type { Audit } from '../audit.ts';
import { commitTogether, type Companion } from '../companion.ts';
import type { Lease } from '../lease.ts';
import type { Database } from '../mongo.ts';
import { dayRunCollection, newStepRecord, type DayRun, type StepRecord } from './day-run.model.ts';
import { auditFact, type DayRunsParts } from './day-runs.ts';
import type { StepAdvance } from './step.ts';

/** Staff look at the first ones; the count says how many there are. */
const failuresKept = 50;

/** What one write changes: fields of the run itself, and of single steps by their place. */
export interface RunChange {
  run?: Partial<Omit<DayRun, '_id' | 'steps'>>;
  steps?: Record<number, Partial<StepRecord>>;
}

/**
 * A run that is worked on under a lease. It carries the lease's token, and every write asks for it: where a newer lease has
 * claimed the run, nothing is written, and the lease is found to be lost.
 */
export interface HeldRun {
  readonly run: DayRun;
  write(change: RunChange): Promise<void>;
  /** Adds to what a step has done. */
  advance(place: number, advance: StepAdvance): Promise<void>;
  /** A step as it stands now. */
  step(place: number): Promise<StepRecord | undefined>;
  /** The end, with its entry in the audit trail. */
  finish(): Promise<{ failed: number }>;
}

/** Puts the run under this lease, with the steps that this version of the program has. */
export async function holdRun(parts: DayRunsParts, { lease, run }: { lease: Lease; run: DayRun }): Promise<HeldRun> {
  const runs = parts.database.db.collection<DayRun>(dayRunCollection);
  const mine = { _id: run._id, token: lease.token };
  const write = async (update: object) => {
    lease.check();
    if ((await runs.updateOne(mine, update)).matchedCount === 0) throw lease.lose();
  };
  const read = async () => (await runs.findOne(mine)) ?? undefined;
  return {
    run: await claim(parts, { lease, run }),
    write: (change) => write({ $set: fieldsOf(change) }),
    advance: (place, advance) => write(advanceOf(place, advance)),
    step: async (place) => (await read())?.steps[place],
    finish: async () => {
      const now = await read();
      if (!now) throw lease.lose();
      const failed = now.steps.reduce((sum, step) => sum + step.failed, 0);
      const done = { state: 'done' as const, finishedAt: new Date(), failed };
      await finish(parts, { lease, run: now, set: fieldsOf({ run: done }) });
      return { failed };
    },
  };
}

async function claim(
  { database, steps }: DayRunsParts,
  { lease, run }: { lease: Lease; run: DayRun },
): Promise<DayRun> {
  lease.check();
  const { token, holder } = lease;
  const interrupted = run.notBefore === null && run.steps.some((step) => step.state === 'running');
  const takeovers = run.takeovers + (interrupted ? 1 : 0);
  const known = new Map(run.steps.map((step) => [step.name, step]));
  const merged = steps.map((step) => known.get(step.name) ?? newStepRecord(step));
  const set = { token, holder, takeovers, state: 'running' as const, notBefore: null, steps: merged };
  // What was read may be older than what a run in between has written: its token is newer then.
  const asRead = { _id: run._id, token: run.token, state: { $ne: 'done' as const } };
  if (run.token > token) throw lease.lose();
  const runs = database.db.collection<DayRun>(dayRunCollection);
  const claimed = await runs.findOneAndUpdate(asRead, { $set: set }, { returnDocument: 'after' });
  if (!claimed) throw lease.lose();
  return claimed;
}

async function finish(
  { database, audit }: { database: Database; audit: Audit },
  facts: { lease: Lease; run: DayRun; set: Record<string, unknown> },
): Promise<void> {
  const { lease, run, set } = facts;
  lease.check();
  const filter = { _id: run._id, token: lease.token };
  const update: Companion = { collection: dayRunCollection, kind: 'update', filter, change: { $set: set } };
  try {
    await commitTogether(database, [update, audit.entry(auditFact(run, 'day-closed'))]);
  } catch (error) {
    throw error instanceof Fault && error.kind === 'conflict' ? lease.lose() : error;
  }
}

function fieldsOf({ run = {}, steps = {} }: RunChange): Record<string, unknown> {
  const places = Object.entries(steps).flatMap(([place, step]) =>
    Object.entries(step).map(([field, value]) => [`steps.${place}.${field}`, value] as const),
  );
  return { ...run, ...Object.fromEntries(places) };
}

function advanceOf(place: number, { cursor, done = 0, total, failures = [] }: StepAdvance): object {
  const at = (field: string) => `steps.${place}.${field}`;
  const set = {
    ...(cursor === undefined ? {} : { [at('cursor')]: cursor }),
    ...(total === undefined ? {} : { [at('total')]: total }),
  };
  return {
    ...(Object.keys(set).length === 0 ? {} : { $set: set }),
    $inc: { [at('done')]: done, [at('failed')]: failures.length },
    $push: { [at('failures')]: { $each: [...failures], $slice: failuresKept } },
  };
}
