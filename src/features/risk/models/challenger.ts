import { readFileSync } from 'node:fs';
import { ConfigFault } from '#config/config.ts';
import { loadModel, type Model } from './loading.ts';
import { stages, type RiskModels } from './shipped.ts';

/**
 * The model that says its word in the shadow, from a file of the trainer. Throws a `ConfigFault` with a sentence where the file
 * cannot be read, was touched, is for no stage of the portal, or asks for a column that the portal does not know.
 */
export function loadChallenger(path: string, { models }: RiskModels): Model {
  const loaded = loadModel(textOf(path));
  if (!loaded.ok) throw wrong(path, loaded.refusal);
  const model = loaded.value;
  const stage = stages.find((one) => one === model.stage);
  if (!stage) throw wrong(path, `is for the stage ${model.stage}, and the portal has only ${stages.join(' and ')}`);
  const known = new Set(models[stage].inputs.map(({ name }) => name));
  const stray = model.inputs.find(({ name }) => !known.has(name));
  if (stray) throw wrong(path, `asks for ${stray.name}, which the portal does not know at the stage ${stage}`);
  return model;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw wrong(path, 'cannot be read');
  }
}

function wrong(path: string, why: string): ConfigFault {
  return new ConfigFault([`CHALLENGER_MODEL: ${path} ${why}`]);
}
