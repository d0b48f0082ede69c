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
import { createApprovals, type Approvals } from '#features/approvals/index.ts';
import { createCustomers, type Customers } from '#features/customers/index.ts';
import { createIdentity, createPasswords, type Identity } from '#features/identity/index.ts';
import { createLedger, ledgerMigration, ownBookAccounts, type Ledger } from '#features/ledger/index.ts';
import {
  applicationHistoryMigration,
  createApplications,
  createUnderwriting,
  type Applications,
  type Underwriting,
} from '#features/loans/index.ts';
import { createNotices, type Notices } from '#features/notices/index.ts';
import { createProducts, productMigrations, type Products } from '#features/products/index.ts';
import {
  createAutopay,
  createLoanDesk,
  createLoanDocuments,
  createServicing,
  type Autopay,
  type LoanDesk,
  type LoanDocuments,
  type Servicing,
} from '#features/servicing/index.ts';
import { createEnquiries, type Enquiries } from '#features/site/index.ts';
import { createAudit } from '#platform/audit.ts';
import { createBankDay, type BankDay } from '#platform/bank-day.ts';
import { createCloseOfDay, type CloseOfDay } from '#platform/close-of-day/close-of-day.ts';
import type { Clock } from '#platform/clock.ts';
import { jobMigration } from '#platform/jobs.ts';
import type { Logger } from '#platform/logger.ts';
import type { Database } from '#platform/mongo.ts';
import { createOutbox } from '#platform/outbox.ts';
import { platformMigrations } from '#platform/platform-migrations.ts';
import type { Platform } from '#platform/platform.ts';
import { prepareDatabase } from '#platform/schema.ts';
import { createSandboxRail } from '#platform/sandbox-rail.ts';
import { createDataKeys, type DataKeys } from '#platform/vault/data-keys.ts';
import type { Kms } from '#platform/vault/kms.ts';
import { createVault } from '#platform/vault/vault.ts';
import { paths } from '#web/paths.ts';
import { daySteps } from './day-steps.ts';

export interface Services {
  identity: Identity;
  customers: Customers;
  ledger: Ledger;
  notices: Notices;
  enquiries: Enquiries;
  approvals: Approvals;
  accounts: Accounts;
  history: History;
  transfers: Transfers;
  products: Products;
  applications: Applications;
  underwriting: Underwriting;
  servicing: Servicing;
  loanDesk: LoanDesk;
  documents: LoanDocuments;
  autopay: Autopay;
  closeOfDay: CloseOfDay;
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
  /** How long a posting may be under way after its business date has passed; 0 where nobody else posts. */
  settledMs?: number;
}

/** A request has ended long before: its own deadline, a commit that is asked about again, the database's transactions. */
const usuallySettledMs = 60_000;
const headBranchId = 'head-office';
/** In units of the dollar's size: the most of one payment over the rail, and up to where the sandbox settles at once. */
const railUnits = { largest: 100_000, settlesAtOnce: { in: 25_000, out: 10_000 } };

/** Builds every adapter and service and wires them; the one place that knows them all. Reads and writes nothing. */
export function composeBank(parts: BankParts): Bank {
  const { database, clock, settledMs = usuallySettledMs } = parts;
  const keys = createDataKeys({ database, kms: parts.kms });
  const platform = platformOf(parts, keys);
  const passwords = createPasswords({ peppers: parts.secrets.peppers, cost: parts.bcryptCost });
  const identity = createIdentity(platform, { passwords });
  const customers = createCustomers(platform, { keys, identity });
  const ledger = createLedger({ database, clock });
  const approvals = createApprovals(platform);
  const rail = createSandboxRail({ database, clock, outbox: platform.outbox, ...railUnits });
  const accounts = createAccounts(platform, { ledger, rail, identity, customers });
  const transfers = createTransfers(platform, { ledger, customers });
  const products = createProducts(platform, { approvals });
  const applications = createApplications(platform, { customers, products });
  const servicing = createServicing(platform, { accounts, customers, ledger, products });
  const autopay = createAutopay(platform, { servicing, accounts });
  const deskDeps = { servicing, approvals, customers, identity, ledger, products };
  const loanDesk = createLoanDesk(platform, { ...deskDeps, hrefOf: paths.staffLoan });
  const { rates, fallDue, penalise, classify } = servicing.steps;
  const loanSteps = [
    ...[rates, fallDue, autopay.steps.autopay, penalise, classify, autopay.steps.notify],
    ...loanDesk.collections.daySteps(),
  ];
  const underwriting = createUnderwriting(platform, { customers, products, accounts, ledger });
  const dayParts = { platform, transfers, underwriting, interest: accounts.interest, ledger, settledMs, loanSteps };
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
      approvals,
      underwriting,
      servicing,
      loanDesk,
      documents: createLoanDocuments(platform, { servicing, customers, applications }),
      autopay,
      closeOfDay: createCloseOfDay(platform, { steps: daySteps(dayParts) }),
    },
  };
}

function platformOf(parts: BankParts, keys: DataKeys): Platform {
  const { database, clock, logger, currency, locale, timeZone, country } = parts;
  return {
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
    jobMigration,
    ledgerMigration,
    accountMigration(currency),
    railMigration,
    ...productMigrations(currency),
    services.servicing.migration,
    applicationHistoryMigration,
  ];
  await prepareDatabase({ database, migrations, logger });
  await services.ledger.open(ownBookAccounts(currency, headBranchId));
}
