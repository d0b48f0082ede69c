import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { decidedScore, loadShippedModels } from '#features/risk/index.ts';
import { expectedScore, scorecardPoints } from '#features/risk/scoring/points.ts';

const { scorecard } = loadShippedModels();

const sound = {
  DebtToIncomeRatio: 0.1,
  BankruptcyHistory: 0,
  PreviousLoanDefaults: 0,
  EmploymentStatus: 'Employed',
  CreditCardUtilizationRate: 0.1,
  CreditScore: 500,
  NetWorth: 10_000,
  AnnualIncome: 20_000,
  LengthOfCreditHistory: 1,
};
const scoreOf = (changes: object) =>
  scorecardPoints(scorecard, new Map(Object.entries({ ...sound, ...changes }))).riskScore;

/** The design's section 8, written out a second time. */
function designed(row: typeof sound): number {
  const steps = (value: number, at: readonly number[], each: number) => at.filter((one) => value >= one).length * each;
  return (
    55 +
    steps(row.DebtToIncomeRatio, [0.2, 0.3, 0.4, 0.5], 2) +
    (row.BankruptcyHistory === 1 ? 12 : 0) +
    (row.PreviousLoanDefaults === 1 ? 6 : 0) +
    (row.EmploymentStatus === 'Employed' ? 0 : 3) +
    steps(row.CreditCardUtilizationRate, [0.2, 0.4, 0.6, 0.8], 1) -
    steps(row.CreditScore, [600, 650, 700], 3) -
    steps(row.NetWorth, [50_000, 100_000, 250_000, 500_000], 2) -
    steps(row.AnnualIncome, [30_000, 50_000, 80_000, 120_000], 1) -
    steps(row.LengthOfCreditHistory, [3, 5, 7, 10], 1)
  );
}

const nearly = (values: readonly number[]) =>
  fc.constantFrom(...values.flatMap((one) => [one - 0.001, one, one + 0.001]));
const row = fc.record({
  DebtToIncomeRatio: nearly([0.2, 0.3, 0.4, 0.5]),
  BankruptcyHistory: fc.constantFrom(0, 1),
  PreviousLoanDefaults: fc.constantFrom(0, 1),
  EmploymentStatus: fc.constantFrom('Employed', 'Self-Employed', 'Unemployed'),
  CreditCardUtilizationRate: nearly([0.2, 0.4, 0.6, 0.8]),
  CreditScore: nearly([600, 650, 700]),
  NetWorth: nearly([50_000, 100_000, 250_000, 500_000]),
  AnnualIncome: nearly([30_000, 50_000, 80_000, 120_000]),
  LengthOfCreditHistory: nearly([3, 5, 7, 10]),
});

describe('the scorecard', () => {
  it('is the one of the design, on both sides of every step', () => {
    fc.assert(fc.property(row, (applicant) => scoreOf(applicant) === designed(applicant)));
  });

  it('gives no points for a number that is missing, and counts work that is not known as none', () => {
    expect(scoreOf({})).toBe(55);
    expect(scoreOf({ CreditScore: null, DebtToIncomeRatio: null })).toBe(55);
    expect(scoreOf({ EmploymentStatus: null })).toBe(58);
  });

  it('lists every item, and they sum to the score', () => {
    const found = scorecardPoints(scorecard, new Map(Object.entries(sound)));
    expect(found.items).toHaveLength(9);
    expect(found.items.reduce((total, { points }) => total + points, found.base)).toBe(found.riskScore);
  });

  it('becomes four fifths, without a trace of binary fractions, where the loan is approved', () => {
    for (let riskScore = 20; riskScore <= 90; riskScore += 1) {
      expect(String(decidedScore(scorecard, { riskScore, outcome: 'approved' }))).toMatch(/^\d+(\.\d)?$/);
      expect(decidedScore(scorecard, { riskScore, outcome: 'declined' })).toBe(riskScore);
    }
    expect(decidedScore(scorecard, { riskScore: 53, outcome: 'approved' })).toBe(42.4);
    expect(expectedScore(scorecard, { riskScore: 50, approvalProbability: 0.5 })).toBeCloseTo(45, 12);
  });
});
