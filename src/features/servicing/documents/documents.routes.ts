import { Router } from 'express';
import type { DocumentSide } from './document-place.view.ts';
import { agreementRoutes } from './agreement.routes.ts';
import { certificateRoutes } from './certificates.routes.ts';
import type { DocumentRouteParts } from './document-request.routes.ts';
import { statementRoutes } from './statement.routes.ts';

/** The documents of a loan, under `/loans/:id` and `/staff/loans/:id`. */
export function documentRoutes(parts: DocumentRouteParts): Router {
  const router = Router();
  for (const side of ['borrower', 'staff'] satisfies DocumentSide[]) {
    router.use(statementRoutes(parts, side), certificateRoutes(parts, side), agreementRoutes(parts, side));
  }
  return router;
}
