import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '#core/errors.ts';
import { newId } from '#core/ids.ts';

/** One transfer that a client wants made, once, however often it has to ask. */
export interface Intent {
  id: string;
  from: string;
  to: string;
  cents: bigint;
}

/** Asks for an intent under a key; throws a fault of kind `unavailable` or `outcome-unknown` where nobody can say. */
export type Poster = (intent: Intent, key: string) => Promise<'posted' | 'refused'>;

export interface Settled extends Intent {
  /** The key that was answered. */
  key: string;
  outcome: 'posted' | 'refused';
}

/** What the clients know, whatever the database says. */
export interface LoadReport {
  settled: readonly Settled[];
  /** Asked, and never answered until the end. */
  unresolved: readonly Intent[];
  /** How often nobody could say. */
  unknown: number;
  unavailable: number;
  /** The longest time from the first such fault of an intent to its answer. */
  longestUnknownMs: number;
  /** The longest time in which none of the clients got an answer. */
  gapMs: number;
  /** What a user would have seen as an error. */
  errors: readonly string[];
}

export interface RunningLoad {
  settledSoFar(): number;
  /** Resolves when so many more were settled; throws where that takes longer than a minute. */
  more(count: number): Promise<void>;
  /** No new intents; those in hand are asked for until they are answered or the time is up. */
  stop(options?: { patienceMs: number }): Promise<LoadReport>;
}

const clients = 8;
const askAgainMs = 100;
/** Between two transfers of a client: a fault is to meet work, not to meet a machine that is busy with it alone. */
const pauseMs = 8;

/**
 * Eight clients that make transfers between the accounts. `sameKey` asks again as a client should, under the same key;
 * `newKey` is the control that forgets it.
 */
export function startLoad(options: {
  poster: Poster;
  accounts: readonly string[];
  retry?: 'sameKey' | 'newKey';
}): RunningLoad {
  const state = newState();
  const work = Array.from({ length: clients }, () => runClient(state, options));
  return {
    settledSoFar: () => state.settled.length,
    more: async (count) => {
      const goal = state.settled.length + count;
      const deadline = performance.now() + 60_000;
      while (state.settled.length < goal) {
        if (performance.now() > deadline) throw new Error(`Fewer than ${count} transfers were answered in a minute`);
        await sleep(20);
      }
    },
    stop: async ({ patienceMs } = { patienceMs: 60_000 }) => {
      state.stopping = true;
      state.giveUpAt = performance.now() + patienceMs;
      await Promise.all(work);
      return { ...state };
    },
  };
}

function newState() {
  return {
    settled: [] as Settled[],
    unresolved: [] as Intent[],
    unknown: 0,
    unavailable: 0,
    longestUnknownMs: 0,
    gapMs: 0,
    errors: [] as string[],
    lastAnswerAt: performance.now(),
    stopping: false,
    giveUpAt: Infinity,
  };
}

type State = ReturnType<typeof newState>;

async function runClient(state: State, options: Parameters<typeof startLoad>[0]): Promise<void> {
  while (!state.stopping) {
    const intent = newIntent(options.accounts);
    const settled = await settle(state, intent, options);
    if (settled) state.settled.push(settled);
    else state.unresolved.push(intent);
    await sleep(pauseMs * 2 * Math.random());
  }
}

function newIntent(accounts: readonly string[]): Intent {
  const from = Math.floor(Math.random() * accounts.length);
  const to = (from + 1 + Math.floor(Math.random() * (accounts.length - 1))) % accounts.length;
  return {
    id: newId(),
    from: accounts[from] ?? '',
    to: accounts[to] ?? '',
    cents: BigInt(1 + Math.floor(Math.random() * 900)),
  };
}

async function settle(
  state: State,
  intent: Intent,
  { poster, retry = 'sameKey' }: Parameters<typeof startLoad>[0],
): Promise<Settled | undefined> {
  let key = `${intent.id}:1`;
  let faultedAt: number | undefined;
  for (let attempt = 2; ; attempt += 1) {
    try {
      const outcome = await poster(intent, key);
      noteAnswer(state, faultedAt);
      return { ...intent, key, outcome };
    } catch (error) {
      const now = performance.now();
      faultedAt ??= now;
      noteFault(state, error);
      if (now > state.giveUpAt) return undefined;
    }
    if (retry === 'newKey') key = `${intent.id}:${attempt}`;
    await sleep(askAgainMs * (0.5 + Math.random()));
  }
}

function noteAnswer(state: State, faultedAt: number | undefined): void {
  const now = performance.now();
  // While the load is being stopped, fewer clients ask, and a gap would say nothing.
  if (!state.stopping) state.gapMs = Math.max(state.gapMs, now - state.lastAnswerAt);
  state.lastAnswerAt = now;
  if (faultedAt !== undefined) state.longestUnknownMs = Math.max(state.longestUnknownMs, now - faultedAt);
}

function noteFault(state: State, error: unknown): void {
  const kind = error instanceof Fault ? error.kind : undefined;
  if (kind === 'outcome-unknown') state.unknown += 1;
  else if (kind === 'unavailable') state.unavailable += 1;
  else state.errors.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
