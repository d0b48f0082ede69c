/**
 * Products own what can be borrowed and on which terms, as immutable versions, and what a loan of them would cost; the
 * base rates of those that float; and how staff draft a version that a second person publishes. They never know who
 * borrows, never decide on an application and never change a version that is published.
 */
export { createProducts, type Products } from './products.service.ts';
export { productMigrations } from './product.migration.ts';
export type { FoundingCode as ProductCode, ProductVersion } from './product.model.ts';
export type { NpaBucket, ProductFee, ProductTerms } from './product-terms.ts';
export type { Estimate, EstimateRefusal } from './estimate.ts';
export { productChoices } from './product-choices.ts';
export type { DocumentKind, NeededDocument, Security } from './product-needs.ts';
export { agreedTerms, scheduleTermsOf, type LoanFacts } from './schedule-terms.ts';
export { productCards } from './products.view.ts';
export { productRoutes } from './products.routes.ts';
export { borrowerWords } from './borrower-words.ts';
export { rhythmText, termText } from './plain-words.ts';
export type { RateStep } from './base-rates/base-rates.service.ts';
