import { moneyOf, plus, sum, zero, type Money } from '#core/money.ts';
import { readMoney } from '#platform/mongo.ts';
import { loadAccounts } from './account-states.ts';
import type { Collections } from './collections.ts';
import { entryIndex, type LedgerAccount, type Posting } from './ledger.model.ts';
import type { LedgerDifference } from './queries.ts';
import { verifySeals } from './seals.ts';

const batchSize = 1_000;

/** An entry together with what its journal says of it. */
interface Replayed extends Posting {
  journal: string;
  effectiveOn: string;
}

interface ReplayState {
  account: string;
  balance: Money;
  seq: number;
  held: Money;
  /** What counted by each day so far. */
  byDay: Map<string, Money>;
}

/** Replays every entry of every account in order and compares; gives the first difference, or undefined. */
export async function verifyLedger(collections: Collections): Promise<LedgerDifference | undefined> {
  const unbalanced = await firstUnbalanced(collections);
  if (unbalanced) return unbalanced;
  for await (const account of collections.accounts.find().sort({ _id: 1 })) {
    const difference = await replay(collections, account);
    if (difference) return difference;
  }
  return verifySeals(collections);
}

async function firstUnbalanced({ journals }: Collections): Promise<LedgerDifference | undefined> {
  const [journal] = await journals
    .aggregate<{ _id: string }>([
      { $match: { outcome: 'posted' } },
      { $match: { $expr: { $ne: [{ $sum: '$postings.amount' }, 0n] } } },
      { $limit: 1 },
      { $project: { _id: 1 } },
    ])
    .toArray();
  return journal ? { account: '', journal: journal._id, what: 'the journal is not balanced' } : undefined;
}

async function replay(collections: Collections, account: LedgerAccount): Promise<LedgerDifference | undefined> {
  const state: ReplayState = { account: account._id, balance: zero, seq: 0, held: zero, byDay: new Map() };
  const snapshots = await collections.snapshots.find({ account: account._id }).sort({ on: 1 }).toArray();
  const bySeq = Map.groupBy(snapshots, (snapshot) => snapshot.seq);
  for (;;) {
    const entries = await entriesAfter(collections, state);
    for (const entry of entries) {
      const what = differenceOf(state, entry);
      if (what !== undefined) return { account: state.account, journal: entry.journal, what };
      step(state, entry);
      if (state.seq === account.seq && state.balance !== account.balance) return wrongBalance(account, state);
      const wrong = (bySeq.get(entry.seq) ?? []).find(({ on, balance }) => balanceBy(state, on) !== balance);
      if (wrong)
        return { account: state.account, journal: undefined, what: `the snapshot of ${wrong.on} is another one` };
    }
    if (entries.length < batchSize) break;
  }
  if (state.seq < account.seq) return { account: account._id, journal: undefined, what: 'postings are missing' };
  if (account.seq === 0 && account.balance !== zero) return wrongBalance(account, { balance: zero });
  return compareHolds(collections, state);
}

async function entriesAfter({ journals }: Collections, state: ReplayState): Promise<Replayed[]> {
  const seq = { $gt: state.seq, $lte: state.seq + batchSize };
  const found = await journals
    .find({ outcome: 'posted', postings: { $elemMatch: { account: state.account, seq } } })
    .hint(entryIndex)
    .toArray();
  return found
    .flatMap(({ _id, effectiveOn, postings }) =>
      postings
        .filter((posting) => posting.account === state.account)
        .map((posting) => ({ ...posting, journal: _id, effectiveOn })),
    )
    .sort((a, b) => a.seq - b.seq);
}

function differenceOf(state: ReplayState, entry: Replayed): string | undefined {
  if (entry.seq !== state.seq + 1) return `posting ${state.seq + 1} is missing`;
  return entry.balanceAfter === state.balance + entry.amount ? undefined : 'the balance after a posting does not fit';
}

function step(state: ReplayState, entry: Replayed): void {
  state.seq = entry.seq;
  state.balance = plus(state.balance, moneyOf(entry.amount));
  state.held = entry.heldAfter ?? zero;
  state.byDay.set(entry.effectiveOn, plus(state.byDay.get(entry.effectiveOn) ?? zero, moneyOf(entry.amount)));
}

function balanceBy({ byDay }: ReplayState, on: string): Money {
  return sum([...byDay].filter(([day]) => day <= on).map(([, amount]) => amount));
}

function wrongBalance(account: LedgerAccount, state: { balance: Money }): LedgerDifference {
  const what = `the balance is ${account.balance} and its postings give ${state.balance} (minor units, debits positive)`;
  return { account: account._id, journal: undefined, what };
}

/** Holds and what the last entry says is held, which are written together; one under way is seen at the next look. */
async function compareHolds(collections: Collections, state: ReplayState): Promise<LedgerDifference | undefined> {
  const [found] = await collections.holds
    .aggregate<{ total: unknown }>([
      { $match: { account: state.account, state: 'pending' } },
      { $group: { _id: null, total: { $sum: '$remaining' } } },
    ])
    .toArray();
  const pending = readMoney(found?.total ?? 0);
  if (pending === state.held) return undefined;
  const now = (await loadAccounts(collections, [state.account])).get(state.account);
  if (now?.seq !== state.seq) return undefined;
  const what = `${state.held} is held and its pending holds give ${pending} (minor units)`;
  return { account: state.account, journal: undefined, what };
}
