/**
 * Accounts owns customers' deposit accounts and the money that comes in over the rail. Balances are the ledger's; this
 * feature never adds up money itself.
 */
export { createAccounts, type Accounts, type DepositAccount } from './accounts.service.ts';
export { accountRoutes } from './accounts.routes.ts';
export { accountCard, accountOptions, historyRows } from './accounts.view.ts';
