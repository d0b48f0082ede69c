import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadShippedModels } from '#features/risk/index.ts';
import { loadChallenger } from '#features/risk/models/challenger.ts';

const shipped = join(import.meta.dirname, '../../../src/features/risk/model-files/loan-application.json');
const models = loadShippedModels();

describe('CHALLENGER_MODEL', () => {
  it('is a model of a stage of the portal', () => {
    expect(loadChallenger(shipped, models).sha256).toBe(models.models.application.sha256);
  });

  it('is refused with a sentence where it cannot be read or was touched', () => {
    expect(() => loadChallenger('/nowhere/model.json', models)).toThrow('/nowhere/model.json cannot be read');
    const touched = join(mkdtempSync(join(tmpdir(), 'challenger-')), 'model.json');
    writeFileSync(touched, readFileSync(shipped, 'utf8').replace('"stage":"application"', '"stage":"quoted"'));
    expect(() => loadChallenger(touched, models)).toThrow('CHALLENGER_MODEL');
  });
});
