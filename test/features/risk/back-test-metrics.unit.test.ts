import { describe, expect, it } from 'vitest';
import { moneyOf, sum } from '#core/money.ts';
import {
  calibrationOf,
  expectedLoss,
  impactRatios,
  qualityOf,
  withPredictions,
  type Prediction,
} from '#features/risk/back-testing/metrics.rules.ts';
import { policyHash } from '#features/risk/back-testing/back-test.ts';
import {
  emptyTally,
  flipCount,
  judgedCount,
  withRecords,
  type CountedRecord,
} from '#features/risk/back-testing/tally.ts';
import { outcomes } from '#features/risk/policy/policy.ts';
import fc from '#test/properties.ts';

const prediction: fc.Arbitrary<Prediction> = fc.record({
  // In thousandths, as they are counted, so that a plain count over all pairs gives the same.
  probability: fc.integer({ min: 0, max: 999 }).map((thousandths) => (thousandths + 0.5) / 1_000),
  happened: fc.boolean(),
});
const probability = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null });
const side = fc.record({
  outcome: fc.constantFrom(...outcomes),
  approvalProbability: probability,
  against: fc.constant([]),
});
const record: fc.Arbitrary<CountedRecord> = fc.record({
  replayed: fc.option(fc.record({ then: side, now: side, fault: fc.option(fc.constant('Age'), { nil: null }) }), {
    nil: undefined,
  }),
  facts: fc.record({
    amount: fc.bigInt({ min: 0n, max: 10n ** 9n }),
    group: fc.option(fc.constantFrom('under 30', '30 to 39'), { nil: undefined }),
    decision: fc.option(fc.constantFrom('approved' as const, 'declined' as const), { nil: null }),
    defaulted: fc.option(fc.boolean(), { nil: undefined }),
  }),
});

describe('expected loss', () => {
  it('is probability × exposure × 45 %, to the cent', () => {
    expect(expectedLoss({ exposure: moneyOf(10_000_00n), defaultProbability: 0.1 })).toBe(450_00n);
    expect(expectedLoss({ exposure: moneyOf(1_00n), defaultProbability: 1 })).toBe(45n);
    expect(expectedLoss({ exposure: moneyOf(10_000_00n), defaultProbability: 0 })).toBe(0n);
  });

  it('is never below nought nor above 45 % of the loan, and rises with the probability', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const cents = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(cents, share, share, (amount, a, b) => {
        const exposure = moneyOf(amount);
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((one) =>
          expectedLoss({ exposure, defaultProbability: one }),
        );
        expect(low).toBeGreaterThanOrEqual(0n);
        expect(low).toBeLessThanOrEqual(high ?? 0n);
        expect((high ?? 0n) * 100n).toBeLessThanOrEqual(amount * 45n + 100n);
      }),
    );
  });
});

describe('adverse impact ratios', () => {
  it('compare with the group that has the highest rate, and mark what is below four fifths', () => {
    const found = impactRatios([
      { group: 'a', members: 100, selected: 50 },
      { group: 'b', members: 100, selected: 40 },
      { group: 'c', members: 100, selected: 39 },
    ]);
    expect(found.map(({ ratio, isReference, isAdverse }) => ({ ratio, isReference, isAdverse }))).toEqual([
      { ratio: 1, isReference: true, isAdverse: false },
      { ratio: 0.8, isReference: false, isAdverse: false },
      { ratio: 0.78, isReference: false, isAdverse: true },
    ]);
  });

  it('leave out groups that are too small, also as the reference', () => {
    const [small, big] = impactRatios([
      { group: 'small', members: 29, selected: 29 },
      { group: 'big', members: 30, selected: 15 },
    ]);
    expect(small).toMatchObject({ rate: 1, ratio: null, isReference: false, isAdverse: false });
    expect(big).toMatchObject({ ratio: 1, isReference: true });
  });

  it('say nothing where nobody was approved', () => {
    expect(impactRatios([{ group: 'a', members: 50, selected: 0 }])[0]?.ratio).toBeNull();
    expect(impactRatios([])).toEqual([]);
  });
});

describe('quality of predictions', () => {
  it('is what counting every pair gives', () => {
    fc.assert(
      fc.property(fc.array(prediction, { minLength: 1, maxLength: 60 }), (list) => {
        const found = qualityOf(withPredictions({}, list));
        const brier = list.reduce((all, one) => all + (Number(one.happened) - one.probability) ** 2, 0) / list.length;
        expect(found?.brier).toBeCloseTo(brier, 10);
        const pairs = list
          .filter(({ happened }) => happened)
          .flatMap((good) =>
            list.filter(({ happened }) => !happened).map((bad) => Math.sign(good.probability - bad.probability)),
          );
        if (pairs.length === 0) expect(found?.auc).toBeNull();
        else expect(found?.auc).toBeCloseTo(pairs.reduce((all, one) => all + (one + 1) / 2, 0) / pairs.length, 10);
      }),
    );
  });

  it('puts every prediction into one tenth, in rising order', () => {
    fc.assert(
      fc.property(fc.array(prediction, { maxLength: 200 }), (list) => {
        const tenths = calibrationOf(withPredictions({}, list));
        expect(tenths.length).toBeLessThanOrEqual(10);
        expect(tenths.reduce((all, { count }) => all + count, 0)).toBe(list.length);
        const means = tenths.map(({ predicted }) => predicted);
        expect(means).toEqual(means.toSorted((a, b) => a - b));
        const happened = tenths.reduce((all, { count, observed }) => all + count * observed, 0);
        expect(happened).toBeCloseTo(list.filter((one) => one.happened).length, 6);
      }),
    );
  });

  it('makes ten even groups of a hundred different probabilities', () => {
    const list = Array.from({ length: 100 }, (_, at) => ({
      probability: (at * 10 + 0.5) / 1_000,
      happened: at % 2 === 0,
    }));
    expect(calibrationOf(withPredictions({}, list)).map(({ count }) => count)).toEqual(Array(10).fill(10));
  });

  it('takes certain predictions, and knows nothing of none', () => {
    expect(
      qualityOf(
        withPredictions({}, [
          { probability: 1, happened: true },
          { probability: 0, happened: false },
        ]),
      ),
    ).toEqual({ count: 2, happened: 1, auc: 1, brier: 0 });
    expect(qualityOf({})).toBeUndefined();
  });
});

describe('the tally', () => {
  it('is the same however the records are cut into batches', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 30 }), fc.nat(30), (records, cut) => {
        const whole = withRecords(emptyTally, records);
        const twice = withRecords(withRecords(emptyTally, records.slice(0, cut)), records.slice(cut));
        expect(twice).toEqual(whole);
      }),
    );
  });

  it('has every readable record once then and once now, and every cent', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 30 }), (records) => {
        const tally = withRecords(emptyTally, records);
        const readable = records.filter(({ replayed }) => replayed !== undefined);
        const exposure = sum(readable.map(({ facts }) => moneyOf(facts.amount)));
        for (const sums of [tally.then, tally.now]) {
          expect(outcomes.reduce((all, outcome) => all + sums[outcome].count, 0)).toBe(judgedCount(tally));
          expect(sum(outcomes.map((outcome) => sums[outcome].exposure))).toBe(exposure);
        }
        expect(judgedCount(tally)).toBe(readable.length);
        expect(flipCount(tally)).toBe(
          readable.filter(({ replayed }) => replayed?.then.outcome !== replayed?.now.outcome).length,
        );
        expect(tally.groups.reduce((all, { members }) => all + members, tally.ungrouped)).toBe(readable.length);
      }),
    );
  });
});

describe('the hash of a policy', () => {
  const rule = { code: 'a', fact: 'age', comparison: 'at-least', refer: null, decline: '18' } as const;
  const content = (refer: string | null) => ({
    rules: [{ ...rule, refer, whenUnknown: 'refer', products: [], security: null, reason: 'x' } as const],
    pricing: [],
    limits: { customerExposure: null, productShare: null, weakGradesShare: null },
  });

  it('goes by what it says, not by the order it was written in', () => {
    const { rules, pricing, limits } = content(null);
    expect(policyHash({ limits, pricing, rules })).toBe(policyHash(content(null)));
    expect(policyHash(content('20'))).not.toBe(policyHash(content(null)));
  });
});
