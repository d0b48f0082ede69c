import { afterEntry, type AccountState, type Posting } from './account.rules.ts';
import type { Collections } from './collections.ts';
import { entryIndex, type LedgerAccount } from './ledger.model.ts';

/** The server plans each branch of an `$or` for itself; more in one question only make it slow. */
const branchesInQuestion = 20;
const mostCached = 50_000;

/**
 * Accounts as they are now: their documents, brought up to date by the entries that are not in them yet. Those are few:
 * writers bring documents up to date every two seconds.
 */
export async function loadAccounts<S extends AccountState = LedgerAccount>(
  collections: Collections,
  ids: readonly string[],
): Promise<Map<string, S>> {
  const found = await collections.accounts.find({ _id: { $in: [...ids] } }).toArray();
  const states = new Map(found.map((account) => [account._id, account as unknown as S]));
  // Most have nothing new, and whether the next number is taken is asked at half the price of everything from it on.
  const next = await entriesAt(collections, found, (seq) => seq + 1);
  const moved = new Set(next.map((entry) => entry.account));
  const behind = found.filter(({ _id }) => moved.has(_id));
  for (const entry of await entriesAt(collections, behind, (seq) => ({ $gt: seq }))) advance(states, entry);
  return states;
}

async function entriesAt(
  { journals }: Collections,
  accounts: readonly LedgerAccount[],
  place: (seq: number) => number | { $gt: number },
): Promise<Posting[]> {
  const questions: Promise<{ postings: Posting[] }[]>[] = [];
  for (let from = 0; from < accounts.length; from += branchesInQuestion) {
    const branches = accounts
      .slice(from, from + branchesInQuestion)
      .map(({ _id, seq }) => ({ postings: { $elemMatch: { account: _id, seq: place(seq) } } }));
    const filter = { outcome: 'posted' as const, $or: branches };
    questions.push(
      journals
        .find(filter, { projection: { postings: 1 } })
        .hint(entryIndex)
        .toArray(),
    );
  }
  return (await Promise.all(questions)).flat().flatMap(({ postings }) => postings);
}

function advance<S extends AccountState>(states: Map<string, S>, entry: Posting): void {
  const state = states.get(entry.account);
  if (state && entry.seq > state.seq) states.set(entry.account, afterEntry(state, entry));
}

/** What the writer remembers of accounts, bounded: the longest unused goes first. A stale state is found by its number. */
export interface AccountCache {
  get(id: string): AccountState | undefined;
  /** A state that was read. */
  put(state: AccountState): void;
  /** A state that follows on one in memory; where that was forgotten meanwhile or is further, it stays so. */
  advance(state: AccountState): void;
  drop(ids: Iterable<string>): void;
  clear(): void;
}

export function createAccountCache(): AccountCache {
  const known = new Map<string, AccountState>();
  return {
    get: (id) => known.get(id),
    put: (state) => {
      known.delete(state._id);
      known.set(state._id, state);
      if (known.size <= mostCached) return;
      const [oldest] = known.keys();
      if (oldest !== undefined) known.delete(oldest);
    },
    advance: (state) => {
      const current = known.get(state._id);
      if (current && current.seq < state.seq) known.set(state._id, state);
    },
    drop: (ids) => {
      for (const id of ids) known.delete(id);
    },
    clear: () => {
      known.clear();
    },
  };
}
