import { newId } from '#core/ids.ts';
import { zero } from '#core/money.ts';
import { createLedger, ledgerMigration, ownBookAccounts, ownBookId, type Ledger } from '#features/ledger/index.ts';
import { systemClock } from '#platform/clock.ts';
import { createLogger } from '#platform/logger.ts';
import { connectMongo, type Database } from '#platform/mongo.ts';
import { prepareDatabase } from '#platform/schema.ts';
import { order } from '#test/ledger-builders.ts';
import type { Cluster } from './cluster.ts';
import type { LoadReport, Poster } from './load.ts';

const accountCount = 20;
/** So little that some transfers must be refused: the floor is to be leant on. */
const fundedCents = 60_00n;

export interface UnderTest {
  ledger: Ledger;
  accounts: readonly string[];
  poster: Poster;
  /** Compares what the clients know with what a majority of the members has. */
  judge: (report: LoadReport) => Promise<Verdict>;
  close: () => Promise<void>;
}

export interface Verdict {
  /** Acknowledged, and not there with that outcome. */
  lost: number;
  /** Effects of an intent beyond its one. */
  doubled: number;
  /** Accounts whose balance is not what the acknowledged transfers make of it. */
  wrongBalances: number;
  belowFloor: number;
  imbalance: bigint;
  /** Between replay and balances. */
  difference: unknown;
  unresolved: number;
  errors: readonly string[];
}

/** What every verdict must be, whatever happened. */
export const flawless: Verdict = {
  lost: 0,
  doubled: 0,
  wrongBalances: 0,
  belowFloor: 0,
  imbalance: 0n,
  difference: undefined,
  unresolved: 0,
  errors: [],
};

/** A ledger on a database of its own in the set, with customers' accounts that have a little money. */
export async function openUnderTest(cluster: Cluster): Promise<UnderTest> {
  const uri = cluster.uriOf(`faults-${newId()}`);
  const database = await connectMongo({ uri });
  const ledger = createLedger({ database, clock: systemClock });
  await prepareDatabase({ database, migrations: [ledgerMigration], logger: createLogger({ level: 'silent' }) });
  await ledger.open(ownBookAccounts('USD', 'head-office'));
  const accounts = Array.from({ length: accountCount }, () => newId());
  await fund(ledger, accounts);
  return {
    ledger,
    accounts,
    poster: async ({ from, to, cents }, key) => {
      const outcome = await ledger.post(order({ debit: from, credit: to, cents, key }));
      if (outcome.ok) return 'posted';
      if (outcome.refusal.code === 'insufficient-funds') return 'refused';
      throw new Error(`A transfer was refused: ${outcome.refusal.code}`);
    },
    judge: (report) => judge({ uri, accounts, report }),
    close: async () => {
      await ledger.stop();
      await database.close();
    },
  };
}

async function fund(ledger: Ledger, accounts: readonly string[]): Promise<void> {
  const facts = { name: 'Test account', kind: 'liability', currency: 'USD', branchId: 'head-office' } as const;
  await ledger.open(accounts.map((id) => ({ ...facts, id, owner: { type: 'account' as const, id }, floor: zero })));
  const cash = ownBookId('cash', 'USD');
  for (const credit of accounts) {
    const funded = await ledger.post(order({ debit: cash, credit, cents: fundedCents, kind: 'deposit' }));
    if (!funded.ok) throw new Error('A test account was not funded');
  }
}

interface StoredJournal {
  _id: string;
  outcome: string;
  kind: string;
  postings: { account: string; amount: bigint; balanceAfter: bigint }[];
}

/** On a connection and with a ledger of its own: nothing that the one under test still remembers may help. */
async function judge(facts: { uri: string; accounts: readonly string[]; report: LoadReport }): Promise<Verdict> {
  const database = await connectMongo({ uri: facts.uri });
  const ledger = createLedger({ database, clock: systemClock });
  try {
    const { report, accounts } = facts;
    const journals = await readJournals(database, new Set(accounts));
    const balances = await ledger.balances(accounts);
    const expected = expectedBalances(accounts, report);
    const lines = await ledger.trialBalance();
    return {
      lost: report.settled.filter(({ key, outcome }) => journals.outcomes.get(key) !== outcome).length,
      doubled: effectsBeyondOne(journals.outcomes),
      wrongBalances: accounts.filter((id) => balances.get(id)?.balance !== expected.get(id)).length,
      belowFloor: journals.belowFloor,
      imbalance: lines.reduce((total, line) => total + line.debit - line.credit, 0n),
      difference: await ledger.verify(),
      unresolved: report.unresolved.length,
      errors: report.errors,
    };
  } finally {
    await ledger.stop();
    await database.close();
  }
}

/** The outcome of every transfer by its key, as a majority has it, and how many of their entries went below zero. */
async function readJournals(database: Database, accounts: ReadonlySet<string>) {
  const outcomes = new Map<string, string>();
  let belowFloor = 0;
  const transfers = database.db
    .collection<StoredJournal>('journals', { readConcern: { level: 'majority' } })
    .find({ kind: 'transfer' }, { projection: { outcome: 1, kind: 1, postings: 1 } });
  for await (const { _id, outcome, postings } of transfers) {
    outcomes.set(_id, outcome);
    // Customers' money is a credit, which is negative here.
    belowFloor += postings.filter(({ account, balanceAfter }) => accounts.has(account) && balanceAfter > 0n).length;
  }
  return { outcomes, belowFloor };
}

/** A key is the intent's id and the number of the attempt it was made for. */
export function effectsBeyondOne(outcomes: ReadonlyMap<string, string>): number {
  const effects = new Map<string, number>();
  for (const [key, outcome] of outcomes) {
    const intent = key.split(':')[0] ?? key;
    if (outcome === 'posted') effects.set(intent, (effects.get(intent) ?? 0) + 1);
  }
  return [...effects.values()].reduce((beyond, count) => beyond + count - 1, 0);
}

function expectedBalances(accounts: readonly string[], report: LoadReport): Map<string, bigint> {
  const expected = new Map(accounts.map((id) => [id, fundedCents]));
  for (const { from, to, cents, outcome } of report.settled) {
    if (outcome !== 'posted') continue;
    expected.set(from, (expected.get(from) ?? 0n) - cents);
    expected.set(to, (expected.get(to) ?? 0n) + cents);
  }
  return expected;
}
