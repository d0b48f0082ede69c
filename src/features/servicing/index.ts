/**
 * Servicing owns what happens to a loan after it is paid out: where it stands, paying instalments, receipts, and the
 * replay that proves what is stored. It never decides who may borrow, and moves money only through the ledger's door.
 */
export { createServicing, type Servicing } from './servicing.service.ts';
export { servicingRoutes } from './servicing.routes.ts';
export { standingOf, type Standing } from './standing.rules.ts';
export { applicationHref, applicationState, dueBadge, loanBadge, type BadgeView } from './states.view.ts';
