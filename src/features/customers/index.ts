/**
 * Customers owns parties, persons and organisations, and makes and destroys their data keys. It hands out opened
 * personal values to those who ask by party id, makes sure who they are and whom of the staff they are related to; it
 * never decides what they may borrow.
 */
export { createCustomers, type Customers, type Person } from './customers.service.ts';
export { customerRoutes } from './customers.routes.ts';
export { fileKyc } from './kyc/kyc-panel.view.ts';
export {
  createKyc,
  type Declared,
  type Kyc,
  type KycFile,
  type KycStanding,
  type NotVerified,
} from './kyc/kyc.service.ts';
export { createRelations } from './relations/relations.service.ts';
export type { Conflict, Relations, StaffMember } from './relations/relations.ts';
export { createListScreener, type ListedName } from './screening/list-screener.ts';
export type { NameScreener, ScreenedPerson, ScreeningOutcome } from './screening/screening.ts';
