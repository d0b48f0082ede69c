import type { ClientSession } from 'mongodb';
import { minus, moneyOf, negate, plus, sum, zero, type Money } from '#core/money.ts';
import { inTransaction } from '#platform/transaction.ts';
import type { Collections } from './collections.ts';
import type { LedgerAccount } from './ledger.model.ts';
import type { TrialBalanceLine } from './queries.ts';

/** Reading a whole chart takes its time; the server ends no read-only transaction before a minute. */
const readingMs = 60_000;

interface Line extends TrialBalanceLine {
  sort: string;
}

/**
 * Balances of the whole chart at one moment: the bank's own books one by one, customers' accounts and loans as groups.
 * Accounts are taken as their documents have them, and what writers posted since is added.
 */
export async function trialBalance(collections: Collections): Promise<TrialBalanceLine[]> {
  const lines = await inTransaction(
    collections.database,
    async (session) => {
      const ahead = await postedSince(collections, session);
      const groups = new Map<string, Line>();
      const fields = { name: 1, kind: 1, currency: 1, owner: 1, balance: 1, seq: 1 };
      const accounts = collections.accounts.find({}, { session, projection: fields });
      for await (const account of accounts) add(groups, account, ahead.get(account._id) ?? []);
      return groups;
    },
    { deadlineMs: readingMs },
  );
  return [...lines.values()].sort((a, b) => (a.sort < b.sort ? -1 : 1)).map(({ sort: _sort, ...line }) => line);
}

type Ahead = Map<string, { seq: number; amount: Money }[]>;

/** The postings that may not stand in account documents yet, by account: those of every writer since it last said so. */
async function postedSince({ writers, journals }: Collections, session: ClientSession): Promise<Ahead> {
  const ahead: Ahead = new Map();
  for await (const { _id, appliedTo } of writers.find({ retired: false }, { session })) {
    const found = journals.find({ writer: _id, line: { $gt: appliedTo } }, { session, projection: { postings: 1 } });
    for await (const { postings } of found)
      for (const { account, seq, amount } of postings) {
        const list = ahead.get(account) ?? [];
        list.push({ seq, amount });
        ahead.set(account, list);
      }
  }
  return ahead;
}

function add(
  groups: Map<string, Line>,
  account: LedgerAccount,
  ahead: readonly { seq: number; amount: Money }[],
): void {
  const { kind, currency, owner, name } = account;
  const group = owner.type === 'account' ? 'Customers’ deposits' : name;
  const id = [currency, kind, owner.type, group].join('\n');
  const line = groups.get(id) ?? { group, kind, currency, accounts: 0, debit: zero, credit: zero, sort: id };
  const unapplied = ahead.filter((posting) => posting.seq > account.seq).map((posting) => posting.amount);
  const balance = plus(moneyOf(account.balance), sum(unapplied));
  line.accounts += 1;
  if (balance > zero) line.debit = plus(line.debit, balance);
  else line.credit = plus(line.credit, negate(balance));
  groups.set(id, line);
}

/** What debits exceed credits by; zero at any moment. */
export function imbalance(lines: readonly TrialBalanceLine[]): Money {
  return minus(sum(lines.map((line) => line.debit)), sum(lines.map((line) => line.credit)));
}
