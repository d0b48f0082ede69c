import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadModel, loadShippedModels, stages } from '#features/risk/index.ts';
import { loadScorecard } from '#features/risk/models/loading.ts';
import { sealed, smallModel, type ModelContent } from './small-model.ts';

const refusalOf = (text: string) => {
  const found = loadModel(text);
  return found.ok ? undefined : found.refusal;
};
const changed = (changes: Partial<Record<keyof ModelContent, unknown>>) =>
  refusalOf(sealed({ ...smallModel, ...changes }));

describe('a model file', () => {
  it('is loaded where its hash and shape are right', () => {
    expect(refusalOf(sealed(smallModel))).toBeUndefined();
  });

  it('is refused where one score was touched', () => {
    const text = sealed(smallModel);
    expect(text).toContain('0.75');
    expect(refusalOf(text.replace('0.75', '0.76'))).toContain('was changed after it was trained');
    expect(refusalOf(text.replace('{"sha256":"', '{"sha256": "'))).toContain('does not begin with the sha256');
    expect(refusalOf(`${text} `)).toContain('was changed');
  });

  it.each(['', 'null', '[]', '{', '{"sha256":"x"}'])('is refused as %j', (text) => {
    expect(refusalOf(text)).toBeTypeOf('string');
  });

  it.each<[string, Partial<Record<keyof ModelContent, unknown>>]>([
    ['another format', { format: 'cloudbank-additive-model/2' }],
    ['a member too many', { extra: 1 } as object],
    ['no table', { features: [] }],
    ['a score too few', { features: [{ name: 'Income', kind: 'number', cuts: [1], scores: [0, 1] }] }],
    ['cuts out of order', { features: [{ name: 'Income', kind: 'number', cuts: [2, 1], scores: [0, 1, 2, 3] }] }],
    ['a score that is no number', { intercept: null }],
    ['a ragged pair', { pairs: [{ ...smallModel.pairs[0], scores: [[0, 1, 2], [3], [6, 7, 8]] }] }],
  ])('is refused with %s', (_what, changes) => {
    expect(changed(changes)).toContain('has not the shape');
  });

  it.each<[string, Partial<Record<keyof ModelContent, unknown>>]>([
    ['tables', { inputs: smallModel.inputs.slice(1) }],
    ['formulas', { derived: [{ name: 'DebtToIncome', ratio: { of: ['Wealth'], to: 'Income' } }] }],
    ['reasons', { reasons: [{ code: 'x', text: 'x', features: ['Wealth'] }] }],
  ])('is refused where its %s use an unknown column', (_what, changes) => {
    expect(changed(changes)).toContain('neither an input nor derived');
  });
});

describe('the scorecard file', () => {
  it('is refused with a step out of order', () => {
    const items = [
      {
        code: 'x',
        feature: 'X',
        atLeast: [
          { value: 2, points: 1 },
          { value: 1, points: 1 },
        ],
      },
    ];
    expect(loadScorecard(JSON.stringify({ name: 's', version: 1, base: 5, approvedFactor: 0.8, items })).ok).toBe(
      false,
    );
  });
});

describe('the shipped models', () => {
  const { models } = loadShippedModels();
  const text = (stage: string) =>
    readFileSync(new URL(`../../../src/features/risk/model-files/loan-${stage}.json`, import.meta.url), 'utf8');

  it.each(stages)('of the stage %s is a demonstration and has a card that says so', (stage) => {
    expect(models[stage].demonstration).toBe(true);
    const card = new URL(`../../../src/features/risk/model-files/loan-${stage}.md`, import.meta.url);
    expect(readFileSync(card, 'utf8')).toContain('**A demonstration**');
  });

  it.each(stages)('of the stage %s sees nothing that is protected or decides the outcome', (stage) => {
    const closed = ['Age', 'MaritalStatus', 'NumberOfDependents', 'RiskScore', 'LoanApproved', 'ApplicationDate'];
    const columns = JSON.parse(text(stage)) as ModelContent;
    const used = [...columns.inputs, ...columns.features].map(({ name }) => name);
    expect(used.filter((name) => closed.includes(name))).toEqual([]);
  });

  it('of the stage application knows no rate, but the portal’s own instalment', () => {
    const used = (JSON.parse(text('application')) as ModelContent).features.map(({ name }) => name);
    const rated = ['BaseInterestRate', 'InterestRate', 'MonthlyLoanPayment', 'TotalDebtToIncomeRatio'];
    expect(used.filter((name) => rated.includes(name))).toEqual([]);
    expect(used).toContain('PortalInstalment');
    expect(models.quoted.inputs.map(({ name }) => name)).toEqual(expect.arrayContaining(rated));
  });

  it('hold what was promised on the rows kept out', () => {
    const of = (stage: (typeof stages)[number]) => models[stage].report.quality.model;
    expect(of('application')?.auc).toBeGreaterThanOrEqual(0.979);
    expect(of('application')?.ks).toBeGreaterThanOrEqual(0.845);
    expect(of('application')?.brier).toBeLessThanOrEqual(0.049);
    expect(of('quoted')?.auc).toBeGreaterThanOrEqual(0.995);
    expect(of('quoted')?.ks).toBeGreaterThanOrEqual(0.925);
    expect(of('quoted')?.brier).toBeLessThanOrEqual(0.024);
  });
});
