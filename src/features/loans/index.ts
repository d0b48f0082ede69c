/**
 * Loans owns applications from the first answer to the disbursal, and the documents of the loans that come of them.
 * It never moves money but by the ledger, never decides instead of a person, and knows nothing of what is paid later.
 */
export { createOrigination, type Origination } from './origination.ts';
export { loanPeople } from './participants/participants.ts';
export { loanRoutes } from './loans.routes.ts';
export { applicationMigrations } from './applying/application.migration.ts';
export type { Applications } from './applying/application.service.ts';
export type { ApplicationDocuments } from './documents/documents.service.ts';
export type { BankProofs } from './bank-proof/bank-proof.service.ts';
export type { Desk } from './desk/desk.service.ts';
export type { LoanLife } from './disbursal/loan-life.ts';
export type { Participants } from './participants/participants.service.ts';
export type { PayoutChecks } from './disbursal/payout-checks.ts';
export type { Payouts } from './disbursal/payouts.service.ts';
export type { Underwriting } from './underwriting/underwriting.service.ts';
export type { CreditBureau, CreditReport } from './bureau/credit-report.ts';
export type { Application, Offer } from './applying/application.model.ts';
export type { SectionAnswers, SectionInput } from './applying/application-sections.ts';
export { loanDocuments } from './disbursal/disbursal-documents.ts';
export { keyFacts } from './key-facts/key-facts-documents.ts';
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
