/**
 * Products own what can be borrowed and on which terms, as immutable versions, and what a loan of them would cost.
 * They never know who borrows, never decide on an application and never change a version that is published.
 */
export { createProducts, type Products } from './products.service.ts';
export { productMigration } from './product.migration.ts';
export { productCodes, type ProductCode, type ProductVersion } from './product.model.ts';
export { limitsFault, type Estimate, type EstimateRefusal } from './estimate.ts';
export { productCards } from './products.view.ts';
