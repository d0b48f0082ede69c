import type { Customers } from '#features/customers/index.ts';
import type { Identity } from '#features/identity/index.ts';
import type { Entry, Ledger } from '#features/ledger/index.ts';
import type { PaymentRail } from '#platform/payment-rail.ts';
import type { Platform } from '#platform/platform.ts';
import { accountModel } from './account.model.ts';
import { accountsByNumbers, type NumberedAccount } from './numbered-accounts.ts';
import { createImports, type Imports } from './importing/imports.service.ts';
import { createInterest, type Interest } from './interest/interest.service.ts';
import { createAccountTypes, type AccountTypes } from './opening/account-types.service.ts';
import { createAccountChanges, type AccountChanges } from './opening/changing.service.ts';
import { accountDetails, type AccountDetails } from './opening/details.service.ts';
import { createHolders, type Holders } from './opening/holders.service.ts';
import { invitationModel } from './opening/invitation.model.ts';
import { openAccount, type Opened, type OpenOrder } from './opening/opening.service.ts';
import { createOwnAccounts, type OwnAccounts } from './own-accounts.service.ts';
import { createRailPayments, type RailPayments } from './rail/rail.service.ts';

export type { DepositAccount } from './own-accounts.service.ts';

/** Deposit accounts of customers; every question is asked for a party, and finds the accounts that party holds. */
export interface Accounts extends OwnAccounts, AccountChanges {
  /** Once for an id: opening again gives the same account; somebody else's id is not found. Without an id, a new one. */
  open(order: OpenOrder): Promise<Opened>;
  /** What a holder is told of one account beside its history. */
  details(partyId: string, accountId: string): Promise<AccountDetails | undefined>;
  /** Accounts in bulk, whoever holds them, by their numbers. */
  byNumbers(numbers: readonly string[]): Promise<NumberedAccount[]>;
  types: AccountTypes;
  holders: Holders;
  interest: Interest;
  history(accountId: string, page: { page: number; size: number }): Promise<{ entries: Entry[]; total: number }>;
  /** Money from and to accounts at other banks. */
  rail: RailPayments;
  deposit: RailPayments['deposit'];
  /** What customers had at a former bank. */
  imports: Imports;
}

export function createAccounts(
  platform: Platform,
  deps: {
    ledger: Ledger;
    rail: PaymentRail;
    identity: Pick<Identity, 'accountKey' | 'customerOf'>;
    customers: Pick<Customers, 'names'>;
  },
): Accounts {
  const { connection } = platform.database;
  const parts = {
    platform,
    ...deps,
    types: createAccountTypes(platform),
    accounts: accountModel(connection),
    invitations: invitationModel(connection),
  };
  const rail = createRailPayments(platform, { ledger: deps.ledger, rail: deps.rail, accounts: parts.accounts });
  const own = createOwnAccounts(parts);
  const holders = createHolders(parts);
  const interest = createInterest(parts);
  return {
    ...own,
    ...createAccountChanges(parts),
    details: (partyId, accountId) => accountDetails({ ...parts, own, holders, interest }, { partyId, accountId }),
    open: (order) => openAccount(parts, order),
    byNumbers: (numbers) => accountsByNumbers(parts.accounts, numbers),
    types: parts.types,
    holders,
    interest,
    history: (account, { page, size }) => deps.ledger.entries({ account, page, size }),
    rail,
    deposit: (order) => rail.deposit(order),
    imports: createImports(platform, { ledger: deps.ledger, accounts: parts.accounts }),
  };
}
