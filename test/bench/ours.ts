import { createLedger, ledgerMigration, ownBookAccounts, ownBookId, type Ledger } from '#features/ledger/index.ts';
import { moneyOf, zero } from '#core/money.ts';
import { createAudit, type Audit } from '#platform/audit.ts';
import { systemClock } from '#platform/clock.ts';
import { createLogger } from '#platform/logger.ts';
import { connectMongo, type Database } from '#platform/mongo.ts';
import { prepareDatabase } from '#platform/schema.ts';
import { order } from '#test/ledger-builders.ts';
import { fundedCents, hotFundedCents, type Chart, type Contender } from './workload.ts';

const cash = ownBookId('cash', 'USD');

export interface LedgerOnDatabase {
  database: Database;
  ledger: Ledger;
  audit: Audit;
  close: () => Promise<void>;
}

/** A ledger on a database with its collections, indexes and the bank's own books, as a bank has them at its start. */
export async function openLedger(options: { uri: string; maxPoolSize: number }): Promise<LedgerOnDatabase> {
  const database = await connectMongo(options);
  const ledger = createLedger({ database, clock: systemClock });
  const audit = createAudit({ database, clock: systemClock });
  await prepareDatabase({ database, migrations: [ledgerMigration], logger: createLogger({ level: 'silent' }) });
  await ledger.open(ownBookAccounts('USD', 'head-office'));
  const close = async () => {
    await ledger.stop();
    await database.close();
  };
  return { database, ledger, audit, close };
}

/** Customers' accounts with so many cents on each, paid in from cash. */
export async function fund(ledger: Ledger, accounts: readonly string[], cents: bigint): Promise<void> {
  for (let at = 0; at < accounts.length; at += 500)
    await ledger.open(
      accounts.slice(at, at + 500).map((id) => ({
        id,
        name: 'Test account',
        kind: 'liability' as const,
        currency: 'USD' as const,
        branchId: 'head-office',
        owner: { type: 'account' as const, id },
        floor: zero,
      })),
    );
  const deposits = accounts.map((credit) => ledger.post(order({ debit: cash, credit, cents, kind: 'deposit' })));
  if ((await Promise.all(deposits)).some((outcome) => !outcome.ok)) throw new Error('An account was not funded');
}

export interface Ours extends Contender {
  audit: Audit;
}

/** Our transfer service: the ledger as the bank uses it. */
export async function openOurs(options: { uri: string; maxPoolSize: number; chart: Chart }): Promise<Ours> {
  const { database, ledger, audit, close } = await openLedger(options);
  await database.db.createCollection('receipts');
  await fund(ledger, options.chart.accounts, fundedCents);
  await fund(ledger, [options.chart.hot], hotFundedCents);
  return {
    transfer: async (transfer) => {
      const outcome = await ledger.post(transfer);
      if (outcome.ok) return 'posted';
      if (outcome.refusal.code === 'insufficient-funds') return 'refused';
      throw new Error(`A transfer was refused: ${outcome.refusal.code}`);
    },
    settle: () => ledger.settle(),
    total: async () => {
      const lines = await ledger.trialBalance();
      return moneyOf(lines.reduce((total, line) => total + line.debit - line.credit, 0n));
    },
    close,
    audit,
  };
}

/** A journal that our ledger wrote there, for a rival to write the same. */
export async function sampleJournal(uri: string): Promise<Record<string, unknown>> {
  const database = await connectMongo({ uri });
  const found = await database.db.collection('journals').findOne({ kind: 'deposit', outcome: 'posted' });
  await database.close();
  if (!found) throw new Error('The ledger has written no journal yet');
  return found;
}
