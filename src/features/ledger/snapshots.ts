import { dateText, type PlainDate } from '#core/calendar.ts';
import { moneyOf, plus, type Money } from '#core/money.ts';
import { loadAccounts } from './account-states.ts';
import type { Collections } from './collections.ts';
import { entryIndex, type LedgerAccount } from './ledger.model.ts';
import type { Snapshot } from './ledger-records.model.ts';

export interface AccountDay {
  account: string;
  date: PlainDate;
}

const batchSize = 200;
const entriesAtOnce = 1_000;

/** The newest snapshot of a day before the date. */
export function snapshotBefore({ snapshots }: Collections, { account, date }: AccountDay): Promise<Snapshot | null> {
  return snapshots.findOne({ account, on: { $lt: dateText(date) } }, { sort: { on: -1 } });
}

/** The oldest snapshot of the date or a day after it. */
export function nextSnapshot({ snapshots }: Collections, { account, date }: AccountDay): Promise<Snapshot | null> {
  return snapshots.findOne({ account, on: { $gte: dateText(date) } }, { sort: { on: 1 } });
}

/** So many entries are read as quickly as a few: an account that moved less needs no snapshot yet. */
export const entriesWorthASnapshot = 20;

/**
 * Keeps the balance at the end of a day of every account that has moved by so many entries since its last snapshot; gives
 * how many. The day must be over for good: whatever is posted for it from now on has to say on which later day it is
 * booked. A document that lags behind its entries gets its snapshot on another day, which is as good.
 */
export async function takeSnapshots(
  collections: Collections,
  { date, worth = entriesWorthASnapshot }: { date: PlainDate; worth?: number },
): Promise<number> {
  const on = dateText(date);
  const moved = { $gte: [{ $subtract: ['$seq', '$snapshotSeq'] }, worth] };
  let count = 0;
  for (let last = ''; ;) {
    const due = await collections.accounts
      .find({ _id: { $gt: last }, snapshotOn: { $lt: on }, $expr: moved }, { projection: { _id: 1 } })
      .sort({ _id: 1 })
      .limit(batchSize)
      .toArray();
    const current = await loadAccounts(
      collections,
      due.map(({ _id }) => _id),
    );
    // One after the other: what is held at a time is one piece of one account, however many entries there are.
    const taken: Snapshot[] = [];
    for (const account of current.values()) taken.push(await snapshotOf(collections, { account, date }));
    await keep(collections, taken);
    count += taken.length;
    const end = due.at(-1);
    if (!end || due.length < batchSize) return count;
    last = end._id;
  }
}

async function snapshotOf(
  collections: Collections,
  { account, date }: { account: LedgerAccount; date: PlainDate },
): Promise<Snapshot> {
  const on = dateText(date);
  const before = await snapshotBefore(collections, { account: account._id, date });
  let balance: Money = moneyOf(before?.balance ?? 0n);
  let firstLater = account.seq + 1;
  const seq = { $gte: before?.firstLater ?? 1, $lte: account.seq };
  const since = collections.journals
    .find({ outcome: 'posted', postings: { $elemMatch: { account: account._id, seq } } })
    .project<{ effectiveOn: string; postings: LedgerEntry[] }>({
      effectiveOn: 1,
      postings: { $elemMatch: { account: account._id } },
    })
    .hint(entryIndex)
    // The bank's own books move with every loan: without a bound one answer would hold sixteen megabytes of them.
    .batchSize(entriesAtOnce);
  for await (const { effectiveOn, postings } of since) {
    const [posting] = postings;
    if (!posting) continue;
    if (effectiveOn > on) firstLater = Math.min(firstLater, posting.seq);
    // What was looked at for the snapshot before is in it already, unless it counted later then.
    else if (!before || posting.seq > before.seq || effectiveOn > before.on) balance = plus(balance, posting.amount);
  }
  return { _id: `${account._id}:${on}`, account: account._id, on, seq: account.seq, firstLater, balance };
}

interface LedgerEntry {
  account: string;
  amount: Money;
  seq: number;
}

async function keep({ snapshots, accounts }: Collections, taken: readonly Snapshot[]): Promise<void> {
  if (taken.length === 0) return;
  const inserts = taken.map(({ _id, ...snapshot }) => ({
    updateOne: { filter: { _id }, update: { $setOnInsert: snapshot }, upsert: true },
  }));
  await snapshots.bulkWrite(inserts, { ordered: false });
  const marks = taken.map(({ account, seq, on }) => ({
    updateOne: {
      filter: { _id: account, snapshotOn: { $lt: on } },
      update: { $set: { snapshotSeq: seq, snapshotOn: on } },
    },
  }));
  await accounts.bulkWrite(marks, { ordered: false });
}
