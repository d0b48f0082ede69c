import { readFileSync } from 'node:fs';
import { Fault } from '#core/errors.ts';
import type { Result } from '#core/result.ts';
import { loadModel, loadScorecard, type FileRefusal, type Model } from './loading.ts';
import type { Scorecard } from './model-file.ts';

/** Before a rate is offered, and once it is known. */
export const stages = ['application', 'quoted'] as const;
export type Stage = (typeof stages)[number];

export interface RiskModels {
  scorecard: Scorecard;
  models: Readonly<Record<Stage, Model>>;
}

/**
 * The models of this version of the portal, read once at start. Throws a fault with a sentence where a file was touched,
 * has another shape, or where the scorecard asks for a column that a model does not read.
 */
export function loadShippedModels(): RiskModels {
  const scorecard = shipped('loan-scorecard.json', loadScorecard);
  const models = { application: shippedModel('application'), quoted: shippedModel('quoted') };
  for (const model of Object.values(models)) {
    const known = new Set(model.inputs.map(({ name }) => name));
    const missing = scorecard.items.find(({ feature }) => !known.has(feature));
    if (missing) throw new Fault('internal', `The model ${model.name} does not read ${missing.feature}`);
  }
  return { scorecard, models };
}

function shippedModel(stage: Stage): Model {
  const model = shipped(`loan-${stage}.json`, loadModel);
  if (model.stage === stage) return model;
  throw new Fault('internal', `The file of the stage ${stage} holds the model of ${model.stage}`);
}

function shipped<T>(name: string, load: (text: string) => Result<T, FileRefusal>): T {
  const loaded = load(readFileSync(new URL(`../model-files/${name}`, import.meta.url), 'utf8'));
  if (loaded.ok) return loaded.value;
  throw new Fault('internal', `The model file ${name} ${loaded.refusal}`);
}
