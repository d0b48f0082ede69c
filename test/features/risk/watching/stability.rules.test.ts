import { describe, expect, it } from 'vitest';
import {
  binOf,
  chanceIndex,
  emptyBins,
  expectedShares,
  sharesOf,
  stabilityIndex,
  stabilityVerdict,
  type Expected,
} from '#features/risk/watching/stability.rules.ts';
import fc from '#test/properties.ts';

const counts = fc.array(fc.nat(1000), { minLength: 2, maxLength: 14 }).filter((list) => list.some((one) => one > 0));
const pairs = counts.chain((before) =>
  fc.tuple(
    fc.constant(before),
    fc
      .array(fc.nat(1000), { minLength: before.length, maxLength: before.length })
      .filter((list) => list.some((one) => one > 0)),
  ),
);

describe('the population stability index', () => {
  it('is never below nought, whatever was expected and seen', () => {
    fc.assert(
      fc.property(pairs, ([before, now]) => {
        expect(stabilityIndex(sharesOf(before), sharesOf(now))).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('is nought for equal shares, of however many people', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 50 }), (before, times) => {
        const more = before.map((count) => count * times);
        expect(stabilityIndex(sharesOf(before), sharesOf(more))).toBeCloseTo(0, 12);
      }),
    );
  });

  it('does not depend on the order of the bins, nor on which of the two came first', () => {
    fc.assert(
      fc.property(pairs, ([before, now]) => {
        const [b, n] = [sharesOf(before), sharesOf(now)];
        const index = stabilityIndex(b, n);
        expect(stabilityIndex(b.toReversed(), n.toReversed())).toBeCloseTo(index, 10);
        expect(stabilityIndex(n, b)).toBeCloseTo(index, 10);
      }),
    );
  });

  it('is what the textbook has', () => {
    // (0.2 − 0.1) ln 2 + (0.8 − 0.9) ln (8/9)
    expect(stabilityIndex([0.1, 0.9], [0.2, 0.8])).toBeCloseTo(0.1 * Math.log(2) - 0.1 * Math.log(8 / 9), 12);
  });

  it('stays finite where a bin has emptied or filled anew', () => {
    expect(stabilityIndex([0, 0.5, 0.5], [0.5, 0.5, 0])).toBeLessThan(10);
  });
});

const number: Expected = {
  ...{ name: 'Income', missing: 0.1, shares: [0.3, 0.3, 0.3] },
  binning: { kind: 'number', edges: [10, 20] },
};
const word: Expected = {
  ...{ name: 'Home', missing: 0, shares: [0.5, 0.5] },
  binning: { kind: 'category', categories: ['Own', 'Rent'] },
};

describe('the bin of a value', () => {
  it('puts a number that equals an edge above it, and what is missing first', () => {
    expect([null, 9.99, 10, 19, 20, 1e9].map((value) => binOf(number, value))).toEqual([0, 1, 2, 2, 3, 3]);
    expect([null, 'Own', 'Rent', 'Tent'].map((value) => binOf(word, value))).toEqual([0, 1, 2, 3]);
  });

  it('counts a value of the wrong kind as unknown to the model', () => {
    expect(binOf(number, 'ten')).toBe(4);
    expect(binOf(number, Number.NaN)).toBe(4);
    expect(binOf(word, 1)).toBe(3);
    expect(emptyBins(number)).toHaveLength(expectedShares(number).length);
  });

  it('is always one of the bins', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.string(), fc.constant(null)), (value) => {
        expect(emptyBins(number)[binOf(number, value)]).toBe(0);
        expect(emptyBins(word)[binOf(word, value)]).toBe(0);
      }),
    );
  });
});

describe('the verdict on stability', () => {
  const expected = Array.from({ length: 10 }, () => 0.1);
  const verdict = (index: number, records: number) => stabilityVerdict({ index, records, expected });

  it('has the thresholds 0.1 and 0.25', () => {
    expect([0.0999, 0.1, 0.2499, 0.25].map((index) => verdict(index, 1000))).toEqual([
      ...['stable', 'watch', 'watch', 'act'],
    ]);
  });

  it('says nothing of fewer than 100 records', () => {
    expect(verdict(5, 99)).toBe('too-few');
    expect(verdict(5, 100)).toBe('act');
  });

  it('takes no watch for one that chance explains', () => {
    // χ² of 9 degrees of freedom: 21.67 at 99 %.
    expect(chanceIndex(10, 100)).toBeCloseTo(0.2167, 3);
    expect([verdict(0.2, 100), verdict(0.2, 110), verdict(0.1, 230)]).toEqual(['stable', 'watch', 'watch']);
  });

  it('says so where the file cannot show a change', () => {
    expect(stabilityVerdict({ index: 0, records: 5000, expected: [0, 0, 1, 0] })).toBe('not-told');
  });
});
