import type { Model } from '../models/loading.ts';
import type { RiskModels } from '../models/shipped.ts';
import type { PolicyContent } from '../policy/policy.ts';
import { judgementOf, type Judgement, type JudgingOrder } from './judgement.ts';

/** What the model and the live policy say of an application. It decides nothing. */
export type Judging = (order: JudgingOrder) => Promise<Judgement>;

export interface LivePolicy {
  live(): Promise<{ version: number; content: PolicyContent }>;
}

export function createJudging(deps: {
  models: RiskModels;
  challenger: Model | undefined;
  policies: LivePolicy;
}): Judging {
  const { models, challenger, policies } = deps;
  return async (order) => judgementOf({ models, challenger, policy: await policies.live() }, order);
}
