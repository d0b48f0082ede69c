/**
 * Loans owns applications from the first answer to the disbursal, and the documents of the loans that come of them.
 * It never moves money but by the ledger, never decides instead of a person, and knows nothing of what is paid later.
 */
export { createApplications, type Applications } from './applying/application.service.ts';
export { createUnderwriting, type Underwriting } from './underwriting/underwriting.service.ts';
export { loanRoutes } from './loans.routes.ts';
export { applicationHistoryMigration } from './applying/application.migration.ts';
export type { Application, Offer } from './applying/application.model.ts';
export type { SectionInput } from './applying/application-sections.ts';
export { loanDocuments } from './disbursal/disbursal-documents.ts';
export { keyFacts } from './key-facts/key-facts-documents.ts';
export { digestOf } from './instalments.ts';
export {
  loanAccounts,
  loanBooks,
  type Instalment,
  type Loan,
  type LoanArrears,
  type LoanBook,
  type LoanBooks,
  type LoanTerms,
  type LoanTransaction,
  type TakenOver,
  type TermsChange,
  type TransactionKind,
} from './loan.ts';
export { loanModel, loanTransactionModel } from './loan.model.ts';
