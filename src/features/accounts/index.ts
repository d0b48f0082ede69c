/**
 * Accounts owns customers' deposit accounts and the money that comes in over the rail. Balances are the ledger's; this
 * feature never adds up money itself.
 */
export { createAccounts, type Accounts, type DepositAccount } from './accounts.service.ts';
export type { NumberedAccount } from './numbered-accounts.ts';
export { accountMigration } from './opening/account.migration.ts';
export { accountRoutes } from './accounts.routes.ts';
export { accountOptions } from './accounts.view.ts';
export { historyRows } from './history/history-rows.view.ts';
export { historyRoutes } from './history/history.routes.ts';
export { createHistory, type History, type ReceiptOf } from './history/history.service.ts';
export type { TextedEntry } from './history/entry-texts.ts';
export { railMigration } from './rail/rail.migration.ts';
export { transferRoutes } from './transfers/transfer.routes.ts';
export { createTransfers, type Transfers } from './transfers/transfers.service.ts';
export type { LoanReceipt, LoanReceiver } from './rail/loan-receiver.ts';
export type { RailPayment } from './rail/rail.model.ts';
