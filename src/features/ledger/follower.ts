import { changesTerms, type AccountCache } from './account-states.ts';
import { afterEntry } from './account.rules.ts';
import type { Collections } from './collections.ts';
import type { Journal } from './ledger.model.ts';

/** Who has written more than this meanwhile is not read after: what we remember is forgotten instead. */
const mostToRead = 2_000;

/** Keeps what a writer remembers of accounts true while other processes post: it reads what they wrote since it last looked. */
export interface Follower {
  /** Afterwards every state in memory is as it was at some moment after this was called. */
  catchUp(): Promise<void>;
  /** Somebody else has posted, by all signs. */
  suspect(): void;
  /** Changes with whatever was learnt: a state that was being read at that moment may be from before. */
  readonly generation: number;
  /** Whether to catch up before deciding, so that fewer writes find their numbers taken. */
  isSuspicious(): boolean;
}

export function createFollower(
  collections: Collections,
  facts: { cache: AccountCache; own: () => readonly string[] },
): Follower {
  const reached = new Map<string, number>();
  let suspicious = false;
  let generation = 0;
  const run = async () => {
    suspicious = false;
    const others = await othersOf(collections, facts.own());
    for (const known of reached.keys()) if (!others.includes(known)) reached.delete(known);
    const strangers = others.filter((writer) => !reached.has(writer));
    const since = others.filter((writer) => reached.has(writer));
    const written = await writtenSince(collections, { writers: since, reached });
    if (strangers.length > 0 || written.length >= mostToRead) {
      // First the places to read on from, then the forgetting: what is read anew is younger than both.
      const lines = await Promise.all(others.map((writer) => lastLine(collections, writer)));
      for (const [index, writer] of others.entries()) reached.set(writer, lines[index] ?? 0);
      facts.cache.clear();
      generation += 1;
      return;
    }
    if (written.length > 0) generation += 1;
    for (const journal of written) learn(facts.cache, journal);
    for (const { writer, line } of written) reached.set(writer, Math.max(line, reached.get(writer) ?? 0));
  };
  // One after the other: who asks while another looks is answered by a look that began after the question.
  let running = Promise.resolve();
  const catchUp = () => {
    running = running.catch(() => undefined).then(run);
    return running;
  };
  return {
    catchUp,
    get generation() {
      return generation;
    },
    suspect: () => (suspicious = true),
    isSuspicious: () => suspicious,
  };
}

async function othersOf({ writers }: Collections, own: readonly string[]): Promise<string[]> {
  const found = await writers.find({ retired: false }, { projection: { _id: 1 } }).toArray();
  return found.map(({ _id }) => _id).filter((writer) => !own.includes(writer));
}

type Line = Pick<Journal, 'writer' | 'line' | 'kind' | 'postings'>;

async function writtenSince(
  { journals }: Collections,
  facts: { writers: readonly string[]; reached: ReadonlyMap<string, number> },
): Promise<Line[]> {
  if (facts.writers.length === 0) return [];
  const branches = facts.writers.map((writer) => ({ writer, line: { $gt: facts.reached.get(writer) ?? 0 } }));
  return journals
    .find({ $or: branches })
    .project<Line>({ writer: 1, line: 1, kind: 1, postings: 1 })
    .sort({ writer: 1, line: 1 })
    .limit(mostToRead)
    .toArray();
}

async function lastLine({ journals }: Collections, writer: string): Promise<number> {
  const last = await journals.findOne({ writer, line: { $gt: 0 } }, { sort: { line: -1 }, projection: { line: 1 } });
  return last?.line ?? 0;
}

function learn(cache: AccountCache, { kind, postings }: Line): void {
  for (const entry of postings) {
    const state = cache.get(entry.account);
    if (!state || (entry.seq <= state.seq && !changesTerms(kind))) continue;
    // What an account may do stands in its document only.
    if (changesTerms(kind)) cache.drop([state._id]);
    else cache.advance(afterEntry(state, entry));
  }
}
