import { createHash } from 'node:crypto';
import type { ModelFile } from '#features/risk/models/model-file.ts';

export type ModelContent = Omit<ModelFile, 'sha256'>;

const share = [0.5, 0.5];

/** A model small enough to work out by hand: income with two cuts, a job of two kinds, and their pair. */
export const smallModel: ModelContent = {
  format: 'cloudbank-additive-model/1',
  name: 'small',
  stage: 'application',
  event: 'approved',
  demonstration: true,
  inputs: [
    { name: 'Income', type: 'number', min: 0, max: 1000, missing: 'learnt' },
    { name: 'Debt', type: 'number', missing: 'learnt' },
    { name: 'Job', type: 'category', categories: ['Clerk', 'Smith'], missing: 'refused' },
  ],
  derived: [{ name: 'DebtToIncome', ratio: { of: ['Debt'], to: 'Income' } }],
  reasons: [
    { code: 'income', text: 'Your income is low', features: ['Income', 'DebtToIncome'] },
    { code: 'job', text: 'Your kind of work', features: ['Job'] },
  ],
  intercept: 0.25,
  features: [
    { name: 'Income', kind: 'number', cuts: [100, 200], scores: [-1, -0.5, 0, 0.75] },
    { name: 'DebtToIncome', kind: 'number', cuts: [0.5], scores: [0.0625, 0.5, -2] },
    { name: 'Job', kind: 'category', categories: ['Clerk', 'Smith'], scores: [0, 0.125, -0.25] },
  ],
  pairs: [
    {
      names: ['Income', 'Job'],
      axes: [
        { kind: 'number', cuts: [150] },
        { kind: 'category', categories: ['Clerk', 'Smith'] },
      ],
      scores: [
        [0, 1, 2],
        [3, 4, 5],
        [6, 7, 8],
      ],
    },
  ],
  report: {
    title: 'Made up',
    quality: { model: { rows: 2, auc: 1, ks: 1, brier: 0, logLoss: 0 } },
    provenance: { dataSha256: 'a'.repeat(64), rows: 2, seed: 1 },
    baseline: {
      approvalProbability: { edges: [0.5], shares: share },
      features: [{ name: 'Income', missing: 0, edges: [100], shares: share }],
    },
  },
};

/** The file's text, sealed as the trainer seals it. */
export function sealed(content: object): string {
  const text = JSON.stringify(content);
  return `{"sha256":"${createHash('sha256').update(text).digest('hex')}",${text.slice(1)}\n`;
}
