/**
 * Servicing owns what happens to a loan after it is paid out: where it stands, paying instalments, receipts, and the
 * replay that proves what is stored. It never decides who may borrow, and moves money only through the ledger's door.
 */
export { createAutopay, type Autopay } from './autopay/autopay.service.ts';
export { createLoanDocuments, type LoanDocuments } from './documents/documents.service.ts';
export { createServicing, type Servicing } from './servicing.service.ts';
export { closingRoutes } from './closing/closing.routes.ts';
export { dueOf, type Due } from './borrower/due.ts';
export { servicingRoutes } from './servicing.routes.ts';
export { standingOf, type Standing } from './standing.rules.ts';
export { loanStates, type BadgeView } from './states.view.ts';
export { createLoanDesk, type LoanDesk } from './staff/loan-desk.ts';
