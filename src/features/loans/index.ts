/**
 * Loans owns applications from the first answer to the disbursal, and the documents of the loans that come of them.
 * It never moves money but by the ledger, never decides instead of a person, and knows nothing of what is paid later.
 */
export { createApplications, type Applications } from './application.service.ts';
export { createUnderwriting, type Underwriting } from './underwriting.service.ts';
export { applicationRoutes } from './application.routes.ts';
export { offerRoutes } from './offer.routes.ts';
export { underwritingRoutes } from './underwriting.routes.ts';
export type { Application, Offer } from './application.model.ts';
export type { SectionInput } from './application-sections.ts';
export {
  loanAccounts,
  loanModel,
  loanTransactionModel,
  type Instalment,
  type Loan,
  type LoanTerms,
  type LoanTransaction,
} from './loan.model.ts';
