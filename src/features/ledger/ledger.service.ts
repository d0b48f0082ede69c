import { createHash } from 'node:crypto';
import type { Currency, Money } from '#core/money.ts';
import type { PlainDate } from '#core/calendar.ts';
import { notFound } from '#core/errors.ts';
import type { Clock } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import type { Database } from '#platform/mongo.ts';
import { zero } from '#core/money.ts';
import { ownBookId, ownBooks, type AccountKind, type OwnBook } from './chart.rules.ts';
import { reversed } from './journal.rules.ts';
import {
  journalModel,
  ledgerAccountModel,
  type Journal,
  type LedgerAccount,
  type LedgerRefusal,
} from './ledger.model.ts';
import { balancesOf, entriesOf, trialBalance, verifyLedger } from './ledger.queries.ts';
import type { Balance, Entry, LedgerDifference, QueryParts, TrialBalanceLine } from './ledger.queries.ts';
import { keepRefusal, knownOutcome, type PostingGuard, type PostOrder, type PostOutcome } from './post.ts';
import { createWriter } from './writer.ts';

export interface NewLedgerAccount {
  id: string;
  name: string;
  kind: AccountKind;
  currency: Currency;
  branchId: string;
  owner: LedgerAccount['owner'];
  floor: Money | null;
}

export interface Ledger {
  /** The one door: every balance change is a journal posted here. */
  post(order: PostOrder): Promise<PostOutcome>;
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
    actor: string;
    companions?: readonly Companion[];
  }): Promise<PostOutcome>;
  /** Opens accounts at zero; opening one that is there changes nothing. */
  open(accounts: readonly NewLedgerAccount[]): Promise<void>;
  balances(ids: readonly string[]): Promise<Map<string, Balance>>;
  entries(query: { account: string; page: number; size: number }): Promise<{ entries: Entry[]; total: number }>;
  journal(key: string): Promise<Journal | undefined>;
  trialBalance(): Promise<TrialBalanceLine[]>;
  verify(): Promise<LedgerDifference | undefined>;
}

/** A hash over what the client asked for; amounts and dates by their text, keys in order. */
export function hashRequest(request: Record<string, string>): string {
  const entries = Object.entries(request).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('base64url');
}

export function createLedger(options: { database: Database; clock: Clock; guards?: readonly PostingGuard[] }): Ledger {
  const { database, clock, guards = [] } = options;
  const parts = { database, clock, guards };
  const post = createWriter(parts);
  const queries: QueryParts = {
    database,
    accounts: ledgerAccountModel(database.connection),
    journals: journalModel(database.connection),
  };
  const journal = async (key: string) => (await queries.journals.findOne({ _id: key }).lean<Journal>()) ?? undefined;
  return {
    post: async (order) => post(order),
    refuse: (order, refusal) => keepRefusal(parts, order, refusal),
    outcomeOf: async ({ key, requestHash }) => {
      const known = await journal(key);
      return known && knownOutcome(known, requestHash);
    },
    reverse: async ({ journal: key, ...order }) => {
      const original = await journal(key);
      if (original?.outcome !== 'posted') throw notFound('Journal');
      const { currency, kind, reference } = original;
      const postings = reversed(original.postings);
      return post({ ...order, kind: `${kind}-reversal`, currency, reference, postings, reverses: key });
    },
    open: (accounts) => openAccounts(queries, accounts),
    balances: (ids) => balancesOf(queries, ids),
    entries: (query) => entriesOf(queries, query),
    journal,
    trialBalance: () => trialBalance(queries),
    verify: () => verifyLedger(queries),
  };
}

async function openAccounts(queries: QueryParts, accounts: readonly NewLedgerAccount[]): Promise<void> {
  if (accounts.length === 0) return;
  const upserts = accounts.map(({ id, ...facts }) => ({
    updateOne: {
      filter: { _id: id },
      update: { $setOnInsert: { ...facts, balance: zero, seq: 0, state: 'open' as const } },
      upsert: true,
    },
  }));
  await queries.accounts.bulkWrite(upserts);
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
