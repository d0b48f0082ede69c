import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  currencies,
  currencyPlaces,
  divideRounded,
  formatMoney,
  moneyOf,
  negate,
  parseMoney,
  scale,
  sum,
  toDecimalString,
  zero,
  type Currency,
  type RoundingMode,
} from '#core/money.ts';

const minorUnits = fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n });
const currency = fc.constantFrom(...currencies);

describe('reading an amount', () => {
  it.each([
    ['1234.5', 'USD', 123450n],
    ['1,234,567.89', 'USD', 123456789n],
    ['12,34,567.00', 'INR', 123456700n],
    [' 7 ', 'EUR', 700n],
    ['-0.01', 'GBP', -1n],
    ['1500', 'JPY', 1500n],
    ['1,500', 'JPY', 1500n],
  ] as const)('takes %j in %s', (text, of, amount) => {
    expect(parseMoney(text, of)).toEqual({ ok: true, value: amount });
  });

  it.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['1e3', 'not-a-number'],
    ['10.50g', 'not-a-number'],
    ['1 2', 'not-a-number'],
    ['4.355', 'too-many-places'],
    ['.5', 'not-a-number'],
    ['5.', 'not-a-number'],
    ['+5', 'not-a-number'],
    ['--5', 'not-a-number'],
    ['1,23', 'not-a-number'],
    [',123', 'not-a-number'],
    ['1,234,56,789', 'not-a-number'],
    ['1234,567', 'not-a-number'],
    ['1.234,56', 'not-a-number'],
    ['$5', 'not-a-number'],
    ['０１', 'not-a-number'],
    ['NaN', 'not-a-number'],
    ['0x10', 'not-a-number'],
    ['10000000000000.00', 'too-large'],
  ])('refuses %j, never repairs it', (text, fault) => {
    expect(parseMoney(text, 'USD')).toEqual({ ok: false, refusal: fault });
  });

  it('refuses a decimal of a currency that has none', () => {
    expect(parseMoney('10.5', 'JPY')).toEqual({ ok: false, refusal: 'too-many-places' });
  });

  it('gives back every amount it wrote, in every currency', () => {
    fc.assert(
      fc.property(minorUnits, currency, (units, of) => {
        expect(parseMoney(toDecimalString(moneyOf(units), of), of)).toEqual({ ok: true, value: units });
      }),
    );
  });
});

describe('writing an amount', () => {
  it.each([
    [123456789n, 'USD', 'en-US', '1,234,567.89'],
    [123456700n, 'INR', 'en-IN', '12,34,567.00'],
    [1500000n, 'JPY', 'en-US', '1,500,000'],
    [-5n, 'USD', 'en-US', '−0.05'],
    // Beyond what a floating-point number can hold.
    [900719925474099399n, 'USD', 'en-US', '9,007,199,254,740,993.99'],
  ] as const)('%d of %s in %s is %s', (units, of, locale, text) => {
    expect(formatMoney(moneyOf(units), { currency: of, locale })).toBe(text);
  });

  it.each([
    ['USD', 'en-US'],
    ['INR', 'en-IN'],
    ['JPY', 'en-US'],
  ] as const)('%s in %s is read back as it was written', (of: Currency, locale) => {
    fc.assert(
      fc.property(minorUnits, (units) => {
        const written = formatMoney(moneyOf(units), { currency: of, locale }).replace('−', '-');
        expect(parseMoney(written, of)).toEqual({ ok: true, value: units });
      }),
    );
  });

  it('has the places of its currency', () => {
    fc.assert(
      fc.property(minorUnits, currency, (units, of) => {
        const [, fraction = ''] = toDecimalString(moneyOf(units), of).split('.');
        expect(fraction).toHaveLength(currencyPlaces[of]);
      }),
    );
  });
});

describe('rounding', () => {
  it.each<[RoundingMode, bigint[]]>([
    // Of -2.5, -1.5, -0.5, 0.5, 1.5, 2.5 and 2.4, 2.6.
    ['half-even', [-2n, -2n, 0n, 0n, 2n, 2n, 2n, 3n]],
    ['half-up', [-3n, -2n, -1n, 1n, 2n, 3n, 2n, 3n]],
    ['up', [-3n, -2n, -1n, 1n, 2n, 3n, 3n, 3n]],
    ['down', [-2n, -1n, 0n, 0n, 1n, 2n, 2n, 2n]],
  ])('%s sends halves where its name says', (mode, expected) => {
    const tenths = [-25n, -15n, -5n, 5n, 15n, 25n, 24n, 26n];
    expect(tenths.map((tenth) => divideRounded(tenth, 10n, mode))).toEqual(expected);
  });

  it('never moves an amount by a whole unit, leaves whole ones alone, and treats both signs alike', () => {
    const mode = fc.constantFrom<RoundingMode>('half-even', 'half-up', 'up', 'down');
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt({ min: 1n }), mode, (numerator, denominator, by) => {
        const rounded = divideRounded(numerator, denominator, by);
        const error = rounded * denominator - numerator;
        expect(error < denominator && error > -denominator).toBe(true);
        expect(divideRounded(rounded * denominator, denominator, by)).toBe(rounded);
        expect(divideRounded(-numerator, denominator, by)).toBe(-rounded);
        expect(divideRounded(-numerator, -denominator, by)).toBe(rounded);
      }),
    );
  });

  it('of a share happens once', () => {
    expect(scale(moneyOf(100n), { numerator: 1n, denominator: 3n, mode: 'half-even' })).toBe(33n);
  });

  it('by nothing is a fault', () => {
    expect(() => divideRounded(1n, 0n, 'down')).toThrow('Division by zero');
  });
});

describe('sums', () => {
  it('with their opposites are nothing', () => {
    fc.assert(
      fc.property(fc.array(minorUnits, { maxLength: 50 }), (units) => {
        const amounts = units.map(moneyOf);
        expect(sum([...amounts, ...amounts.map(negate)])).toBe(zero);
      }),
    );
  });

  it('beyond what the database can hold are a fault, not a wrong figure', () => {
    expect(() => moneyOf(2n ** 62n)).toThrow('out of range');
    expect(() => sum([moneyOf(2n ** 61n), moneyOf(2n ** 61n)])).toThrow('out of range');
  });
});
