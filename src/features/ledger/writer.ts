import { Fault } from '#core/errors.ts';
import { present } from '#core/assert.ts';
import { inTime, readInTime } from '#platform/transaction.ts';
import type { Clock } from '#platform/clock.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import type { LedgerRefusal } from './account.rules.ts';
import { createAccountCache } from './account-states.ts';
import type { Collections } from './collections.ts';
import type { Journal } from './ledger.model.ts';
import type { PostingGuard, PostOutcome } from './orders.ts';
import { planBatch, type PlanParts } from './plan.ts';
import { createFollower } from './follower.ts';
import { createProjection, keep, statesAfter, type Projection } from './projection.ts';
import { createDoubts } from './doubts.ts';
import { createQueue, isLate, type Queue, type Waiting } from './queue.ts';
import { outcomeOf, type Task } from './task.ts';
import { createTurns, type Turns } from './turns.ts';
import { duplicateOf, GuardMissed, newLane, renameLane, writePlan, type Lane } from './write.ts';

/** From so many waiting orders on, a second batch is prepared and written while the first is under way. */
const secondLaneFrom = 32;

export interface Writer {
  submit(task: Task): Promise<PostOutcome>;
  projection: Projection;
}

interface Parts extends PlanParts {
  queue: Queue;
  lanes: readonly Lane[];
  projection: Projection;
  turns: Turns;
}

/**
 * Group commit: what has queued while a batch was under way goes into the next one, without any wait of its own; every
 * order has its own outcome, given after the majority-committed, journaled write. Two batches that share no account may
 * be under way at once.
 */
export function createWriter(options: {
  collections: Collections;
  clock: Clock;
  guards: readonly PostingGuard[];
}): Writer {
  const queue = createQueue();
  const cache = createAccountCache();
  const lanes = [newLane(), newLane()];
  const projection = createProjection(options.collections, lanes);
  const atWork = new Set<Lane>();
  let due = false;
  const pump = () => {
    due = false;
    for (const lane of lanes) {
      if (atWork.has(lane) || (atWork.size > 0 && queue.length < secondLaneFrom)) continue;
      const batch = queue.take((account) => turns.mayPost(account));
      if (batch.length === 0) return;
      atWork.add(lane);
      void settle({ parts, lane, batch, refusals: new Map(), began: { ...lane } }).finally(() => {
        atWork.delete(lane);
        queue.done(batch);
        pumpSoon();
      });
    }
  };
  // Whoever was answered by the batch before gets to ask again before the next one is cut.
  const pumpSoon = () => {
    if (!due) setImmediate(pump);
    due = true;
  };
  const turns = createTurns(options.collections, {
    wake: pumpSoon,
    came: () => {
      follower.suspect();
    },
  });
  const follower = createFollower(options.collections, { cache, own: () => lanes.map((lane) => lane.writer) });
  const doubts = createDoubts();
  const parts: Parts = { ...options, queue, cache, follower, lanes, projection, turns };
  return {
    projection,
    submit: (task) => {
      const outcome = queue.add(task);
      pumpSoon();
      return doubts.around(task.key, outcome);
    },
  };
}

interface Attempt {
  parts: Parts;
  lane: Lane;
  /** Those without an outcome yet. */
  batch: readonly Waiting[];
  /** What was decided outside the rules of accounts, by key. */
  refusals: ReadonlyMap<string, LedgerRefusal>;
  /** The lane as it was before the first try. */
  began: Readonly<Lane>;
}

/** Writes a batch and answers everybody in it. Never throws: outcomes and faults go to those who wait for them. */
async function settle(attempt: Attempt): Promise<void> {
  let { batch } = attempt;
  let { refusals } = attempt;
  try {
    for (let round = 0; ; round += 1) {
      // A key may have been taken, by another process or by what this batch wrote before it failed.
      if (round > 0) batch = await withoutKnown({ ...attempt, batch });
      if (batch.length === 0) return;
      try {
        await write({ ...attempt, batch, refusals });
        return;
      } catch (error) {
        const next = afterFailure({ ...attempt, batch }, { error, round });
        if (next === 'split') {
          await settleHalves({ ...attempt, batch, refusals });
          return;
        }
        refusals = new Map([...refusals, ...next]);
      }
    }
  } catch (error) {
    giveUp({ ...attempt, batch }, error);
  }
}

async function write({ parts, lane, batch, refusals }: Attempt): Promise<void> {
  const tasks = batch.map(({ task }) => task);
  const plan = await readInTime(() => planBatch(parts, tasks, refusals));
  await writePlan(parts.collections, lane, plan);
  for (const state of plan.accounts) parts.cache.advance(state);
  parts.projection.moved(plan.accounts);
  if (plan.busiest !== undefined) parts.turns.posted(plan.busiest);
  const journals = new Map(plan.journals.map((journal) => [journal._id, journal]));
  for (const { task, resolve } of batch) {
    const journal = present(journals.get(task.key), 'A journal');
    resolve(outcomeOf(journal, { requestHash: task.requestHash, replayed: false }));
  }
}

/** Answers those whose key has a journal by now; gives the others. */
async function withoutKnown({ parts, began, batch }: Attempt): Promise<readonly Waiting[]> {
  const keys = batch.map(({ task }) => task.key);
  // Some of them may be written: where that cannot be asked, it is not known.
  const found = await inTime(() => parts.collections.journals.find({ _id: { $in: keys } }).toArray());
  const known = new Map(found.map((journal) => [journal._id, journal]));
  const isNew = (journal: Journal) => journal.writer === began.writer && journal.line > began.line;
  await keep(parts.collections, statesAfter(found.filter(isNew)));
  return batch.filter(({ task, resolve }) => {
    const journal = known.get(task.key);
    if (!journal) return true;
    resolve(outcomeOf(journal, { requestHash: task.requestHash, replayed: !isNew(journal) }));
    return false;
  });
}

/** Refusals to go on with, or `split` where one of several is to blame and it is not known which. */
function afterFailure(
  { parts, lane, batch, began }: Attempt,
  { error, round }: { error: unknown; round: number },
): Map<string, LedgerRefusal> | 'split' {
  // What another process wrote is learnt from its journals. What we wrote ourselves before it failed, and what that does
  // not mend, is read anew.
  if (round > 0 || lane.line > began.line) parts.cache.drop(batch.flatMap(({ task }) => task.accounts));
  const [only] = batch;
  const alone = batch.length === 1 ? only : undefined;
  const refuseAlone = (collection: string) =>
    alone ? new Map([[alone.task.key, { code: 'guard-missed', collection } as const]]) : 'split';
  if (error instanceof GuardMissed)
    // The ledger's own documents moved with an entry, so that the next look decides anew.
    return error.collection === 'holds' && round === 0 ? new Map() : refuseAlone(error.collection);
  if (error instanceof Fault || !(error instanceof Error)) throw error;
  // A key that is taken has an outcome, however late it is looked up.
  const keyTaken = isDuplicateKey(error) && duplicateOf(error).of === 'key';
  if (batch.some(isLate) && !keyTaken)
    throw new Fault('unavailable', 'The ledger was too busy; nothing was changed', { cause: error });
  if (!isDuplicateKey(error)) {
    if (alone) throw error;
    return 'split';
  }
  const duplicate = duplicateOf(error);
  if (duplicate.of === 'companion') return alone && round === 0 ? new Map() : refuseAlone('duplicate');
  if (duplicate.of === 'entry') parts.follower.suspect();
  if (duplicate.of === 'entry' && duplicate.account !== undefined) parts.turns.collided(duplicate.account);
  if (duplicate.of === 'line') renameLane(lane);
  return new Map();
}

async function settleHalves(attempt: Attempt): Promise<void> {
  const { batch } = attempt;
  const middle = (batch.length + (batch.length % 2)) / 2;
  await settle({ ...attempt, batch: batch.slice(0, middle) });
  await settle({ ...attempt, batch: batch.slice(middle) });
}

/** An outage is everybody's. Where the write may still arrive, nobody is told that nothing was changed. */
function giveUp({ parts, lane, batch }: Attempt, error: unknown): void {
  const unknown = error instanceof Fault && error.kind === 'outcome-unknown';
  if (unknown) renameLane(lane);
  parts.cache.clear();
  for (const { task, reject } of batch)
    reject(
      unknown
        ? new Fault('outcome-unknown', 'The outcome is not known yet', { cause: error, operationKey: task.key })
        : error,
    );
}
