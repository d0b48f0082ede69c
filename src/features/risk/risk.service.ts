import type { Approvals } from '#features/approvals/index.ts';
import type { Platform } from '#platform/platform.ts';
import { loadShippedModels, type RiskModels } from './models/shipped.ts';

/** Scores, credit policies, what was scored and how it went. */
export interface Risk {
  models: RiskModels;
}

export interface RiskDeps {
  approvals: Approvals;
}

/** Reads the model files, once; a file that was touched is a fault at start. */
export function createRisk(_platform: Platform, _deps: RiskDeps): Risk {
  return { models: loadShippedModels() };
}
