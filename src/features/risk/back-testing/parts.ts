import type { Model } from 'mongoose';
import type { Platform } from '#platform/platform.ts';
import type { Model as RiskModel } from '../models/loading.ts';
import { stages, type RiskModels } from '../models/shipped.ts';
import type { PolicyContent } from '../policy/policy.ts';
import type { RiskPorts } from '../records/record.ts';
import type { Records } from '../records/records.service.ts';
import type { BackTest, Flip, ModelChoice } from './back-test.ts';
import type { ReplayRules } from './replaying.ts';

/** The policies that may be tested. */
export interface TestablePolicies {
  live(): Promise<{ version: number; content: PolicyContent }>;
  version(number: number): Promise<{ version: number; content: PolicyContent } | undefined>;
  /** What staff are drafting; `version` counts its savings. */
  draft(): Promise<{ version: number; content: PolicyContent } | undefined>;
}

export interface BackTestDeps {
  models: RiskModels;
  challenger: RiskModel | undefined;
  policies: TestablePolicies;
  records: Pick<Records, 'scan'>;
  ports: RiskPorts;
  /** After so long the test of an instance that died is taken over. */
  leaseMs?: number;
  /** How much of a period is looked at, and how many turned decisions are kept. */
  limits?: { records: number; flips: number };
}

export interface BackTestParts extends BackTestDeps {
  platform: Platform;
  tests: Model<BackTest>;
  flips: Model<Flip>;
  stop: AbortSignal;
}

/** The files that a choice stands for, by their SHA-256; none where scores stay as they were recorded. */
export function modelFilesOf(
  { models, challenger }: Pick<BackTestDeps, 'models' | 'challenger'>,
  choice: ModelChoice,
): string[] {
  switch (choice) {
    case 'recorded':
      return [];
    case 'shipped':
      return stages.map((stage) => models.models[stage].sha256);
    case 'challenger':
      return challenger ? [challenger.sha256] : [];
    default:
      return [models.models[choice].sha256];
  }
}

export function assessorsOf(
  { models, challenger }: Pick<BackTestDeps, 'models' | 'challenger'>,
  choice: ModelChoice,
): ReplayRules['assessorOf'] {
  const { scorecard } = models;
  switch (choice) {
    case 'recorded':
      return () => undefined;
    case 'shipped':
      return (stage) => ({ model: models.models[stage], scorecard });
    case 'challenger':
      return () => challenger && { model: challenger, scorecard };
    default:
      return () => ({ model: models.models[choice], scorecard });
  }
}
