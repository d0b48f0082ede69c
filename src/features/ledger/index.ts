/**
 * The ledger owns journals, postings and balances, and is the only writer of money. It knows nothing of customers,
 * loans or pages: those hand it balanced postings and the guarded writes that must commit with them.
 */
export { createLedger, hashRequest, ownBookAccounts, type Ledger } from './ledger.service.ts';
export { ownBookId } from './chart.rules.ts';
export { imbalance, type Balance, type Entry, type TrialBalanceLine } from './ledger.queries.ts';
export type { LedgerRefusal } from './ledger.model.ts';
export type { PostingGuard } from './post.ts';
