import { createHash } from 'node:crypto';
import { assert } from '#core/assert.ts';
import { dateText, type PlainDate } from '#core/calendar.ts';
import { notFound } from '#core/errors.ts';
import { zero, type Currency, type Money } from '#core/money.ts';
import { bsonDate, type Clock } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import type { Database } from '#platform/mongo.ts';
import { balancesOf, pendingHolds } from './balances.ts';
import { chartAccounts, type ChartAccount } from './chart-accounts.ts';
import { onNormalSide, ownBookId, ownBooks, type AccountKind, type OwnBook } from './chart.rules.ts';
import { collectionsOf, type Collections } from './collections.ts';
import { assertKey, assertWellFormed, reversed } from './decide.rules.ts';
import { entriesOf, findEntries } from './entries.ts';
import { holdModel, journalModel, ledgerAccountModel } from './ledger.model.ts';
import type { AccountLimits, Hold, Journal, LedgerAccount, LedgerRefusal } from './ledger.model.ts';
import { blockModel, snapshotModel, writerModel } from './ledger-records.model.ts';
import type { CloseOrder, HoldOrder, PostingGuard, PostOrder, PostOutcome, TermsOrder, VoidOrder } from './orders.ts';
import { balanceOn, statementOf } from './past.ts';
import type { Balance, Entry, EntryFilter, LedgerDifference, Period, Statement, TrialBalanceLine } from './queries.ts';
import { sealJournals } from './seals.ts';
import { takeSnapshots } from './snapshots.ts';
import { statementLines } from './statement-lines.ts';
import { closeTask, expiryTask, holdTask, outcomeOf, postTask, refusalTask, termsTask, voidTask } from './task.ts';
import { trialBalance } from './trial-balance.ts';
import { verifyLedger } from './verify.ts';
import { createWriter, type Writer } from './writer.ts';

export interface NewLedgerAccount {
  id: string;
  name: string;
  kind: AccountKind;
  currency: Currency;
  branchId: string;
  owner: LedgerAccount['owner'];
  floor: Money | null;
  limits?: AccountLimits;
}

export interface Ledger {
  /** The one door: every balance change is a journal posted here. */
  post(order: PostOrder): Promise<PostOutcome>;
  /** Sets money aside; the key is the hold's id. */
  hold(order: HoldOrder): Promise<PostOutcome>;
  /** Gives back what a pending hold still has. */
  voidHold(order: VoidOrder): Promise<PostOutcome>;
  setTerms(order: TermsOrder): Promise<PostOutcome>;
  close(order: CloseOrder): Promise<PostOutcome>;
  /** Keeps a refusal that a use case decided before it came to a posting, so that its key gives the same answer again. */
  refuse(order: Omit<PostOrder, 'postings' | 'companions'>, refusal: LedgerRefusal): Promise<PostOutcome>;
  /** The outcome that a key already has: to be asked before a use case decides anew. */
  outcomeOf(request: { key: string; requestHash: string }): Promise<PostOutcome | undefined>;
  /** Posts the equal and opposite journal, once. */
  reverse(order: {
    journal: string;
    key: string;
    requestHash: string;
    effectiveOn: PlainDate;
    bookedOn?: PlainDate;
    actor: string;
    companions?: readonly Companion[];
  }): Promise<PostOutcome>;
  /** Opens accounts at zero; opening one that is there changes nothing. */
  open(accounts: readonly NewLedgerAccount[]): Promise<void>;
  balances(ids: readonly string[]): Promise<Map<string, Balance>>;
  /** What accounts are in the chart; at most 200 are told of. */
  chart(ids: readonly string[]): Promise<Map<string, ChartAccount>>;
  /** Pending holds of an account, oldest first; at most 100. */
  holds(account: string): Promise<Hold[]>;
  journal(key: string): Promise<Journal | undefined>;
  /** One page of an account's entries, newest first; the last page of a million costs as much as the first. */
  entries(query: { account: string; page: number; size: number }): Promise<{ entries: Entry[]; total: number }>;
  /**
   * Entries that fit a filter, newest first, from before the entry number `before`. Looks at no more than 2,000 entries
   * a call: where `next` is given there are more to look at, and it is the `before` of the next call.
   */
  find(query: {
    account: string;
    filter: EntryFilter;
    before?: number;
    size: number;
  }): Promise<{ entries: Entry[]; next?: number }>;
  /** The balance at the end of a day, by effective date. */
  balanceOn(query: { account: string; date: PlainDate }): Promise<Money>;
  statement(period: Period): Promise<Statement>;
  /** The entries of a period in the order of their days, with the running balance; in pieces of at most 500. */
  statementLines(period: Period): AsyncIterable<Entry[]>;
  trialBalance(): Promise<TrialBalanceLine[]>;
  /**
   * Keeps the balance of every account that moved since its last snapshot, at the end of a day that is over; gives how
   * many. May be run again, and again after a crash.
   */
  snapshot(date: PlainDate, options?: { worth?: number }): Promise<number>;
  /** Gives expired holds back for good; gives how many. Their money was free the moment they expired. */
  expireHolds(): Promise<number>;
  /** Chains journals that were written since into sealed blocks; gives how many journals. */
  seal(): Promise<number>;
  /** Undefined where replay equals balances and the chain holds, else the first difference. */
  verify(): Promise<LedgerDifference | undefined>;
  /** Writes the balances that are only in memory and in postings to their accounts. */
  settle(): Promise<void>;
  /** Settles, and stops what runs beside. */
  stop(): Promise<void>;
}

/** A hash over what the client asked for; amounts and dates by their text, keys in order. */
export function hashRequest(request: Record<string, string>): string {
  const entries = Object.entries(request).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('base64url');
}

export function createLedger(options: { database: Database; clock: Clock; guards?: readonly PostingGuard[] }): Ledger {
  const { database, clock, guards = [] } = options;
  // Registered for their collections and indexes; the ledger itself reads and writes through the plain driver.
  const { connection } = database;
  for (const model of [ledgerAccountModel, journalModel, holdModel, snapshotModel, writerModel, blockModel])
    model(connection);
  const collections = collectionsOf(database);
  const writer = createWriter({ collections, clock, guards });
  const parts: Parts = { collections, clock, writer };
  const journal = async (key: string) => (await collections.journals.findOne({ _id: key })) ?? undefined;
  return {
    ...orders(parts, journal),
    outcomeOf: async ({ key, requestHash }) => {
      const known = await journal(key);
      return known && outcomeOf(known, { requestHash, replayed: true });
    },
    open: (accounts) => openAccounts(collections, accounts),
    balances: (ids) => balancesOf(parts, ids),
    chart: (ids) => chartAccounts(collections, ids),
    holds: (account) => pendingHolds(parts, account),
    journal,
    entries: (query) => entriesOf(collections, query),
    find: (query) => findEntries(collections, query),
    balanceOn: (query) => balanceOn(collections, query),
    statement: (period) => statementOf(collections, period),
    statementLines: (period) => statementLines(collections, period),
    trialBalance: async () => {
      await writer.projection.settle();
      return trialBalance(collections);
    },
    snapshot: async (date, options) => {
      await writer.projection.settle();
      return takeSnapshots(collections, { date, ...options });
    },
    expireHolds: () => expireHolds(parts),
    seal: () => sealJournals(collections),
    verify: () => verifyLedger(collections),
    settle: () => writer.projection.settle(),
    stop: () => writer.projection.stop(),
  };
}

interface Parts {
  collections: Collections;
  clock: Clock;
  writer: Writer;
}

type Orders = Pick<Ledger, 'post' | 'hold' | 'voidHold' | 'setTerms' | 'close' | 'refuse' | 'reverse'>;

/** What goes through the writer: everything that gets an entry number or keeps a key. */
function orders({ collections, writer }: Parts, journal: Ledger['journal']): Orders {
  const post = async (order: PostOrder) => {
    assertWellFormed(order);
    if (order.fromHold) await assertFits(collections, order);
    return writer.submit(postTask(order));
  };
  return {
    post,
    hold: async (order) => {
      assertKey(order.key);
      assert(order.amount > zero, 'A hold is above zero');
      return writer.submit(holdTask(order));
    },
    voidHold: async (order) => {
      assertKey(order.key);
      const hold = await collections.holds.findOne({ _id: order.hold }, { projection: { account: 1 } });
      return writer.submit(voidTask(order, hold?.account));
    },
    setTerms: async (order) => {
      assertKey(order.key);
      return writer.submit(termsTask(order));
    },
    close: async (order) => {
      assertKey(order.key);
      return writer.submit(closeTask(order));
    },
    refuse: async (order, refusal) => writer.submit(refusalTask(order, refusal)),
    reverse: async ({ journal: key, ...order }) => {
      const original = await journal(key);
      if (original?.outcome !== 'posted' || original.currency === null) throw notFound('Journal');
      const { currency, kind, reference } = original;
      const postings = reversed(original.postings.filter((posting) => posting.amount !== zero));
      return post({ ...order, kind: `${kind}-reversal`, currency, reference, postings, reverses: key });
    },
  };
}

/** That a posting takes from the account of its hold is the program's business, not its user's. */
async function assertFits({ holds, accounts }: Collections, { fromHold, postings }: PostOrder): Promise<void> {
  const hold = fromHold && (await holds.findOne({ _id: fromHold.hold }, { projection: { account: 1 } }));
  if (!hold) return;
  const account = await accounts.findOne({ _id: hold.account }, { projection: { kind: 1 } });
  const posting = postings.find((one) => one.account === hold.account);
  assert(posting !== undefined && account !== null, 'A posting from a hold takes from the account of the hold');
  assert(onNormalSide(posting.amount, account.kind) < zero, 'A posting from a hold takes from its account');
}

const mostExpiries = 500;

async function expireHolds({ collections, clock, writer }: Parts): Promise<number> {
  const now = bsonDate(clock.now());
  const on = dateText(clock.now().toZonedDateTimeISO('UTC').toPlainDate());
  const due = await collections.holds
    .find({ state: 'pending', expiresAt: { $lte: now } })
    .sort({ expiresAt: 1 })
    .limit(mostExpiries)
    .toArray();
  const outcomes = await Promise.all(
    due.map(({ _id, account }) => writer.submit(expiryTask({ hold: _id, account, on }))),
  );
  return outcomes.filter((outcome) => outcome.ok && !outcome.value.replayed).length;
}

async function openAccounts({ accounts }: Collections, opened: readonly NewLedgerAccount[]): Promise<void> {
  if (opened.length === 0) return;
  const noLimits: AccountLimits = { perTransfer: null, perDay: null };
  const start = { state: 'open', freeze: 'none', balance: zero, held: zero, spent: null, seq: 0 } as const;
  const upserts = opened.map(({ id, limits = noLimits, ...facts }) => ({
    updateOne: {
      filter: { _id: id },
      update: { $setOnInsert: { ...facts, ...start, limits, snapshotSeq: 0, snapshotOn: '' } },
      upsert: true,
    },
  }));
  await accounts.bulkWrite(upserts);
}

/** The bank's own books of a currency, as they are opened at the first start. */
export function ownBookAccounts(currency: Currency, branchId: string): NewLedgerAccount[] {
  return (Object.keys(ownBooks) as OwnBook[]).map((book) => ({
    ...ownBooks[book],
    id: ownBookId(book, currency),
    currency,
    branchId,
    owner: { type: 'bank', id: 'bank' },
    floor: null,
  }));
}
