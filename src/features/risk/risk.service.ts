import type { Platform } from '#platform/platform.ts';
import type { Migration } from '#platform/schema.ts';
import { createBackTests, type BackTests } from './back-testing/back-tests.service.ts';
import { createJudging, type Judging } from './judging/judging.service.ts';
import { createExplaining, type Explaining } from './explaining/explaining.service.ts';
import { loadChallenger } from './models/challenger.ts';
import type { Model } from './models/loading.ts';
import { loadShippedModels, type RiskModels } from './models/shipped.ts';
import { createPolicies, type Policies, type PoliciesDeps } from './policy/policies.service.ts';
import { policyMigration } from './policy/policy.migration.ts';
import type { RiskPorts } from './records/record.ts';
import { recordsMigration } from './records/records.migration.ts';
import { createRecords, type Records } from './records/records.service.ts';
import { createSimilar } from './similar/similar.service.ts';
import { createScoreBatches, type ScoreBatches } from './trying/batches.service.ts';
import { createWatching, type Watching } from './watching/watching.service.ts';

/** Scores, credit policies, what was scored and how it went. */
export interface Risk {
  models: RiskModels;
  /** The model that says its word in the shadow; undefined where none is configured. */
  challenger: Model | undefined;
  policies: Policies;
  /** What the champion, the challenger and the live policy say of an application. */
  judge: Judging;
  /** What they said when applications were sent and decided. */
  records: Records;
  /** What a judgement is made of, what would change it, and how similar loans went. */
  explaining: Explaining;
  /** Files of applicants that staff try a model on. */
  batches: ScoreBatches;
  /** Whether the models still fit, month by month. */
  watching: Watching;
  /** Past applications judged once more by another policy or model. */
  backTests: BackTests;
  migrations: Migration[];
}

export interface RiskDeps extends PoliciesDeps {
  /** What is asked of the features to the right. */
  ports: RiskPorts;
  /** The path of a challenger's model file, if there is one. */
  challengerModel?: string | undefined;
}

/** Reads the model files, once; a file that was touched is a fault at start. */
export function createRisk(platform: Platform, deps: RiskDeps): Risk {
  const models = loadShippedModels();
  const { challengerModel } = deps;
  const challenger = challengerModel === undefined ? undefined : loadChallenger(challengerModel, models);
  const policies = createPolicies(platform, {
    ...deps,
    backTestOf: (content) => backTests.latestFor({ content }),
  });
  const records = createRecords(platform);
  const backTests = createBackTests(platform, { models, challenger, policies, records, ports: deps.ports });
  return {
    ...{ models, challenger, policies },
    judge: createJudging({ models, challenger, policies }),
    records,
    watching: createWatching(platform, { models, challenger, records, ports: deps.ports }),
    backTests,
    explaining: createExplaining({ models, policies, records, similar: createSimilar(platform, deps.ports) }),
    batches: createScoreBatches(platform, { models }),
    migrations: [policyMigration(platform.currency), recordsMigration({ vault: platform.vault, models })],
  };
}
