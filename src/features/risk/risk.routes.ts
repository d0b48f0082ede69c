import express, { type Router } from 'express';
import type { Platform } from '#platform/platform.ts';
import type { Pages } from '#web/render.ts';
import type { Risk } from './risk.service.ts';

export interface RiskRoutesDeps {
  risk: Risk;
  platform: Platform;
  pages: Pages;
}

/** Policies, back-tests, monitoring and trying a score: for staff only. */
export function riskRoutes(_deps: RiskRoutesDeps): Router {
  return express.Router();
}
