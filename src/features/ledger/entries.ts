import type { Filter } from 'mongodb';
import { dateText } from '#core/calendar.ts';
import { negate } from '#core/money.ts';
import { loadAccounts } from './account-states.ts';
import type { AccountState } from './account.rules.ts';
import { normalSide } from './chart.rules.ts';
import type { Collections } from './collections.ts';
import { entriesIn } from './entry.ts';
import { entryIndex, lateIndex, type Journal } from './ledger.model.ts';
import { nextSnapshot, snapshotBefore } from './snapshots.ts';
import type { Entry, EntryFilter } from './queries.ts';

/** Entries looked at in one question, and in one search. */
const windowSize = 500;
const mostLookedAt = 2_000;
const mostNamed = 100;

/**
 * One page of an account's entries, newest first. Entries are numbered without gaps, so a page is a range of numbers:
 * the last page of a million entries costs as much as the first.
 */
export async function entriesOf(
  collections: Collections,
  query: { account: string; page: number; size: number },
): Promise<{ entries: Entry[]; total: number }> {
  const account = (await loadAccounts(collections, [query.account])).get(query.account);
  if (!account) return { entries: [], total: 0 };
  const newest = account.seq - (query.page - 1) * query.size;
  if (newest < 1) return { entries: [], total: account.seq };
  const seq = { $lte: newest, $gt: newest - query.size };
  return { entries: await entriesWhere(collections, { account, seq }), total: account.seq };
}

interface Range {
  account: AccountState;
  seq: Record<string, number>;
  posting?: Record<string, unknown>;
  journal?: Filter<Journal>;
}

async function entriesWhere({ journals }: Collections, range: Range): Promise<Entry[]> {
  const { account, seq, posting = {}, journal = {} } = range;
  const found = await journals
    .find({ outcome: 'posted', postings: { $elemMatch: { account: account._id, seq, ...posting } }, ...journal })
    .hint(entryIndex)
    .toArray();
  return found.flatMap((one) => entriesIn(one, account)).sort((a, b) => b.seq - a.seq);
}

interface FindQuery {
  account: string;
  filter: EntryFilter;
  before?: number;
  size: number;
}

interface Search {
  account: AccountState;
  filter: EntryFilter;
  conditions: Pick<Range, 'posting' | 'journal'>;
  bounds: Bounds;
  before: number;
  size: number;
}

/**
 * Entries that fit a filter, by their numbers, newest first. Dates are looked up as ranges of entry numbers by the
 * snapshots; everything else is looked for in them, window by window, no more than `mostLookedAt` entries a call. What
 * came late to a past period has higher numbers than the range, and comes first.
 */
export async function findEntries(
  collections: Collections,
  query: FindQuery,
): Promise<{ entries: Entry[]; next?: number }> {
  const account = (await loadAccounts(collections, [query.account])).get(query.account);
  if (!account) return { entries: [] };
  const { filter, size, before = account.seq + 1 } = query;
  const bounds = await numbersOf(collections, { account, filter });
  const search = { account, filter, conditions: conditionsOf(filter, account), bounds, before, size };
  const [late, named] = await Promise.all([lateEntries(collections, search), namedEntries(collections, search)]);
  const above = inOrder([...late, ...named.filter((entry) => entry.seq > bounds.to)]);
  if (above.length < size) return lookThrough(collections, search, { above, named });
  const entries = above.slice(0, size);
  return { entries, next: entries.at(-1)?.seq ?? bounds.to };
}

/** Looks through the range of numbers; journals that were named take their places in it. */
async function lookThrough(
  collections: Collections,
  search: Search,
  { above, named }: { above: readonly Entry[]; named: readonly Entry[] },
): Promise<{ entries: Entry[]; next?: number }> {
  const { account, bounds, conditions, size, before } = search;
  const entries = [...above];
  let top = Math.min(bounds.to, before - 1, account.seq);
  const lowest = Math.max(bounds.from, top - mostLookedAt + 1);
  // Where everything fits, a page is found by reading a page.
  const window = isPlain(conditions) ? size : windowSize;
  while (entries.length < size && top >= lowest) {
    const bottom = Math.max(lowest, top - window + 1);
    const found = await entriesWhere(collections, { account, seq: { $lte: top, $gte: bottom }, ...conditions });
    const all = inOrder([...found, ...named.filter(({ seq }) => seq <= top && seq >= bottom)]);
    const taken = all.slice(0, size - entries.length);
    entries.push(...taken);
    top = taken.length < all.length ? (taken.at(-1)?.seq ?? bottom) - 1 : bottom - 1;
  }
  return top >= bounds.from ? { entries, next: top + 1 } : { entries };
}

/** By their numbers, newest first, each once. */
function inOrder(entries: readonly Entry[]): Entry[] {
  return [...new Map(entries.map((entry) => [entry.seq, entry])).values()].sort((a, b) => b.seq - a.seq);
}

function isPlain({ posting, journal }: Search['conditions']): boolean {
  return Object.keys({ ...posting, ...journal }).length === 0;
}

/**
 * What came late to a past period, as much as a page takes. After a bank's migration that may be a whole history, so that
 * the server sorts it and gives no more than is shown.
 */
async function lateEntries({ journals }: Collections, search: Search): Promise<Entry[]> {
  const { account, bounds, before, size, conditions } = search;
  if (before <= bounds.to + 1 || bounds.to >= account.seq) return [];
  const seq = { $gt: bounds.to, $lt: before };
  const place = { $filter: { input: '$postings', as: 'one', cond: { $eq: ['$$one.account', account._id] } } };
  const found = await journals
    .aggregate<Journal>(
      [
        {
          $match: {
            outcome: 'posted',
            late: true,
            postings: { $elemMatch: { account: account._id, seq, ...conditions.posting } },
            ...conditions.journal,
          },
        },
        { $set: { place } },
        { $sort: { 'place.seq': -1 } },
        { $limit: size },
        { $unset: 'place' },
      ],
      { hint: lateIndex },
    )
    .toArray();
  return found.flatMap((one) => entriesIn(one, account));
}

/** Journals that are named by their keys, which stand for what `text` would find. */
async function namedEntries({ journals }: Collections, search: Search): Promise<Entry[]> {
  const { account, filter, before, conditions } = search;
  const { keys = [] } = filter;
  if (keys.length === 0) return [];
  const { reference: _reference, ...journal } = conditions.journal ?? {};
  const found = await journals
    .find({
      _id: { $in: keys.slice(0, mostNamed) },
      outcome: 'posted',
      postings: { $elemMatch: { account: account._id, seq: { $lt: before }, ...conditions.posting } },
      ...journal,
    })
    .toArray();
  return found.flatMap((one) => entriesIn(one, account));
}

interface Bounds {
  from: number;
  to: number;
}

/** The entry numbers among which a period's entries lie, but for those that came late. */
async function numbersOf(
  collections: Collections,
  { account, filter }: { account: AccountState; filter: EntryFilter },
): Promise<Bounds> {
  const before = filter.from && (await snapshotBefore(collections, { account: account._id, date: filter.from }));
  const after = filter.to && (await nextSnapshot(collections, { account: account._id, date: filter.to }));
  return { from: before?.firstLater ?? 1, to: after?.seq ?? account.seq };
}

function conditionsOf(filter: EntryFilter, account: AccountState): Pick<Range, 'posting' | 'journal'> {
  const raised = normalSide[account.kind] === 'debit' ? { $gt: 0n } : { $lt: 0n };
  const lowered = normalSide[account.kind] === 'debit' ? { $lt: 0n } : { $gt: 0n };
  const amount = {
    ...(filter.direction === 'in' ? raised : {}),
    ...(filter.direction === 'out' ? lowered : {}),
    ...(filter.amount === undefined ? {} : { $in: [filter.amount, negate(filter.amount)] }),
  };
  const days = {
    ...(filter.from ? { $gte: dateText(filter.from) } : {}),
    ...(filter.to ? { $lte: dateText(filter.to) } : {}),
  };
  return {
    posting: Object.keys(amount).length > 0 ? { amount } : {},
    journal: {
      ...(Object.keys(days).length > 0 ? { effectiveOn: days } : {}),
      ...(filter.kinds ? { kind: { $in: [...filter.kinds] } } : {}),
      ...(filter.text === undefined ? {} : { reference: { $regex: RegExp.escape(filter.text), $options: 'i' } }),
    },
  };
}
