/**
 * Customers owns parties, persons and organisations, and makes and destroys their data keys. It hands out opened
 * personal values to those who ask by party id; it never decides what they may borrow.
 */
export { createCustomers, type Customers, type Person } from './customers.service.ts';
export { customerRoutes } from './customers.routes.ts';
