import type { Model } from 'mongoose';
import { present } from '#core/assert.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Balance, ChartAccount, Entry, Hold, Journal, Ledger } from '#features/ledger/index.ts';
import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import { accountModel, type AccountRecord } from '../account.model.ts';

/** How staff look for accounts. */
export type AccountSearch =
  { by: 'newest' } | { by: 'number'; number: string } | { by: 'email'; email: string } | { by: 'name'; name: string };

/** An account without what its holder calls it: that is theirs alone. */
export type AccountFacts = Omit<AccountRecord, 'name'>;

export interface InspectedAccount {
  account: AccountFacts;
  /** Full names, the owner's first. */
  holders: string[];
  balance: Balance;
}

export interface InspectedJournal {
  journal: Journal;
  chart: ReadonlyMap<string, ChartAccount>;
  /** Numbers of the customers' accounts among them. */
  numbers: ReadonlyMap<string, string>;
}

/** An account as staff see it, with the ledger's side. Whoever looks is named in the audit trail. */
export interface Inspection {
  search(query: {
    actor: string;
    search: AccountSearch;
    page: number;
    size: number;
  }): Promise<{ accounts: InspectedAccount[]; total: number }>;
  account(query: { actor: string; accountId: string }): Promise<InspectedAccount | undefined>;
  entries(query: { account: string; page: number; size: number }): Promise<{ entries: Entry[]; total: number }>;
  /** Pending ones, oldest first. */
  holds(account: string): Promise<Hold[]>;
  /** A journal that touches the account, with all of its postings. */
  journal(query: { actor: string; accountId: string; key: string }): Promise<InspectedJournal | undefined>;
}

export interface InspectionParts {
  platform: Pick<Platform, 'audit' | 'database'>;
  ledger: Pick<Ledger, 'balances' | 'chart' | 'entries' | 'holds' | 'journal'>;
  customers: Pick<Customers, 'names' | 'search'>;
}

interface Parts extends InspectionParts {
  accounts: Model<AccountRecord>;
}

export function createInspection(given: InspectionParts): Inspection {
  const parts: Parts = { ...given, accounts: accountModel(given.platform.database.connection) };
  return {
    search: (query) => search(parts, query),
    account: (query) => account(parts, query),
    entries: (query) => given.ledger.entries(query),
    holds: (id) => given.ledger.holds(id),
    journal: (query) => journal(parts, query),
  };
}

async function search(
  parts: Parts,
  query: { actor: string; search: AccountSearch; page: number; size: number },
): Promise<{ accounts: InspectedAccount[]; total: number }> {
  const { accounts, platform } = parts;
  const { actor, page, size } = query;
  const filter = await filterOf(parts, query.search);
  const [found, total] = await Promise.all([
    // Ids are made in the order of time, so that the newest need no index of their own.
    accounts
      .find(filter, { name: 0 })
      .sort({ _id: -1 })
      .skip((page - 1) * size)
      .limit(size)
      .lean<AccountFacts[]>(),
    query.search.by === 'newest' ? accounts.estimatedDocumentCount() : accounts.countDocuments(filter),
  ]);
  await platform.audit.record({
    actor,
    action: 'accounts-listed',
    subject: { type: 'accounts', id: query.search.by },
    details: { page: String(page), found: String(total) },
  });
  return { accounts: await inspected(parts, found), total };
}

async function filterOf({ customers }: Parts, wanted: AccountSearch): Promise<Record<string, unknown>> {
  switch (wanted.by) {
    case 'newest':
      return {};
    case 'number':
      return { number: wanted.number };
    case 'email':
    case 'name':
      return { holders: operators({ $in: await customers.search(wanted) }) };
  }
}

async function inspected({ ledger, customers }: Parts, found: readonly AccountFacts[]): Promise<InspectedAccount[]> {
  const [balances, names] = await Promise.all([
    ledger.balances(found.map(({ _id }) => _id)),
    customers.names(found.flatMap(({ holders }) => holders)),
  ]);
  return found.map((one) => ({
    account: one,
    holders: one.holders.map((holder) => names.get(holder) ?? 'Unknown'),
    balance: present(balances.get(one._id), 'The ledger account of a deposit account'),
  }));
}

async function account(
  parts: Parts,
  { actor, accountId }: { actor: string; accountId: string },
): Promise<InspectedAccount | undefined> {
  const found = await parts.accounts.findOne({ _id: accountId }, { name: 0 }).lean<AccountFacts>();
  if (!found) return undefined;
  const subject = { type: 'account', id: accountId };
  await parts.platform.audit.record({ actor, action: 'account-viewed', subject });
  return (await inspected(parts, [found]))[0];
}

async function journal(
  parts: Parts,
  { actor, accountId, key }: { actor: string; accountId: string; key: string },
): Promise<InspectedJournal | undefined> {
  const { accounts, ledger, platform } = parts;
  const found = await ledger.journal(key);
  if (!found?.postings.some((posting) => posting.account === accountId)) return undefined;
  const ids = found.postings.map((posting) => posting.account);
  const [chart, customerAccounts] = await Promise.all([
    ledger.chart(ids),
    accounts.find({ _id: operators({ $in: ids }) }, { number: 1 }).lean<Pick<AccountRecord, '_id' | 'number'>[]>(),
  ]);
  const numbers = new Map(customerAccounts.map(({ _id, number }) => [_id, number]));
  if (!numbers.has(accountId)) return undefined;
  const subject = { type: 'account', id: accountId };
  await platform.audit.record({ actor, action: 'journal-viewed', subject, details: { journal: key } });
  return { journal: found, chart, numbers };
}
