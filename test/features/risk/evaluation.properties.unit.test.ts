import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { assessValues } from '#features/risk/scoring/assessing.ts';
import { loadShippedModels, readValues, stages, type InputColumn } from '#features/risk/index.ts';

const shipped = loadShippedModels();

function cell(input: InputColumn): fc.Arbitrary<number | string | null> {
  const known: fc.Arbitrary<number | string> =
    input.type === 'category'
      ? fc.constantFrom(...input.categories)
      : fc.double({ min: input.min ?? -1e12, max: input.max ?? 1e12, noNaN: true });
  return input.missing === 'learnt' ? fc.option(known) : known;
}

describe.each(stages)('the shipped model of the stage %s', (stage) => {
  const model = shipped.models[stage];
  const rows = fc.record(Object.fromEntries(model.inputs.map((input) => [input.name, cell(input)])));

  it('scores every row within its ranges, and its contributions and intercept sum to the logit', () => {
    fc.assert(
      fc.property(rows, (row) => {
        const values = readValues(model.inputs, row);
        if (!values.ok) throw new Error(`${values.refusal.field} ${values.refusal.message}`);
        const found = assessValues({ model, scorecard: shipped.scorecard }, values.value);
        const sum = found.contributions.reduce((total, { points }) => total + points, found.intercept);
        expect(sum).toBeCloseTo(found.logit, 9);
        expect(found.approvalProbability).toBeCloseTo(1 / (1 + Math.exp(-sum)), 12);
        expect(found.expectedRiskScore).toBeLessThanOrEqual(found.riskScore);
        expect(found.expectedRiskScore).toBeGreaterThanOrEqual(found.riskScore * 0.8 - 1e-9);
        expect(found.reasons.every(({ points }) => points < 0)).toBe(true);
        expect(found.reasons.map(({ points }) => points)).toEqual(
          found.reasons.map(({ points }) => points).toSorted((a, b) => a - b),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('never lets more income, or a better credit score, lower the main table of its own', () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 1, max: 1e6, noNaN: true }), (row, more) => {
        const at = (changes: object, term: string) => {
          const values = readValues(model.inputs, { ...row, ...changes });
          if (!values.ok) throw new Error(values.refusal.message);
          return model.evaluate(values.value).contributions.find((one) => one.term === term)?.points ?? Number.NaN;
        };
        const income = (amount: number) => at({ AnnualIncome: amount }, 'AnnualIncome');
        expect(income(20_000 + more)).toBeGreaterThanOrEqual(income(20_000));
        const score = (amount: number) => at({ CreditScore: amount }, 'CreditScore');
        expect(score(500 + (more % 300))).toBeGreaterThanOrEqual(score(500));
      }),
      { numRuns: 100 },
    );
  });
});
