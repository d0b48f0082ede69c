import { Router } from 'express';
import { collectionRoutes } from '../collections/collections.routes.ts';
import type { StaffLoanParts } from './staff-loan.pages.ts';
import { staffLoanRoutes } from './staff-loans.routes.ts';

/** The pages of those who serve loans: the book, each loan with what is done to it, who is late, and the collections desk. */
export function loanDeskRoutes(parts: StaffLoanParts): Router {
  const router = Router();
  router.use(staffLoanRoutes(parts));
  router.use(collectionRoutes(parts));
  return router;
}
