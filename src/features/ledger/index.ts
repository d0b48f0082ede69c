/**
 * The ledger owns journals, postings, holds and balances, and is the only writer of money. It knows nothing of
 * customers, loans or pages: those hand it balanced postings and the guarded writes that must commit with them.
 */
export { createLedger, hashRequest, ownBookAccounts, type Ledger, type NewLedgerAccount } from './ledger.service.ts';
export { ownBookId } from './chart.rules.ts';
export { imbalance } from './trial-balance.ts';
export { ledgerMigration } from './ledger.migration.ts';
export type { ChartAccount } from './chart-accounts.ts';
export type { Balance, Entry, EntryFilter, Period, Statement, TrialBalanceLine } from './queries.ts';
export type { AccountLimits, Freeze, Hold, HoldState, Journal, LedgerRefusal } from './ledger.model.ts';
export type { CloseOrder, HoldOrder, PostingGuard, PostOrder, PostOutcome, TermsOrder, VoidOrder } from './orders.ts';
