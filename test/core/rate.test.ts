import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { moneyOf } from '#core/money.ts';
import {
  compareRates,
  formatRate,
  fraction,
  parseRate,
  percentOf,
  RateDecimal,
  rateOf,
  roundToMoney,
} from '#core/rate.ts';

describe('reading a rate', () => {
  it.each([
    ['9.60', '9.6'],
    ['007', '7'],
    ['0', '0'],
    ['0.000001', '0.000001'],
    ['999.999999', '999.999999'],
  ])('%j is kept as %j', (text, kept) => {
    expect(parseRate(text)).toEqual({ ok: true, value: kept });
  });

  it.each([
    ['', 'empty'],
    ['9.6%', 'not-a-number'],
    ['-1', 'not-a-number'],
    ['+1', 'not-a-number'],
    ['1e2', 'not-a-number'],
    ['1,5', 'not-a-number'],
    ['.5', 'not-a-number'],
    ['1.1234567', 'not-a-number'],
    ['1000', 'too-large'],
  ])('%j is refused', (text, fault) => {
    expect(parseRate(text)).toEqual({ ok: false, refusal: fault });
  });

  it('gives one text for one rate, so that texts compare as rates do', () => {
    const millionths = fc.integer({ min: 0, max: 999_999_999 });
    fc.assert(
      fc.property(millionths, millionths, (a, b) => {
        const one = rateOf((a / 1e6).toFixed(6));
        const other = rateOf((b / 1e6).toFixed(6));
        expect(one === other).toBe(a === b);
        expect(compareRates(one, other)).toBe(Math.sign(a - b));
      }),
    );
  });
});

describe('using a rate', () => {
  it('takes its share exactly, rounded once by the named mode', () => {
    expect(percentOf(moneyOf(1250n), rateOf('1'), 'half-even')).toBe(12n);
    expect(percentOf(moneyOf(1250n), rateOf('1'), 'half-up')).toBe(13n);
    expect(percentOf(moneyOf(-1250n), rateOf('1'), 'half-up')).toBe(-13n);
    expect(percentOf(moneyOf(10n ** 15n), rateOf('9.4822'), 'half-even')).toBe(94_822_000_000_000n);
  });

  it('agrees with decimal arithmetic whatever the amount', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        fc.integer({ min: 0, max: 999_999_999 }),
        (units, millionths) => {
          const rate = rateOf((millionths / 1e6).toFixed(6));
          const exact = fraction(rate).mul(new RateDecimal(units.toString()));
          expect(percentOf(moneyOf(units), rate, 'half-even')).toBe(roundToMoney(exact, 'half-even'));
        },
      ),
    );
  });

  it('shows at least two places, and all it has', () => {
    expect(formatRate(rateOf('9.6'), 'en-US')).toBe('9.60%');
    expect(formatRate(rateOf('9.4822'), 'en-US')).toBe('9.4822%');
  });

  it('written wrongly in the program is a fault', () => {
    expect(() => rateOf('nine')).toThrow('Not a rate: nine');
  });
});
