/** What was found of one account, newest first, from its place in a list over several. */
export interface Stream<E> {
  account: string;
  /** Where it was looked from: entries before this number; undefined from the newest on. */
  before: number | undefined;
  entries: readonly E[];
  /** Where to look further; undefined where everything was looked at. */
  next: number | undefined;
  /** The entry that was looked back to; given where `next` is. */
  horizon: Horizon | undefined;
}

/** An account that an earlier page came to the end of: it stays at its end. */
export function atEnd<E>(account: string): Stream<E> {
  return { account, before: 0, entries: [], next: undefined, horizon: undefined };
}

export interface Horizon {
  postedAt: Date;
  /** The day it was booked on. */
  on: string;
}

/** Where a list over several accounts goes on: an entry number for each account, 0 for one that is at its end. */
export type Places = ReadonlyMap<string, number>;

export interface Merged<E> {
  entries: E[];
  /** Undefined where nothing is left. */
  next: Places | undefined;
  /** Where the page could not be filled, since an account has more to look through: everything since that day was looked at. */
  lookedBackTo: string | undefined;
}

interface Head<E> {
  stream: Stream<E>;
  taken: number;
}

/**
 * The newest entries of several accounts as one list. Within an account the order of the ledger stands; between accounts
 * the time of posting decides. An entry is taken only while every account was looked through as far back as it.
 */
export function mergeNewest<E extends { seq: number; postedAt: Date }>(
  streams: readonly Stream<E>[],
  size: number,
): Merged<E> {
  const heads: Head<E>[] = streams.map((stream) => ({ stream, taken: 0 }));
  const entries: E[] = [];
  while (entries.length < size) {
    const head = newestHead(heads);
    const entry = head?.stream.entries[head.taken];
    if (!head || !entry || entry.postedAt < (barrier(heads)?.postedAt ?? always)) break;
    entries.push(entry);
    head.taken += 1;
  }
  const places = new Map(heads.map((head) => [head.stream.account, placeAfter(head)]));
  const left = [...places.values()].some((place) => place > 0);
  const short = left && entries.length < size;
  return { entries, next: left ? places : undefined, lookedBackTo: short ? barrier(heads)?.on : undefined };
}

function newestHead<E extends { postedAt: Date }>(heads: readonly Head<E>[]): Head<E> | undefined {
  let newest: Head<E> | undefined;
  for (const head of heads) {
    const entry = head.stream.entries[head.taken];
    const best = newest?.stream.entries[newest.taken];
    if (entry && (!best || entry.postedAt > best.postedAt)) newest = head;
  }
  return newest;
}

const always = new Date(0);

/** Older entries may not be taken: an account whose found ones are used up has not been looked through further back. */
function barrier<E>(heads: readonly Head<E>[]): Horizon | undefined {
  const blocked = heads.filter(({ stream, taken }) => stream.next !== undefined && taken === stream.entries.length);
  return blocked
    .flatMap(({ stream }) => stream.horizon ?? [])
    .reduce<Horizon | undefined>(
      (latest, one) => (latest && latest.postedAt >= one.postedAt ? latest : one),
      undefined,
    );
}

/** Before which entry an account's next page begins; 0 at its end. An account that gave nothing yet stays where it was. */
function placeAfter<E extends { seq: number }>({ stream, taken }: Head<E>): number {
  const { entries, next, before } = stream;
  if (taken === entries.length) return next ?? 0;
  const first = entries[taken];
  const last = entries[taken - 1];
  // Numbers have no gaps for the ledger but have some in what was found: before the last one taken everything is left.
  if (last) return last.seq;
  return before ?? (first ? first.seq + 1 : 0);
}
