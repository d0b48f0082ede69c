import { afterEntry, type AccountState, type Posting } from './account.rules.ts';
import type { Collections } from './collections.ts';
import { entryIndex, type Journal, type LedgerAccount } from './ledger.model.ts';

/** The server plans each branch of an `$or` for itself; more in one question only make it slow. */
const branchesInQuestion = 20;
const mostCached = 10_000;

/**
 * Accounts as they are now: their documents, brought up to date by the entries that are not in them yet. Those are few:
 * writers bring documents up to date every two seconds.
 */
export async function loadAccounts(
  collections: Collections,
  ids: readonly string[],
): Promise<Map<string, LedgerAccount>> {
  const found = await collections.accounts.find({ _id: { $in: [...ids] } }).toArray();
  const states = new Map(found.map((account) => [account._id, account]));
  // Most have nothing new, and whether the next number is taken is asked at half the price of everything from it on.
  const next = await journalsAt(collections, found, (seq) => seq + 1);
  const moved = new Set(next.flatMap(({ postings }) => postings.map((entry) => entry.account)));
  const behind = found.filter(({ _id }) => moved.has(_id));
  const since = await journalsAt(collections, behind, (seq) => ({ $gt: seq }));
  for (const entry of since.flatMap(({ postings }) => postings)) advance(states, entry);
  await renewTerms(collections, { states, since });
  return states;
}

type Line = Pick<Journal, 'kind' | 'postings'>;

/** An entry says all that changes with money; what an account may do since then stands in its document, as new as the entry. */
async function renewTerms(
  { accounts }: Collections,
  { states, since }: { states: Map<string, LedgerAccount>; since: readonly Line[] },
): Promise<void> {
  const changed = since.filter(({ kind }) => changesTerms(kind)).flatMap(({ postings }) => postings);
  const ids = [...new Set(changed.map((entry) => entry.account))].filter((id) => states.has(id));
  if (ids.length === 0) return;
  for (const account of await accounts.find({ _id: { $in: ids } }).toArray()) {
    const state = states.get(account._id);
    const { balance, held, spent, seq } = state && state.seq > account.seq ? state : account;
    states.set(account._id, { ...account, balance, held, spent, seq });
  }
}

/** Whether an entry of this kind stands for a change of what its account may do. */
export function changesTerms(kind: string): boolean {
  return kind === 'terms' || kind === 'close';
}

async function journalsAt(
  { journals }: Collections,
  accounts: readonly LedgerAccount[],
  place: (seq: number) => number | { $gt: number },
): Promise<Line[]> {
  const questions: Promise<Line[]>[] = [];
  for (let from = 0; from < accounts.length; from += branchesInQuestion) {
    const branches = accounts
      .slice(from, from + branchesInQuestion)
      .map(({ _id, seq }) => ({ postings: { $elemMatch: { account: _id, seq: place(seq) } } }));
    const filter = { outcome: 'posted' as const, $or: branches };
    questions.push(
      journals
        .find(filter, { projection: { kind: 1, postings: 1 } })
        .hint(entryIndex)
        .toArray(),
    );
  }
  return (await Promise.all(questions)).flat();
}

function advance(states: Map<string, LedgerAccount>, entry: Posting): void {
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

export function createAccountCache(mostKept = mostCached): AccountCache {
  const known = new Map<string, AccountState>();
  return {
    get: (id) => {
      const state = known.get(id);
      // Used again, it goes to the end: an account of every batch must not be the first to be forgotten.
      if (state) {
        known.delete(id);
        known.set(id, state);
      }
      return state;
    },
    put: (state) => {
      known.delete(state._id);
      known.set(state._id, state);
      if (known.size <= mostKept) return;
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
