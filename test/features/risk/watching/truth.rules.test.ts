import { describe, expect, it } from 'vitest';
import {
  calibrationOf,
  calibrationVerdict,
  countIn,
  emptyTenths,
  tenthOf,
} from '#features/risk/watching/calibration.rules.ts';
import { areaUnderCurve, emptyRanks, rankBins, rankIn, rankOf } from '#features/risk/watching/ranking.rules.ts';
import fc from '#test/properties.ts';

const probability = fc.double({ min: 0, max: 1, noNaN: true });
const judged = fc.array(fc.record({ probability, happened: fc.boolean() }), { maxLength: 200 });

function countedAt(approved: number, of: number, at = 0.5) {
  const tenths = emptyTenths();
  for (let n = 0; n < of; n += 1) countIn(tenths, { probability: at, happened: n < approved });
  return calibrationOf(tenths);
}

describe('the tenths of calibration', () => {
  it('hold every record once, in the tenth of its probability', () => {
    fc.assert(
      fc.property(judged, (records) => {
        const tenths = emptyTenths();
        for (const one of records) countIn(tenths, one);
        expect(tenths.reduce((all, { count }) => all + count, 0)).toBe(records.length);
        tenths.forEach(({ count, predicted }, at) => {
          if (count === 0) return;
          expect(predicted / count).toBeGreaterThanOrEqual(at / 10 - 1e-9);
          expect(predicted / count).toBeLessThanOrEqual((at + 1) / 10 + 1e-9);
        });
      }),
    );
    expect([0, 0.0999, 0.1, 0.95, 1].map(tenthOf)).toEqual([0, 0, 1, 9, 9]);
  });

  it('have a gap of what happened less what was predicted', () => {
    fc.assert(
      fc.property(judged, (records) => {
        const tenths = emptyTenths();
        for (const one of records) countIn(tenths, one);
        const found = calibrationOf(tenths);
        if (records.length === 0) expect(found).toBeUndefined();
        const sum = records.reduce((all, one) => all + (one.happened ? 1 : 0) - one.probability, 0);
        if (found) expect(found.gap).toBeCloseTo(sum / records.length, 9);
      }),
    );
  });
});

describe('the verdict on calibration', () => {
  it('needs a hundred', () => {
    expect(calibrationVerdict(countedAt(99, 99), 'both')).toBe('too-few');
    expect(calibrationVerdict(countedAt(100, 100), 'both')).toBe('act');
    expect(calibrationVerdict(undefined, 'both')).toBe('too-few');
  });

  it('has the thresholds 5 and 10 points, to either side', () => {
    const at = (share: number) => calibrationVerdict(countedAt(share * 100, 10_000), 'both');
    expect([50, 54.9, 55, 60, 45, 40].map(at)).toEqual(['right', 'right', 'watch', 'act', 'watch', 'act']);
  });

  it('leaves out what chance explains', () => {
    expect(calibrationVerdict(countedAt(56, 100), 'both')).toBe('right');
  });

  it('of loans only counts what went worse', () => {
    expect(calibrationVerdict(countedAt(900, 1000), 'below')).toBe('right');
    expect(calibrationVerdict(countedAt(100, 1000), 'below')).toBe('act');
  });
});

describe('the area under the curve', () => {
  const ranked = (yes: readonly number[], no: readonly number[]) => {
    const ranks = emptyRanks();
    for (const one of yes) rankIn(ranks, { probability: one, happened: true });
    for (const one of no) rankIn(ranks, { probability: one, happened: false });
    return areaUnderCurve(ranks);
  };

  it('is 1 for perfect, 0 for upside down, a half for ties', () => {
    expect(ranked([0.9, 0.8], [0.2, 0.1])).toBe(1);
    expect(ranked([0.1], [0.9])).toBe(0);
    expect(ranked([0.5, 0.5], [0.5])).toBe(0.5);
    expect(ranked([0.5], [])).toBeUndefined();
  });

  it('is that of every pair compared, as far as the bins tell them apart', () => {
    fc.assert(
      fc.property(
        fc.array(probability, { minLength: 1, maxLength: 30 }),
        fc.array(probability, { minLength: 1, maxLength: 30 }),
        (yes, no) => {
          const wins = yes.flatMap((one) => no.map((other) => (Math.sign(rankOf(one) - rankOf(other)) + 1) / 2));
          const sum = wins.reduce((all, one) => all + one, 0);
          expect(ranked(yes, no)).toBeCloseTo(sum / wins.length, 9);
        },
      ),
    );
  });

  it('has a place for the surest words', () => {
    expect([rankOf(0), rankOf(1e-300), rankOf(1)]).toEqual([0, 0, rankBins - 1]);
  });
});
