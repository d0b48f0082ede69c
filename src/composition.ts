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
import {
  createCustomers,
  createKyc,
  createListScreener,
  createRelations,
  type Customers,
  type Kyc,
  type Relations,
} from '#features/customers/index.ts';
import { createIdentity, createPasswords, type Identity } from '#features/identity/index.ts';
import { createLedger, ledgerMigration, ownBookAccounts, type Ledger } from '#features/ledger/index.ts';
import { applicationMigrations, createOrigination, type Origination } from '#features/loans/index.ts';
import { createNotices, noticeRow, type Notices } from '#features/notices/index.ts';
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
import { createRisk, type Risk, type RiskPorts } from '#features/risk/index.ts';
import { createEnquiries, type Enquiries } from '#features/site/index.ts';
import { createCloseOfDay, type CloseOfDay } from '#platform/close-of-day/close-of-day.ts';
import { jobMigration } from '#platform/jobs.ts';
import { platformMigrations } from '#platform/platform-migrations.ts';
import type { Platform } from '#platform/platform.ts';
import { prepareDatabase } from '#platform/schema.ts';
import { createSandboxRail } from '#platform/sandbox-rail.ts';
import { createDataKeys } from '#platform/vault/data-keys.ts';
import { paths } from '#web/paths.ts';
import { headBranchId, platformOf, type BankParts } from './bank-parts.ts';
import { daySteps } from './day-steps.ts';

export type { BankParts } from './bank-parts.ts';

export interface Services extends Origination {
  identity: Identity;
  customers: Customers;
  kyc: Kyc;
  relations: Relations;
  ledger: Ledger;
  notices: Notices;
  enquiries: Enquiries;
  approvals: Approvals;
  accounts: Accounts;
  history: History;
  transfers: Transfers;
  products: Products;
  servicing: Servicing;
  loanDesk: LoanDesk;
  documents: LoanDocuments;
  autopay: Autopay;
  risk: Risk;
  closeOfDay: CloseOfDay;
}

export interface Bank {
  platform: Platform;
  services: Services;
}

/** A request has ended long before: its own deadline, a commit that is asked about again, the database's transactions. */
const usuallySettledMs = 60_000;
/** In units of the dollar's size: the most of one payment over the rail, and up to where the sandbox settles at once. */
const railUnits = { largest: 100_000, settlesAtOnce: { in: 25_000, out: 10_000 } };

/** Builds every adapter and service and wires them; the one place that knows them all. Reads and writes nothing. */
export function composeBank(parts: BankParts): Bank {
  const { database, clock, settledMs = usuallySettledMs } = parts;
  const keys = createDataKeys({ database, kms: parts.kms });
  const platform = platformOf(parts, keys);
  const identity = createIdentity(platform, { passwords: passwordsOf(parts) });
  const customers = createCustomers(platform, { keys, identity });
  const ledger = createLedger({ database, clock });
  const approvals = createApprovals(platform);
  const rail = createSandboxRail({ database, clock, outbox: platform.outbox, ...railUnits });
  const accounts = createAccounts(platform, { ledger, rail, identity, customers });
  const transfers = createTransfers(platform, { ledger, customers });
  const products = createProducts(platform, { approvals });
  const risk = createRisk(platform, {
    ...{ approvals, products, challengerModel: parts.challengerModel },
    reasons: () => origination.reasons,
    ports: riskPorts(() => ({ servicing, origination })),
  });
  const { relations, kyc } = identityChecksOf(parts, {
    ...{ platform, customers, identity, accounts },
    sharingBankAccount: (partyId) => origination.applications.sharingBankAccount(partyId),
  });
  const below = { identity, customers, ledger, accounts, approvals, products };
  const { servicing, autopay, loanDesk, loanSteps } = loanServicesOf(platform, below);
  const origination = createOrigination(platform, {
    ...{ ...below, kyc, relations, risk },
    life: servicing.life,
    bureau: parts.creditBureau,
    payoutPage: paths.officerPayout,
  });
  return {
    platform,
    services: {
      ...{ ...below, kyc, relations, transfers, risk },
      history: createHistory(platform, {
        ...{ ledger, customers, receiptOf: receiptsOf(servicing) },
        sources: [transfers.texts, accounts.rail.texts],
      }),
      ...origination,
      notices: createNotices(platform),
      enquiries: createEnquiries(platform, { customers }),
      servicing,
      loanDesk,
      documents: createLoanDocuments(platform, { servicing, customers, applications: origination.applications }),
      autopay,
      closeOfDay: closeOfDayOf(platform, { kyc, transfers, ledger, settledMs, loanSteps, accounts, ...origination }),
    },
  };
}

/** Loans and servicing stand to the right of risk and are built later. */
function riskPorts(later: () => { servicing: Servicing; origination: Origination }): RiskPorts {
  return {
    outcomesOf: (ids) => later().servicing.outcomesOf(ids),
    groupsOf: (ids) => later().origination.population.groupsOf(ids),
    referencesOf: (ids) => later().origination.population.referencesOf(ids),
  };
}

function passwordsOf({ secrets, bcryptCost }: BankParts) {
  return createPasswords({ peppers: secrets.peppers, cost: bcryptCost });
}

function closeOfDayOf(
  platform: Platform,
  deps: Pick<Services, 'kyc' | 'transfers' | 'ledger' | 'accounts' | 'participants' | 'underwriting'> & {
    settledMs: number;
    loanSteps: Parameters<typeof daySteps>[0]['loanSteps'];
  },
): CloseOfDay {
  const { accounts, ...rest } = deps;
  return createCloseOfDay(platform, { steps: daySteps({ platform, interest: accounts.interest, ...rest }) });
}

/** Who customers are, and who is close to whom. Bank accounts are known to applications, which are built later. */
function identityChecksOf(
  { screener, listedNames = [] }: BankParts,
  deps: Pick<Services, 'customers' | 'identity' | 'accounts'> & {
    platform: Platform;
    sharingBankAccount: (partyId: string) => Promise<string[]>;
  },
) {
  const { platform, customers, identity, accounts, sharingBankAccount } = deps;
  const jointHoldersOf = (partyId: string) => accounts.holders.jointWith(partyId);
  const relations = createRelations(platform, { customers, identity, jointHoldersOf });
  const kyc = createKyc(platform, {
    ...{ customers, identity, relations, sharingBankAccount, ownPage: paths.ownIdentity },
    screener: screener ?? createListScreener(listedNames),
    notice: (notice, key) => noticeRow(platform.outbox, notice, key),
  });
  return { relations, kyc };
}

/** Loans that run, and what is done to them at the end of a day, in its order. */
function loanServicesOf(
  platform: Platform,
  deps: Pick<Services, 'accounts' | 'customers' | 'ledger' | 'products' | 'identity' | 'approvals'>,
) {
  const { accounts, customers, ledger, products, identity, approvals } = deps;
  const servicing = createServicing(platform, { accounts, customers, ledger, products });
  const autopay = createAutopay(platform, { servicing, accounts });
  const deskDeps = { servicing, approvals, customers, identity, ledger, products };
  const loanDesk = createLoanDesk(platform, { ...deskDeps, hrefOf: paths.staffLoan });
  const { rates, fallDue, penalise, classify } = servicing.steps;
  const loanSteps = [
    ...[rates, fallDue, autopay.steps.autopay, penalise, classify, autopay.steps.notify],
    ...loanDesk.collections.daySteps(),
  ];
  return { servicing, autopay, loanDesk, loanSteps };
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
    ...services.risk.migrations,
    services.servicing.migration,
    ...applicationMigrations(platform.vault),
  ];
  await prepareDatabase({ database, migrations, logger });
  await services.ledger.open(ownBookAccounts(currency, headBranchId));
}
