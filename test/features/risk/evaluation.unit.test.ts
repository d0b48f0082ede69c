import { describe, expect, it } from 'vitest';
import { evaluatorOf } from '#features/risk/scoring/additive.ts';
import { withDerived } from '#features/risk/scoring/derived.ts';
import { gradeOf } from '#features/risk/scoring/grade.rules.ts';
import { explainerOf, type Explain } from '#features/risk/scoring/reasons.ts';
import { readValues, type Value } from '#features/risk/scoring/values.ts';
import { smallModel } from './small-model.ts';

const evaluate = evaluatorOf(smallModel);
const valuesOf = (values: Record<string, Value>) => withDerived(new Map(Object.entries(values)), smallModel.derived);
const points = (values: Record<string, Value>) =>
  Object.fromEntries(evaluate(valuesOf(values)).contributions.map((one) => [one.term, one.points]));
const clerk = { Income: 150, Debt: 15, Job: 'Clerk' };

describe('the additive model', () => {
  it.each([
    [99.999, -0.5],
    [100, 0],
    [100.001, 0],
    [199.999, 0],
    [200, 0.75],
    [-1e300, -0.5],
    [1e300, 0.75],
  ])('puts %d into its bin, one that equals a cut above it', (income, score) => {
    expect(points({ ...clerk, Income: income }).Income).toBe(score);
  });

  it('has a bin of its own for a missing value, in a main table and in a pair', () => {
    expect(points({ ...clerk, Income: null })).toEqual({
      Income: -1,
      DebtToIncome: 0.0625,
      Job: 0.125,
      'Income & Job': 1,
    });
    expect(points({ ...clerk, Job: null })).toMatchObject({ Job: 0, 'Income & Job': 6 });
  });

  it('finds the cell of a pair by the coarser bins of the pair', () => {
    expect(points({ ...clerk, Income: 149 })['Income & Job']).toBe(4);
    expect(points({ ...clerk, Income: 150 })['Income & Job']).toBe(7);
    expect(points({ Income: 0, Debt: 0, Job: 'Smith' })['Income & Job']).toBe(5);
  });

  it('names the feature of a category that it does not know', () => {
    expect(() => evaluate(valuesOf({ ...clerk, Job: 'Tailor' }))).toThrow('Job has no bin for "Tailor"');
    expect(() => evaluate(valuesOf({ ...clerk, Job: '__proto__' }))).toThrow('Job has no bin');
    expect(() => evaluate(valuesOf({ ...clerk, Income: 'much' }))).toThrow('Income has no bin for "much"');
  });

  it('adds the intercept and the contributions to the logit', () => {
    const found = evaluate(valuesOf(clerk));
    expect(found.logit).toBe(0.25 + 0 + 0.5 + 0.125 + 7);
    expect(found.approvalProbability).toBe(1 / (1 + Math.exp(-found.logit)));
  });

  it('turns a model of default towards approval', () => {
    const found = evaluatorOf({ ...smallModel, event: 'defaulted' })(valuesOf(clerk));
    const approved = evaluate(valuesOf(clerk));
    expect(found.logit).toBe(-approved.logit);
    expect(found.approvalProbability).toBeCloseTo(1 - approved.approvalProbability, 12);
    expect(found.contributions.some((one) => Object.is(one.points, -0))).toBe(false);
  });
});

describe('derived columns', () => {
  it('are ratios of parts to a whole of at least one', () => {
    expect(valuesOf({ ...clerk, Income: 30 }).get('DebtToIncome')).toBe(0.5);
    expect(valuesOf({ ...clerk, Income: 0 }).get('DebtToIncome')).toBe(15);
    expect(valuesOf({ ...clerk, Debt: null }).get('DebtToIncome')).toBeNull();
    expect(valuesOf({ ...clerk, Income: null }).get('DebtToIncome')).toBeNull();
  });

  it('are instalments at one rate, missing where there is no term', () => {
    const derived = [{ name: 'I', instalment: { principal: 'P', months: 'N', annualRate: 0.12 } }];
    const of = (P: Value, N: Value) => withDerived(new Map(Object.entries({ P, N })), derived).get('I');
    expect(of(1000, 12)).toBeCloseTo(88.8487887, 6);
    expect(of(1000, 0)).toBeNull();
    expect(of(null, 12)).toBeNull();
  });
});

describe('reading an applicant', () => {
  const read = (row: Record<string, unknown>) => readValues(smallModel.inputs, row);
  const fault = (row: Record<string, unknown>) => {
    const found = read(row);
    return found.ok ? undefined : found.refusal;
  };

  it('takes texts and numbers alike and ignores other columns', () => {
    const found = read({ Income: ' 1.5e2 ', Debt: 3, Job: 'Clerk', Age: 'x' });
    expect(found.ok && [...found.value]).toEqual([
      ['Income', 150],
      ['Debt', 3],
      ['Job', 'Clerk'],
    ]);
  });

  it.each(['', ' ', 'NA', 'N/A', 'nan', 'NaN', 'null', null])('takes %j as missing where that was learnt', (Income) => {
    const found = read({ ...clerk, Income });
    expect(found.ok && found.value.get('Income')).toBeNull();
  });

  it('refuses a missing value that was never seen, and a column that is not there', () => {
    expect(fault({ ...clerk, Job: '' })).toEqual({
      field: 'Job',
      message: expect.stringContaining('is empty') as string,
    });
    expect(fault({ Income: 1, Job: 'Clerk' })).toEqual({ field: 'Debt', message: 'is missing' });
    expect(fault(Object.create({ Income: 1, Debt: 1, Job: 'Clerk' }) as Record<string, unknown>)?.field).toBe('Income');
  });

  it.each([
    ['-1', 'is -1: must not be below 0'],
    [1001, 'is 1001: must not be above 1000'],
    ['1,000', 'must be a number, not "1,000"'],
    ['0x10', 'must be a number, not "0x10"'],
    ['1e999', 'must be a number, not "1e999"'],
    [Number.NaN, 'must be a number, not "NaN"'],
    [Infinity, 'must be a number, not "Infinity"'],
    [true, 'must be a number or a text'],
    [[1], 'must be a number or a text'],
    ['x'.repeat(500), `must be a number, not "${'x'.repeat(40)}…"`],
  ])('refuses %j with a sentence', (Income, message) => {
    expect(fault({ ...clerk, Income })).toEqual({ field: 'Income', message });
  });

  it('names a category that it does not know, and those it knows', () => {
    const message = 'is "clerk", which the model does not know: it knows Clerk, Smith';
    expect(fault({ ...clerk, Job: 'clerk' })).toEqual({ field: 'Job', message });
  });
});

describe('reasons', () => {
  const adverseReasons = (contributions: Parameters<Explain>[0], reasons: Parameters<typeof explainerOf>[0]) =>
    explainerOf(reasons)(contributions);
  const main = (feature: string, amount: number) => ({ term: feature, features: [feature], points: amount });

  it('are what lowers the chance, worst first, a pair by halves, features of one meaning together', () => {
    const found = adverseReasons(
      [
        main('Income', -1),
        main('DebtToIncome', 0.25),
        main('Job', -2),
        { term: 'p', features: ['Income', 'Job'], points: 1 },
      ],
      smallModel.reasons,
    );
    expect(found).toEqual([
      { code: 'job', text: 'Your kind of work', points: -1.5 },
      { code: 'income', text: 'Your income is low', points: -0.25 },
    ]);
  });

  it('leave out what helps or changes nothing', () => {
    expect(adverseReasons([main('Income', 1), main('Job', 0)], smallModel.reasons)).toEqual([]);
  });

  it('are at most four', () => {
    const many = Array.from({ length: 9 }, (_, n) => ({ code: `c${n}`, text: 't', features: [`f${n}`] }));
    const found = adverseReasons(
      many.map((one, n) => main(one.features[0] ?? '', -n)),
      many,
    );
    expect(found.map(({ code }) => code)).toEqual(['c8', 'c7', 'c6', 'c5']);
  });
});

describe('grades', () => {
  it.each([
    [1, 'A'],
    [0.9, 'A'],
    [0.8999, 'B'],
    [0.5, 'C'],
    [0.2, 'D'],
    [0.1999, 'E'],
    [0, 'E'],
  ])('a chance of %d is %s', (chance, grade) => {
    expect(gradeOf(chance)).toBe(grade);
  });
});
