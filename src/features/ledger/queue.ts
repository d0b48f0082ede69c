import { Fault } from '#core/errors.ts';
import type { PostOutcome } from './orders.ts';
import type { Task } from './task.ts';

export interface Waiting {
  task: Task;
  since: number;
  resolve: (outcome: PostOutcome) => void;
  reject: (error: unknown) => void;
}

const mostInBatch = 64;
const mostWaiting = 10_000;
const mostLookedAt = 2_000;
// Who has waited this long is told so; nothing of theirs was begun.
const patienceMs = 10_000;

/** Tasks in the order they came. What must not be written at the same time as something under way stays where it is. */
export interface Queue {
  readonly length: number;
  add(task: Task): Promise<PostOutcome>;
  /** The next batch: distinct keys, none of whose accounts are in another batch, and none whose turn is another process's. */
  take(mayPost: (account: string) => boolean): Waiting[];
  /** Frees the keys and accounts of a batch that is done with. */
  done(batch: readonly Waiting[]): void;
}

export function isLate({ since }: Waiting): boolean {
  return performance.now() - since >= patienceMs;
}

export function createQueue(): Queue {
  let waiting: Waiting[] = [];
  const busy = new Set<string>();
  return {
    get length() {
      return waiting.length;
    },
    add: (task) => {
      if (waiting.length >= mostWaiting)
        throw new Fault('unavailable', 'Too many postings are waiting; nothing was changed');
      return new Promise((resolve, reject) => {
        waiting.push({ task, since: performance.now(), resolve, reject });
      });
    },
    take: (mayPost) => {
      waiting = withoutLate(waiting);
      const { batch, left } = split(waiting, { busy, mayPost });
      waiting = left;
      for (const { task } of batch) for (const name of namesOf(task)) busy.add(name);
      return batch;
    },
    done: (batch) => {
      for (const { task } of batch) for (const name of namesOf(task)) busy.delete(name);
    },
  };
}

/** Keys and accounts in one set; a key never looks like an account's id with this mark. */
function namesOf({ key, accounts }: Task): string[] {
  return [`key ${key}`, ...accounts];
}

/** Orders that queued behind an outage are refused rather than posted long after their page gave up. */
function withoutLate(waiting: Waiting[]): Waiting[] {
  const [first] = waiting;
  if (!first || !isLate(first)) return waiting;
  const late = waiting.filter(isLate);
  for (const { reject } of late) reject(new Fault('unavailable', 'The ledger was too busy; nothing was changed'));
  return waiting.filter((one) => !late.includes(one));
}

function split(
  waiting: readonly Waiting[],
  facts: { busy: ReadonlySet<string>; mayPost: (account: string) => boolean },
): { batch: Waiting[]; left: Waiting[] } {
  const batch: Waiting[] = [];
  const left: Waiting[] = [];
  const keys = new Set<string>();
  // What stays behind keeps its place: nothing later may overtake it on the same account or key.
  const passedOver = new Set<string>();
  let looked = 0;
  for (const one of waiting) {
    looked += 1;
    if (batch.length >= mostInBatch || looked > mostLookedAt) {
      left.push(one);
      continue;
    }
    const names = namesOf(one.task);
    const free =
      !keys.has(one.task.key) &&
      names.every((name) => !facts.busy.has(name) && !passedOver.has(name)) &&
      one.task.accounts.every(facts.mayPost);
    if (free) {
      batch.push(one);
      keys.add(one.task.key);
    } else {
      left.push(one);
      for (const name of names) passedOver.add(name);
    }
  }
  return { batch, left };
}
