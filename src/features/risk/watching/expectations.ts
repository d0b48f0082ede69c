import type { Model } from '../models/loading.ts';
import type { Stage } from '../models/shipped.ts';
import type { Expected } from './stability.rules.ts';

/** What a model file says about the people it was trained on. */
export interface Expectations {
  model: Model;
  score: Expected;
  features: readonly Expected[];
}

/**
 * From the baseline of a model's report. The file keeps a category's shares without their names, in the order of its
 * table, which is that of the input; a column that neither has edges nor is such an input is left out.
 */
export function expectationsOf(model: Model): Expectations {
  const { approvalProbability, features } = model.report.baseline;
  const { edges, shares } = approvalProbability;
  return {
    model,
    score: { name: 'approvalProbability', binning: { kind: 'number', edges }, missing: 0, shares },
    features: features.flatMap(({ name, missing, edges: own, shares: found }): Expected[] => {
      if (own) return [{ name, binning: { kind: 'number', edges: own }, missing, shares: found }];
      const input = model.inputs.find((one) => one.name === name);
      if (input?.type !== 'category' || input.categories.length !== found.length) return [];
      return [{ name, binning: { kind: 'category', categories: input.categories }, missing, shares: found }];
    }),
  };
}

/** By the model's hash, which a record names it by. */
export type LiveModels = ReadonlyMap<string, Expectations>;

export function liveModels(models: Readonly<Record<Stage, Model>>): LiveModels {
  return new Map(Object.values(models).map((model) => [model.sha256, expectationsOf(model)]));
}
