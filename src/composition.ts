import type { GivenSecrets } from '#config/config.ts';
import { createFormats } from '#core/format.ts';
import type { Currency } from '#core/money.ts';
import {
  accountMigration,
  createAccounts,
  createHistory,
  createTransfers,
  railMigration,
  type Accounts,
  type History,
  type ReceiptOf,
  type Transfers,
} from '#features/accounts/index.ts';
import { createCustomers, type Customers } from '#features/customers/index.ts';
import { createIdentity, createPasswords, type Identity } from '#features/identity/index.ts';
import { createLedger, ledgerMigration, ownBookAccounts, type Ledger } from '#features/ledger/index.ts';
import { createApplications, createUnderwriting, type Applications, type Underwriting } from '#features/loans/index.ts';
import { createNotices, type Notices } from '#features/notices/index.ts';
import { createProducts, productMigration, type Products } from '#features/products/index.ts';
import { createServicing, type Servicing } from '#features/servicing/index.ts';
import { createEnquiries, type Enquiries } from '#features/site/index.ts';
import { createAudit } from '#platform/audit.ts';
import { createBankDay, type BankDay } from '#platform/bank-day.ts';
import type { Clock } from '#platform/clock.ts';
import type { Logger } from '#platform/logger.ts';
import type { Database } from '#platform/mongo.ts';
import { createOutbox } from '#platform/outbox.ts';
import { platformMigrations } from '#platform/platform-migrations.ts';
import type { Platform } from '#platform/platform.ts';
import { prepareDatabase } from '#platform/schema.ts';
import { createSandboxRail } from '#platform/sandbox-rail.ts';
import { createDataKeys } from '#platform/vault/data-keys.ts';
import type { Kms } from '#platform/vault/kms.ts';
import { createVault } from '#platform/vault/vault.ts';
import { paths } from '#web/paths.ts';

export interface Services {
  identity: Identity;
  customers: Customers;
  ledger: Ledger;
  notices: Notices;
  enquiries: Enquiries;
  accounts: Accounts;
  history: History;
  transfers: Transfers;
  products: Products;
  applications: Applications;
  underwriting: Underwriting;
  servicing: Servicing;
}

export interface Bank {
  platform: Platform;
  services: Services;
}

export interface BankParts {
  database: Database;
  clock: Clock;
  /** Instead of the one in the database, while a year is played. */
  bankDay?: BankDay;
  logger: Logger;
  kms: Kms;
  secrets: Pick<GivenSecrets, 'peppers' | 'blindIndexKey'>;
  bcryptCost: number;
  currency: Currency;
  locale: string;
  timeZone: string;
  country: string;
}

const headBranchId = 'head-office';
/** In units of the dollar's size: the most of one payment over the rail, and up to where the sandbox settles at once. */
const railUnits = { largest: 100_000, settlesAtOnce: { in: 25_000, out: 10_000 } };

/** Builds every adapter and service and wires them; the one place that knows them all. Reads and writes nothing. */
export function composeBank(parts: BankParts): Bank {
  const { database, clock, logger, currency, locale, timeZone, country } = parts;
  const keys = createDataKeys({ database, kms: parts.kms });
  const platform: Platform = {
    database,
    clock,
    logger,
    bankDay: parts.bankDay ?? createBankDay({ database, clock, timeZone }),
    audit: createAudit({ database, clock }),
    outbox: createOutbox({ database, clock, logger }),
    vault: createVault({ keys, blindIndexKey: parts.secrets.blindIndexKey }),
    formats: createFormats({ currency, locale, timeZone }),
    currency,
    timeZone,
    country,
    headBranchId,
  };
  const passwords = createPasswords({ peppers: parts.secrets.peppers, cost: parts.bcryptCost });
  const identity = createIdentity(platform, { passwords });
  const customers = createCustomers(platform, { keys, identity });
  const ledger = createLedger({ database, clock });
  const rail = createSandboxRail({ database, clock, outbox: platform.outbox, ...railUnits });
  const accounts = createAccounts(platform, { ledger, rail, identity, customers });
  const transfers = createTransfers(platform, { ledger, customers });
  const products = createProducts(platform);
  const applications = createApplications(platform, { customers, products });
  const servicing = createServicing(platform, { accounts, ledger });
  const sources = [transfers.texts, accounts.rail.texts];
  return {
    platform,
    services: {
      identity,
      customers,
      ledger,
      accounts,
      transfers,
      history: createHistory(platform, { ledger, customers, sources, receiptOf: receiptsOf(servicing) }),
      products,
      applications,
      notices: createNotices(platform),
      enquiries: createEnquiries(platform, { customers }),
      underwriting: createUnderwriting(platform, { customers, products, accounts, ledger }),
      servicing,
    },
  };
}

/** The history of accounts stands below servicing, so that it asks for receipts of loans through this. */
function receiptsOf(servicing: Servicing): ReceiptOf {
  return async (query) => {
    const payment = await servicing.payment(query);
    return payment && paths.receipt(payment.loanId, payment._id);
  };
}

/** Collections, indexes, migrations and the bank's own books: at every start, by whichever instance comes first. */
export async function prepareBank({ platform, services }: Bank): Promise<void> {
  const { database, currency, logger } = platform;
  const migrations = [
    ...platformMigrations,
    ledgerMigration,
    accountMigration(currency),
    railMigration,
    productMigration(currency),
  ];
  await prepareDatabase({ database, migrations, logger });
  await services.ledger.open(ownBookAccounts(currency, headBranchId));
}
