import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { loadShippedModels, readValues } from '#features/risk/index.ts';
import { changesThatFlip, isLikely, standingOf, type ChangeFacts } from '#features/risk/changes/changes.ts';
import { reworkOf } from '#features/risk/changes/reworking.ts';
import { leverRanges, roundStep, termStep } from '#features/risk/changes/candidates.ts';
import type { Change, InstalmentOf, LoanBasis, Move, Row, Standing } from '#features/risk/changes/change.ts';
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

const methods = {
  'equal-instalment': ({ amount, months, rate }) =>
    rate === 0 ? amount / months : (amount * rate) / (1 - (1 + rate) ** -months),
  flat: ({ amount, months, rate }) => amount / months + amount * rate,
  bullet: ({ amount, rate }) => amount * rate,
} satisfies Record<string, (loan: { amount: number; months: number; rate: number }) => number>;
type Method = keyof typeof methods;

interface TestFile extends ChangeFacts {
  instalmentOf: InstalmentOf;
}

const least = { amount: 500, months: 6 };
const most = { months: 120 };

/** What a file of such an applicant would have: their own instalment and shares. Not lent: what ends in 7 months. */
function fileOf(
  values: Values,
  given: { annualRate: number; score: number; policy: PolicyContent; method: Method },
): TestFile {
  const amount = number(values, 'LoanAmount');
  const months = number(values, 'LoanDuration');
  const income = number(values, 'MonthlyIncome');
  const debts = number(values, 'MonthlyDebtPayments');
  const rate = given.annualRate / 1200;
  const method = methods[given.method];
  const instalment = method({ amount, months, rate });
  const instalmentOf: InstalmentOf = (loan) => (loan.months % 10 === 7 ? null : method({ ...loan, rate }));
  const share = ((debts + instalment) / income) * 100;
  const basis: LoanBasis = {
    ...{ amount, months, income, debts, instalment, least, most },
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
  return { assessor: { model, scorecard }, policy: given.policy, values, facts, subject, basis, instalmentOf };
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
    method: fc.constantFrom<Method>('equal-instalment', 'flat', 'bullet'),
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
  const { months } = file.basis;
  const longer = termStep(most.months - months);
  const shorter = termStep(months - least.months);
  const steps = { longer, shorter, amount: roundStep(from, 50), cards: 0.01, debts: roundStep(from) };
  const step = lever === 'savings' ? roundStep(file.basis.amount) : steps[lever];
  const sign = to > from ? -1 : 1;
  const places = [];
  for (let index = 1; ; index += 1) {
    const place = lever === 'cards' ? Math.round((to + sign * step * index) * 100) / 100 : to + sign * step * index;
    if (sign > 0 ? place >= from : place <= from) return places;
    places.push(place);
  }
}

function lent(row: Row | null): Row {
  if (!row) throw new Error('A loan is proposed that is not made');
  return row;
}

describe('what would change this', () => {
  it.each(['equal-instalment', 'flat', 'bullet'] as const)(
    'takes the instalment of the product, repaid by %s, for amounts and terms alike',
    (method) => {
      for (const values of applicants.slice(0, 20)) {
        const file = fileOf(values, { annualRate: 18, score: 700, policy: foundingPolicy('USD'), method });
        const { amount, months, income, debts } = file.basis;
        const rework = reworkOf(file, file);
        const moves: Move[] = [
          { lever: 'amount', to: 5_000 },
          { lever: 'longer', to: 118 },
          { lever: 'shorter', to: 6 },
        ];
        for (const move of moves) {
          const loan = { amount, months, [move.lever === 'amount' ? 'amount' : 'months']: move.to };
          if (loan.months % 10 === 7) continue;
          const asked = (debts ?? 0) + methods[method]({ ...loan, rate: 0.015 });
          const { debtToIncome } = lent(rework(move)).facts;
          const percent = typeof debtToIncome === 'object' ? Number(debtToIncome.known) : Number.NaN;
          // Rounded up to a tenth, now and then.
          expect(Math.abs(percent - (asked / (income ?? 1)) * 100)).toBeLessThanOrEqual(0.2);
        }
      }
    },
  );

  it('proposes nothing that the product does not lend, and asks for no more schedules than it says', () => {
    const asked: { amount: number; months: number }[] = [];
    const nothing = applicants.slice(0, 100).flatMap((values) => {
      const policy = policyWith({ refer: 10, decline: 1, chance: 99 });
      const file = fileOf(values, { annualRate: 30, score: 500, policy, method: 'flat' });
      const before = asked.length;
      const basis = { ...file.basis, least: { amount: 1, months: 1 }, most: { months: 600 } };
      const instalmentOf: InstalmentOf = (loan) => (asked.push(loan), null);
      const changes = changesThatFlip({ ...file, basis }, reworkOf(file, { basis, instalmentOf }));
      expect(asked.length - before).toBeLessThanOrEqual(130);
      return changes.filter(({ lever }) => lever === 'amount' || lever === 'longer' || lever === 'shorter');
    });
    expect(nothing).toEqual([]);
    expect(asked.length).toBeGreaterThan(3_000);
    const keys = asked.map(({ amount, months }) => `${amount} ${months}`);
    expect(new Set(keys).size).toBeGreaterThan(100);
  });

  it('tries at most fifty amounts and forty terms each way, however long the term is', () => {
    for (const amount of [1, 37, 999, 1_000, 15_001, 49_999, 1_000_000])
      for (const months of [1, 7, 60, 239, 600]) {
        const basis = { amount, months, instalment: 1, income: 1, debts: 0 };
        const wide = { ...basis, least: { amount: 1, months: 1 }, most: { months: 600 } };
        const ranges = leverRanges({ basis: wide, values: undefined });
        for (const { lever, places } of ranges)
          expect(places.length, `${lever} ${amount} ${months}`).toBeLessThanOrEqual(lever === 'amount' ? 50 : 40);
      }
  });

  it('flips the result when it is done, and nothing smaller of the same does', () => {
    let found = 0;
    const seen = new Set<string>();
    fc.assert(
      fc.property(files, (file) => {
        const now = standingOf(file, file);
        const rework = reworkOf(file, file);
        const changes = changesThatFlip(file, rework);
        for (const change of changes) {
          const then = standingOf(file, lent(rework(change)));
          expect(then).toEqual(change.standing);
          expect(better(then, now)).toBe(true);
          expect(worse(then, now)).toBe(false);
          const enough = smallerPlaces(file, change).filter((to) => {
            const row = rework({ lever: change.lever, to });
            const almost = row && standingOf(file, row);
            return almost && !worse(almost, then) && !worse(almost, now);
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
      const file = fileOf(values, { annualRate: 12, score: 700, policy: chanceAlone(0), method: 'equal-instalment' });
      const rework = reworkOf(file, file);
      const chanceAt = (to: number) =>
        (standingOf(file, lent(rework({ lever: 'cards', to }))).approvalProbability ?? 0) * 100;
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
