import express, { type Router } from 'express';
import type { Products } from '#features/products/index.ts';
import type { Platform } from '#platform/platform.ts';
import type { Limiter } from '#web/rate-limit.ts';
import type { Pages } from '#web/render.ts';
import { backTestRoutes } from './back-testing/back-test.routes.ts';
import { hubRoutes } from './hub/hub.routes.ts';
import { policyRoutes } from './policy/policy.routes.ts';
import type { Risk } from './risk.service.ts';
import { batchRoutes } from './trying/batch.routes.ts';
import { tryRoutes } from './trying/try.routes.ts';
import { monitoringRoutes } from './watching/monitoring.routes.ts';

export interface RiskRoutesDeps {
  risk: Risk;
  platform: Platform;
  pages: Pages;
  products: Products;
  limits: { scoreBatchByUser: Limiter };
}

/** Policies, back-tests, monitoring and trying a score: for staff only. */
export function riskRoutes({ risk, ...rest }: RiskRoutesDeps): Router {
  const parts = { ...risk, ...rest };
  const router = express.Router();
  router.use(hubRoutes(parts));
  router.use(tryRoutes(parts));
  router.use(batchRoutes(parts));
  router.use(policyRoutes({ ...parts, formats: rest.platform.formats }));
  router.use(backTestRoutes(parts));
  router.use(monitoringRoutes(parts));
  return router;
}
