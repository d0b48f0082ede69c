import { Decimal } from 'decimal.js';
import { divideRounded, moneyOf, type Money, type RoundingMode } from './money.ts';
import { ok, refuse, type Result } from './result.ts';

/** The one precision of rate maths: 40 significant digits, far beyond any cent, whatever the order of operations. */
export const RateDecimal = Decimal.clone({ precision: 40, rounding: Decimal.ROUND_HALF_EVEN });
export type RateDecimal = Decimal;

declare const rate: unique symbol;
/** A yearly rate in per cent as a canonical decimal string: `9.6` means 9.6 % a year. Stored and compared as text. */
export type Rate = string & { readonly [rate]: true };

export type RateFault = 'empty' | 'not-a-number' | 'too-large';

/** Reads `9.6` or `9.60`; rejects signs, exponents, percent signs, more than 6 places and 1000 % or more. */
export function parseRate(text: string): Result<Rate, RateFault> {
  const trimmed = text.trim();
  if (trimmed === '') return refuse('empty');
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(trimmed)) return refuse('not-a-number');
  const value = new RateDecimal(trimmed);
  if (value.gte(1000)) return refuse('too-large');
  return ok(value.toFixed() as Rate);
}

/** A rate written in the program itself; a wrong literal is a fault. */
export function rateOf(text: string): Rate {
  const parsed = parseRate(text);
  if (!parsed.ok) throw new RangeError(`Not a rate: ${text}`);
  return parsed.value;
}

/** The rate as a fraction of one: 9.6 % → 0.096. */
export function fraction(value: Rate): RateDecimal {
  return new RateDecimal(value).div(100);
}

export function compareRates(a: Rate, b: Rate): number {
  return new RateDecimal(a).cmp(b);
}

/** `9.60%`: at least two places, as many as the rate has. */
export function formatRate(value: Rate, locale: string): string {
  const places = Math.max(2, value.split('.')[1]?.length ?? 0);
  const formatter = new Intl.NumberFormat(locale, { minimumFractionDigits: places, maximumFractionDigits: places });
  return `${formatter.format(value as Intl.StringNumericLiteral)}%`;
}

const decimalModes = {
  'half-even': Decimal.ROUND_HALF_EVEN,
  'half-up': Decimal.ROUND_HALF_UP,
  up: Decimal.ROUND_UP,
  down: Decimal.ROUND_DOWN,
} as const satisfies Record<RoundingMode, Decimal.Rounding>;

/** Decimal minor units to an amount, rounded once by the named mode. */
export function roundToMoney(minorUnits: RateDecimal, mode: RoundingMode): Money {
  return moneyOf(BigInt(minorUnits.toFixed(0, decimalModes[mode])));
}

/** `amount × rate` for fees and shares, rounded once by the named mode. */
export function percentOf(amount: Money, percent: Rate, mode: RoundingMode): Money {
  const [whole = '0', places = ''] = percent.split('.');
  const denominator = 100n * 10n ** BigInt(places.length);
  return moneyOf(divideRounded(amount * BigInt(whole + places), denominator, mode));
}
