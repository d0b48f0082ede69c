import { Router } from 'express';
import { publicStatusRoutes, type PublicStatusParts } from '../status/public-status.routes.ts';
import { calculatorRoutes } from './calculator.routes.ts';
import { carryRoutes, type CarryParts } from './carry.routes.ts';
import { indicativeRoutes, type IndicativeParts } from './indicative.routes.ts';

export type PublicLoanParts = CarryParts & IndicativeParts & PublicStatusParts;

/** What anybody may find out about loans before they sign in, and the way from there to an application. */
export function publicLoanRoutes(parts: PublicLoanParts): Router {
  return Router().use(calculatorRoutes(parts), carryRoutes(parts), indicativeRoutes(parts), publicStatusRoutes(parts));
}
