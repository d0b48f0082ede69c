import type { Model } from 'mongoose';
import { minus, sum, zero, type Currency, type Money } from '#core/money.ts';
import { operators, readMoney, type Database } from '#platform/mongo.ts';
import { inTransaction } from '#platform/transaction.ts';
import { onNormalSide, type AccountKind } from './chart.rules.ts';
import type { Journal, LedgerAccount, Posting } from './ledger.model.ts';

export interface Balance {
  account: string;
  currency: Currency;
  /** Positive on the account's normal side. */
  balance: Money;
  /** What may be taken: balance less the floor. */
  available: Money;
  postings: number;
}

/** A line of an account's history. */
export interface Entry {
  key: string;
  kind: string;
  reference: string;
  effectiveOn: string;
  postedAt: Date;
  /** Positive where it raised the balance on the account's normal side. */
  amount: Money;
  balanceAfter: Money;
  seq: number;
}

export interface TrialBalanceLine {
  group: string;
  kind: AccountKind;
  currency: Currency;
  accounts: number;
  debit: Money;
  credit: Money;
}

export interface QueryParts {
  database: Database;
  accounts: Model<LedgerAccount>;
  journals: Model<Journal>;
}

export async function balancesOf(parts: QueryParts, ids: readonly string[]): Promise<Map<string, Balance>> {
  const found = await parts.accounts.find({ _id: operators({ $in: ids }) }).lean<LedgerAccount[]>();
  return new Map(found.map((account) => [account._id, balanceOf(account)]));
}

function balanceOf(account: LedgerAccount): Balance {
  const balance = onNormalSide(account.balance, account.kind);
  return {
    account: account._id,
    currency: account.currency,
    balance,
    available: account.floor === null ? balance : minus(balance, account.floor),
    postings: account.seq,
  };
}

/**
 * One page of an account's entries, newest first. Postings are numbered without gaps, so a page is a range of numbers:
 * the last page of a million entries costs as much as the first.
 */
export async function entriesOf(
  parts: QueryParts,
  query: { account: string; page: number; size: number },
): Promise<{ entries: Entry[]; total: number }> {
  const account = await parts.accounts.findOne({ _id: query.account }).lean<LedgerAccount>();
  if (!account) return { entries: [], total: 0 };
  const newest = account.seq - (query.page - 1) * query.size;
  if (newest < 1) return { entries: [], total: account.seq };
  const range = { account: account._id, seq: { $lte: newest, $gt: newest - query.size } };
  const found = await parts.journals
    .find({ outcome: 'posted', postings: operators({ $elemMatch: range }) })
    .limit(query.size)
    .lean<Journal[]>();
  const entries = found.flatMap((journal) => entryOf(journal, account)).sort((a, b) => b.seq - a.seq);
  return { entries, total: account.seq };
}

function entryOf(journal: Journal, account: LedgerAccount): Entry[] {
  const posting = journal.postings.find((one) => one.account === account._id);
  if (!posting) return [];
  return [
    {
      key: journal._id,
      kind: journal.kind,
      reference: journal.reference,
      effectiveOn: journal.effectiveOn,
      postedAt: journal.postedAt,
      amount: onNormalSide(posting.amount, account.kind),
      balanceAfter: onNormalSide(posting.balanceAfter, account.kind),
      seq: posting.seq,
    },
  ];
}

interface Group {
  _id: { ownerType: string; own: string; kind: AccountKind; currency: Currency };
  accounts: unknown;
  debit: unknown;
  credit: unknown;
}

/** Balances of the whole chart at one moment: the bank's own books one by one, customers' accounts and loans as groups. */
export async function trialBalance(parts: QueryParts): Promise<TrialBalanceLine[]> {
  const own = { $cond: [{ $eq: ['$owner.type', 'bank'] }, '$name', ''] };
  const side = (test: '$gt' | '$lt') => ({ $sum: { $cond: [{ [test]: ['$balance', 0n] }, { $abs: '$balance' }, 0n] } });
  const pipeline = [
    {
      $group: {
        _id: {
          ownerType: '$owner.type',
          own,
          kind: '$kind',
          currency: '$currency',
          name: { $cond: [{ $eq: ['$owner.type', 'loan'] }, '$name', ''] },
        },
        accounts: { $sum: 1 },
        debit: side('$gt'),
        credit: side('$lt'),
      },
    },
    { $sort: { '_id.currency': 1, '_id.kind': 1, '_id.ownerType': 1, '_id.own': 1, '_id.name': 1 } },
    { $limit: 1_000 },
  ];
  const groups = await inTransaction(parts.database, (session) =>
    parts.database.db
      .collection('ledgerAccounts')
      .aggregate<Group & { _id: { name: string } }>(pipeline, { session })
      .toArray(),
  );
  return groups.map((group) => ({
    group: groupName(group._id),
    kind: group._id.kind,
    currency: group._id.currency,
    accounts: Number(group.accounts),
    debit: readMoney(group.debit),
    credit: readMoney(group.credit),
  }));
}

function groupName(id: { ownerType: string; own: string; name: string }): string {
  if (id.ownerType === 'bank') return id.own;
  return id.ownerType === 'account' ? 'Customers’ deposits' : id.name;
}

/** What debits exceed credits by; zero at any moment. */
export function imbalance(lines: readonly TrialBalanceLine[]): Money {
  return minus(sum(lines.map((line) => line.debit)), sum(lines.map((line) => line.credit)));
}

export interface LedgerDifference {
  account: string;
  journal: string | undefined;
  what: string;
}

interface ReplayState {
  account: string;
  balance: Money;
  seq: number;
}

/** Replays every posting of every account in order and compares; gives the first difference, or undefined. */
export async function verifyLedger(parts: QueryParts): Promise<LedgerDifference | undefined> {
  const unbalanced = await firstUnbalanced(parts);
  if (unbalanced) return unbalanced;
  for await (const account of parts.accounts.find().sort({ _id: 1 }).lean<LedgerAccount>().cursor()) {
    const difference = await replay(parts, account);
    if (difference) return difference;
  }
  return undefined;
}

async function firstUnbalanced(parts: QueryParts): Promise<LedgerDifference | undefined> {
  const [journal] = await parts.journals
    .aggregate<{ _id: string }>([
      { $match: { outcome: 'posted' } },
      { $match: { $expr: { $ne: [{ $sum: '$postings.amount' }, 0n] } } },
      { $limit: 1 },
      { $project: { _id: 1 } },
    ])
    .exec();
  return journal ? { account: '', journal: journal._id, what: 'the journal is not balanced' } : undefined;
}

async function replay(parts: QueryParts, account: LedgerAccount): Promise<LedgerDifference | undefined> {
  const state: ReplayState = { account: account._id, balance: zero, seq: 0 };
  const batch = 1_000;
  for (let from = 1; from <= account.seq; from += batch) {
    const range = { account: account._id, seq: { $gte: from, $lt: from + batch } };
    const journals = await parts.journals
      .find({ outcome: 'posted', postings: operators({ $elemMatch: range }) })
      .limit(batch)
      .lean<Journal[]>();
    const postings = journals
      .flatMap((journal) => journal.postings.map((posting) => ({ ...posting, journal: journal._id })))
      .filter((posting) => posting.account === account._id)
      .sort((a, b) => a.seq - b.seq);
    const difference = firstDifference(state, postings);
    if (difference) return difference;
  }
  if (state.seq !== account.seq) return { account: account._id, journal: undefined, what: 'postings are missing' };
  if (state.balance === account.balance) return undefined;
  const what = `the balance is ${account.balance} and its postings give ${state.balance} (minor units, debits positive)`;
  return { account: account._id, journal: undefined, what };
}

function firstDifference(
  state: ReplayState,
  postings: (Posting & { journal: string })[],
): LedgerDifference | undefined {
  for (const { seq, amount, balanceAfter, journal } of postings) {
    state.seq += 1;
    state.balance = sum([state.balance, amount]);
    if (seq !== state.seq) return { account: state.account, journal, what: `posting ${state.seq} is missing` };
    if (balanceAfter !== state.balance)
      return { account: state.account, journal, what: 'the balance after a posting does not fit' };
  }
  return undefined;
}
