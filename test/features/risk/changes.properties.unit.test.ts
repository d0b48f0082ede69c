import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { loadShippedModels, readValues } from '#features/risk/index.ts';
import { changesThatFlip, isLikely, standingOf, type ChangeFacts } from '#features/risk/changes/changes.ts';
import { reworkOf } from '#features/risk/changes/reworking.ts';
import { roundStep } from '#features/risk/changes/candidates.ts';
import type { Change, LoanBasis, Standing } from '#features/risk/changes/change.ts';
import { foundingPolicy } from '#features/risk/policy/founding.ts';
import { factNames, type Fact, type PolicyContent, type PolicyFacts } from '#features/risk/policy/policy.ts';
import { assessValues } from '#features/risk/scoring/assessing.ts';
import type { Values } from '#features/risk/scoring/values.ts';

const { models, scorecard } = loadShippedModels();
const model = models.application;
const applicants = readApplicants();

function readApplicants(): Values[] {
  const text = readFileSync(join(import.meta.dirname, 'fixtures/applicants.csv'), 'utf8');
  const [head = '', ...lines] = text.trim().split('\n');
  const names = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    const row = Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
    const values = readValues(model.inputs, row);
    if (!values.ok) throw new Error(values.refusal.field);
    return values.value;
  });
}

const number = (values: Values, name: string) => Number(values.get(name));
const tenth = (value: number) => (Math.ceil(value * 10 - 1e-9) / 10).toString();

/** What a file of such an applicant would have: their own instalment and shares. */
function fileOf(values: Values, given: { annualRate: number; score: number; policy: PolicyContent }): ChangeFacts {
  const amount = number(values, 'LoanAmount');
  const months = number(values, 'LoanDuration');
  const income = number(values, 'MonthlyIncome');
  const debts = number(values, 'MonthlyDebtPayments');
  const rate = given.annualRate / 1200;
  const instalment = rate === 0 ? amount / months : (amount * rate) / (1 - (1 + rate) ** -months);
  const share = ((debts + instalment) / income) * 100;
  const basis: LoanBasis = {
    ...{ amount, months, income, debts, instalment, annualRate: given.annualRate },
    least: { amount: 500, months: 6 },
    most: { months: 120 },
  };
  const known: Partial<Record<string, string>> = {
    ...{ age: '40', monthlyIncome: String(income), creditScore: String(given.score), creditHistoryMonths: '60' },
    ...{ debtToIncome: tenth(share), fixedToIncome: tenth(share + 10), amount: String(amount), months: String(months) },
    ...{ unpaidDefaults: '0', bankruptcies: '0', ownDaysPastDue: '0', exposure: String(amount) },
  };
  const factOf = (name: string): Fact => {
    const value = known[name];
    return value === undefined ? 'none' : { known: value };
  };
  const facts = Object.fromEntries(factNames.map((name) => [name, factOf(name)])) as PolicyFacts;
  const subject = { product: 'personal', security: 'none' } as const;
  return { assessor: { model, scorecard }, policy: given.policy, values, facts, subject, basis };
}

/** With limits of the score too, which the founding policy leaves to the person; they lie a little above the applicant's. */
function policyWith(limits: { refer: number; decline: number; chance: number }): PolicyContent {
  const founding = foundingPolicy('USD');
  const everyLoan = { whenUnknown: 'refer', products: [], security: null, reason: 'debt-too-high' } as const;
  return {
    ...founding,
    rules: [
      ...founding.rules.filter(({ fact }) => fact !== 'debtToIncome'),
      {
        ...everyLoan,
        ...{ code: 'debt', fact: 'debtToIncome', comparison: 'at-most' },
        ...{ refer: String(limits.refer), decline: String(limits.refer + limits.decline) },
      },
      {
        ...everyLoan,
        ...{ code: 'chance', fact: 'approvalProbability', comparison: 'at-least' },
        ...{ refer: Math.min(99, limits.chance * 1.5).toFixed(4), decline: Math.min(98, limits.chance).toFixed(4) },
      },
    ],
  };
}

const files = fc
  .record({
    values: fc.constantFrom(...applicants),
    annualRate: fc.integer({ min: 0, max: 30 }),
    score: fc.integer({ min: 500, max: 800 }),
    refer: fc.integer({ min: 10, max: 50 }),
    decline: fc.integer({ min: 1, max: 30 }),
    nudge: fc.double({ min: 0.9, max: 1.2, noNaN: true }),
  })
  .map(({ values, refer, decline, nudge, ...given }) => {
    const chance = assessValues({ model, scorecard }, values).approvalProbability * 100 * nudge;
    return fileOf(values, { ...given, policy: policyWith({ refer, decline, chance }) });
  });

const ranks = { decline: 0, refer: 1, approve: 2 };
const better = (one: Standing, other: Standing) =>
  ranks[one.outcome] > ranks[other.outcome] || (isLikely(one) && !isLikely(other));
const worse = (one: Standing, other: Standing) => better(other, one);

/** Every place of the lever's grid between what is so now and the change, without the search that found it. */
function smallerPlaces(file: ChangeFacts, { lever, from, to }: Change): number[] {
  const steps = { longer: 1, shorter: 1, amount: roundStep(from), cards: 0.01, debts: roundStep(from) };
  const step = lever === 'savings' ? roundStep(file.basis.amount) : steps[lever];
  const sign = to > from ? -1 : 1;
  const places = [];
  for (let index = 1; ; index += 1) {
    const place = lever === 'cards' ? Math.round((to + sign * step * index) * 100) / 100 : to + sign * step * index;
    if (sign > 0 ? place >= from : place <= from) return places;
    places.push(place);
  }
}

describe('what would change this', () => {
  it('flips the result when it is done, and nothing smaller of the same does', () => {
    let found = 0;
    const seen = new Set<string>();
    fc.assert(
      fc.property(files, (file) => {
        const now = standingOf(file, file);
        const rework = reworkOf(file, file.basis);
        const changes = changesThatFlip(file, rework);
        for (const change of changes) {
          const then = standingOf(file, rework(change));
          expect(then).toEqual(change.standing);
          expect(better(then, now)).toBe(true);
          expect(worse(then, now)).toBe(false);
          const enough = smallerPlaces(file, change).filter((to) => {
            const almost = standingOf(file, rework({ lever: change.lever, to }));
            return !worse(almost, then) && !worse(almost, now);
          });
          expect(enough).toEqual([]);
          found += 1;
          seen.add(change.lever);
        }
        if (now.outcome === 'approve' && isLikely(now)) expect(changes).toEqual([]);
      }),
      { numRuns: 100 },
    );
    // What is never found proves nothing.
    expect(found).toBeGreaterThan(60);
    expect([...seen]).toEqual(expect.arrayContaining(['amount', 'debts', 'longer', 'savings', 'shorter']));
  });

  it('finds the cards where they are what is in the way, and asks for no more of them than it takes', () => {
    const chanceAlone = (limit: number): PolicyContent => ({
      ...foundingPolicy('USD'),
      rules: policyWith({ refer: 50, decline: 30, chance: 1 })
        .rules.filter(({ code }) => code === 'chance')
        .map((rule) => ({ ...rule, refer: limit.toFixed(4), decline: null })),
    });
    const tried = applicants.slice(0, 200).flatMap((values) => {
      const file = fileOf(values, { annualRate: 12, score: 700, policy: chanceAlone(0) });
      const rework = reworkOf(file, file.basis);
      const chanceAt = (to: number) =>
        (standingOf(file, rework({ lever: 'cards', to })).approvalProbability ?? 0) * 100;
      const used = number(values, 'CreditCardUtilizationRate');
      const limit = (chanceAt(used) + chanceAt(0)) / 2;
      if (used < 0.2 || chanceAt(0) - chanceAt(used) < 0.5) return [];
      const changes = changesThatFlip({ ...file, policy: chanceAlone(limit) }, rework);
      const cards = changes.find(({ lever }) => lever === 'cards');
      return [{ cards, reached: cards && chanceAt(cards.to) >= limit, before: cards && chanceAt(cards.short) < limit }];
    });
    expect(tried.length).toBeGreaterThan(5);
    expect(tried.every(({ reached, before }) => reached && before)).toBe(true);
  });
});
