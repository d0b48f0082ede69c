import { Router } from 'express';
import { autopayRoutes, type AutopayRouteParts } from './autopay/autopay.routes.ts';
import { borrowerRoutes, type BorrowerRouteParts } from './borrower/borrower.routes.ts';
import type { DocumentRouteParts } from './documents/document-request.routes.ts';
import { documentRoutes } from './documents/documents.routes.ts';
import { incomingRoutes, type IncomingRouteParts } from './incoming/incoming.routes.ts';
import { loanDeskRoutes } from './staff/loan-desk.routes.ts';
import type { StaffLoanParts } from './staff/staff-loan.pages.ts';
import { takeoverRoutes, type TakeoverRouteParts } from './taking-over/takeover.routes.ts';

export type ServicingRouteParts = BorrowerRouteParts &
  AutopayRouteParts &
  IncomingRouteParts &
  StaffLoanParts &
  DocumentRouteParts &
  TakeoverRouteParts;

/** Every page of loans that were paid out. Mounted after the application's routes, so that `/loans/apply` is no loan's id. */
export function servicingRoutes(parts: ServicingRouteParts): Router {
  const router = Router();
  router.use(borrowerRoutes(parts));
  router.use(autopayRoutes(parts));
  router.use(incomingRoutes(parts));
  router.use(documentRoutes(parts));
  router.use(loanDeskRoutes(parts));
  router.use(takeoverRoutes(parts));
  return router;
}
