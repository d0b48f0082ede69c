import { Router } from 'express';
import type { AccountRouteParts } from './accounts.pages.ts';
import { importRoutes } from './importing/import.routes.ts';
import { changingRoutes } from './opening/changing.routes.ts';
import { holderRoutes } from './opening/holders.routes.ts';
import { openingRoutes } from './opening/opening.routes.ts';
import { deskRoutes } from './rail/desk.routes.ts';
import { railRoutes } from './rail/rail.routes.ts';

export type { AccountRouteParts } from './accounts.pages.ts';

/**
 * `/accounts` with what is opened, changed, shared and closed there, deposits, withdrawals and the staff's view of them;
 * the pages of one account's money are in `history/`.
 */
export function accountRoutes(parts: AccountRouteParts): Router {
  const router = Router();
  router.use(openingRoutes(parts), changingRoutes(parts), holderRoutes(parts));
  router.use(railRoutes(parts), deskRoutes(parts));
  router.use(importRoutes(parts));
  return router;
}
