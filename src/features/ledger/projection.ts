import { zero } from '#core/money.ts';
import type { AccountState, Posting } from './account.rules.ts';
import type { Collections } from './collections.ts';
import type { Journal } from './ledger.model.ts';
import type { Lane } from './write.ts';

/** How far account documents may lag behind their entries: a reader looks the rest up, and it should stay little. */
const everyMs = 2_000;
const mostEntriesBehind = 500;

/** Brings account documents up to what was posted, in the background: many postings cost one update. */
export interface Projection {
  /** The accounts after a batch that is written; the lanes are asked how far they are when their accounts are kept. */
  moved(accounts: readonly AccountState[]): void;
  /** Writes down all that moved so far. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

interface Lag {
  state: AccountState;
  /** The entry number that stands in the document, as far as we know. */
  from: number;
}

export function createProjection(collections: Collections, lanes: readonly Lane[]): Projection {
  const lagging = new Map<string, Lag>();
  let timer: NodeJS.Timeout | undefined;
  let settling = Promise.resolve();
  const settle = () => {
    settling = settling.catch(() => undefined).then(() => keepAll(collections, { lagging, lanes }));
    return settling;
  };
  // A failure is no loss: what moved stays on the list, and readers find it in the postings.
  const inBackground = (work: () => Promise<void>) => void work().catch(() => undefined);
  return {
    moved: (accounts) => {
      for (const state of accounts) {
        const lag = lagging.get(state._id);
        if (!lag) lagging.set(state._id, { state, from: state.seq - 1 });
        else if (state.seq - lag.from < mostEntriesBehind) lag.state = state;
        else {
          lagging.set(state._id, { state, from: state.seq });
          inBackground(() => keep(collections, [state]));
        }
      }
      timer ??= setTimeout(() => {
        timer = undefined;
        inBackground(settle);
      }, everyMs).unref();
    },
    settle,
    stop: async () => {
      clearTimeout(timer);
      await settle();
      await sayGone(collections, lanes);
    },
  };
}

async function keepAll(
  collections: Collections,
  { lagging, lanes }: { lagging: Map<string, Lag>; lanes: readonly Lane[] },
): Promise<void> {
  const reached = lanes.filter((lane) => lane.registered).map(({ writer, line }) => ({ writer, line }));
  const taken = [...lagging.values()];
  lagging.clear();
  try {
    await keep(
      collections,
      taken.map(({ state }) => state),
    );
  } catch (error) {
    for (const lag of taken) if (!lagging.has(lag.state._id)) lagging.set(lag.state._id, lag);
    throw error;
  }
  for (const { writer, line } of reached)
    await collections.writers.updateOne(
      { _id: writer },
      { $max: { appliedTo: line }, $set: { seenAt: new Date(), retired: false } },
    );
}

/** Only ever forwards: an account that somebody else has brought further is left as it is. */
export type MovedAccount = Pick<AccountState, '_id' | 'balance' | 'held' | 'spent' | 'seq'>;

export async function keep({ accounts }: Collections, states: readonly MovedAccount[]): Promise<void> {
  if (states.length === 0) return;
  const updates = states.map(({ _id, balance, held, spent, seq }) => ({
    updateOne: { filter: { _id, seq: { $lt: seq } }, update: { $set: { balance, held, spent, seq } } },
  }));
  await accounts.bulkWrite(updates, { ordered: false });
}

/** The accounts after journals in the order of their writing, as far as the entries say it. */
export function statesAfter(journals: readonly Pick<Journal, 'postings'>[]): MovedAccount[] {
  const last = new Map<string, Posting>();
  for (const posting of journals.flatMap(({ postings }) => postings)) {
    const known = last.get(posting.account);
    if (!known || known.seq < posting.seq) last.set(posting.account, posting);
  }
  return [...last.values()].map(({ account, seq, balanceAfter, heldAfter = zero, spentAfter = null }) => ({
    _id: account,
    seq,
    balance: balanceAfter,
    held: heldAfter,
    spent: spentAfter,
  }));
}

/** Nobody waits for a writer that has said goodbye. */
async function sayGone({ writers }: Collections, lanes: readonly Lane[]): Promise<void> {
  const ids = lanes.filter((lane) => lane.registered).map((lane) => lane.writer);
  if (ids.length > 0) await writers.updateMany({ _id: { $in: ids } }, { $set: { seenAt: new Date(0) } });
}
