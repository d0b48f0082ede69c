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
const mostLookedAt = 5_000;
const mostLate = 1_000;

/**
 * One page of an account's entries, newest first. Entries are numbered without gaps, so a page is a range of numbers:
 * the last page of a million entries costs as much as the first.
 */
export async function entriesOf(
  collections: Collections,
  query: { account: string; page: number; size: number },
): Promise<{ entries: Entry[]; total: number }> {
  const account = (await loadAccounts<AccountState>(collections, [query.account])).get(query.account);
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

/**
 * Entries that fit a filter, newest first. Dates are looked up as ranges of entry numbers by the snapshots; everything
 * else is looked for in them, window by window, no more than `mostLookedAt` entries a call.
 */
export async function findEntries(
  collections: Collections,
  query: FindQuery,
): Promise<{ entries: Entry[]; next?: number }> {
  const account = (await loadAccounts<AccountState>(collections, [query.account])).get(query.account);
  if (!account) return { entries: [] };
  const conditions = conditionsOf(query.filter, account);
  const bounds = await numbersOf(collections, { account, filter: query.filter });
  const first = query.before === undefined ? await atOnce(collections, { account, query, bounds, conditions }) : [];
  const entries = first.slice(0, query.size);
  let top = Math.min(bounds.to, (query.before ?? Infinity) - 1, account.seq);
  const lowest = Math.max(bounds.from, top - mostLookedAt + 1);
  const seen = new Set(first.map((entry) => entry.key));
  while (entries.length < query.size && top >= lowest) {
    const bottom = Math.max(lowest, top - windowSize + 1);
    const found = await entriesWhere(collections, { account, seq: { $lte: top, $gte: bottom }, ...conditions });
    const fresh = found.filter((entry) => !seen.has(entry.key) && !(query.filter.keys ?? []).includes(entry.key));
    const taken = fresh.slice(0, query.size - entries.length);
    entries.push(...taken);
    top = taken.length < fresh.length ? (taken.at(-1)?.seq ?? bottom) - 1 : bottom - 1;
  }
  return top >= bounds.from ? { entries, next: top + 1 } : { entries };
}

/** What does not lie in the range of numbers: entries that came late to a past period, and journals named by their keys. */
async function atOnce(
  { journals }: Collections,
  facts: {
    account: AccountState;
    query: FindQuery;
    bounds: Bounds;
    conditions: Pick<Range, 'posting' | 'journal'>;
  },
): Promise<Entry[]> {
  const { account, query, bounds, conditions } = facts;
  const { posting, journal } = conditions;
  const elemMatch = (seq: Record<string, number>) => ({
    postings: { $elemMatch: { account: account._id, seq, ...posting } },
  });
  const late =
    bounds.to < account.seq
      ? await journals
          .find({ outcome: 'posted', late: true, ...elemMatch({ $gt: bounds.to }), ...journal })
          .hint(lateIndex)
          .limit(mostLate)
          .toArray()
      : [];
  const { keys = [] } = query.filter;
  const named =
    keys.length > 0
      ? await journals.find({ _id: { $in: [...keys] }, outcome: 'posted', ...elemMatch({ $gt: 0 }) }).toArray()
      : [];
  const from = query.filter.from && dateText(query.filter.from);
  const to = query.filter.to && dateText(query.filter.to);
  const byKey = new Map([...late, ...named].map((one) => [one._id, one]));
  return [...byKey.values()]
    .filter(({ effectiveOn }) => (from === undefined || effectiveOn >= from) && (to === undefined || effectiveOn <= to))
    .flatMap((one) => entriesIn(one, account))
    .sort((a, b) => b.seq - a.seq);
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
