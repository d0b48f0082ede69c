import { assert } from './assert.ts';
import { ok, refuse, type Result } from './result.ts';

declare const money: unique symbol;
/** An amount in the currency's minor units (cents of USD, yen of JPY). The currency stands on the account or loan. */
export type Money = bigint & { readonly [money]: true };

/** How halves are rounded; every rounding in the bank names one. */
export type RoundingMode = 'half-even' | 'half-up' | 'up' | 'down';

/** ISO 4217 codes the bank can be run in, with the decimal places of their minor unit. */
export const currencyPlaces = { USD: 2, EUR: 2, GBP: 2, INR: 2, JPY: 0 } as const;
export type Currency = keyof typeof currencyPlaces;
export const currencies = Object.keys(currencyPlaces) as Currency[];

export function isCurrency(text: string): text is Currency {
  return Object.hasOwn(currencyPlaces, text);
}

/** Currencies whose unit buys less, so that limits and demonstrations are round in each; no exchange rate. */
const unitsPerDollar: Record<Currency, bigint> = { USD: 1n, EUR: 1n, GBP: 1n, INR: 50n, JPY: 100n };

// MongoDB keeps int64; one bit of room keeps every sum of two amounts inside it.
const largest = 2n ** 62n;

/** Brands minor units; the one way from a plain bigint to an amount. */
export function moneyOf(minorUnits: bigint): Money {
  assert(minorUnits > -largest && minorUnits < largest, 'An amount is out of range');
  return minorUnits as Money;
}

export const zero = moneyOf(0n);

/** Whole units of the dollar's size in a currency's minor units: 1,000 is 1,000.00 USD and 100,000 JPY. */
export function ofDollarSize(units: number, currency: Currency): Money {
  return moneyOf(BigInt(units) * unitsPerDollar[currency] * 10n ** BigInt(currencyPlaces[currency]));
}

export function plus(a: Money, b: Money): Money {
  return moneyOf(a + b);
}

export function minus(a: Money, b: Money): Money {
  return moneyOf(a - b);
}

export function negate(a: Money): Money {
  return moneyOf(0n - a);
}

export function sum(amounts: Iterable<Money>): Money {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return moneyOf(total);
}

export function smaller(a: Money, b: Money): Money {
  return a < b ? a : b;
}

export function larger(a: Money, b: Money): Money {
  return a > b ? a : b;
}

/** `numerator / denominator` rounded to a whole number; the sign is kept, so halves go the same way for debits and credits. */
export function divideRounded(numerator: bigint, denominator: bigint, mode: RoundingMode): bigint {
  assert(denominator !== 0n, 'Division by zero');
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const quotient = n / d;
  const rest = n % d;
  const rounded = quotient + (roundsAway({ quotient, rest, divisor: d, mode }) ? 1n : 0n);
  return negative ? -rounded : rounded;
}

function roundsAway(parts: { quotient: bigint; rest: bigint; divisor: bigint; mode: RoundingMode }): boolean {
  const { quotient, rest, divisor, mode } = parts;
  if (rest === 0n || mode === 'down') return false;
  if (mode === 'up') return true;
  if (rest * 2n !== divisor) return rest * 2n > divisor;
  return mode === 'half-up' || quotient % 2n === 1n;
}

/** `amount × numerator / denominator`, rounded once. */
export function scale(amount: Money, factor: { numerator: bigint; denominator: bigint; mode: RoundingMode }): Money {
  return moneyOf(divideRounded(amount * factor.numerator, factor.denominator, factor.mode));
}

export type MoneyFault = 'empty' | 'not-a-number' | 'too-many-places' | 'too-large';

// Groups are all of three digits, or all of two before a last one of three; a mix of both is a slip of the finger.
const amountForm = /^(-?)(\d+|\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})*,\d{3})(?:\.(\d+))?$/;

/**
 * Reads what a person or a file wrote: digits, optional thousands groups of the locale form `1,234,567.89` or
 * `12,34,567.89`, at most the currency's places. Rejects, never repairs: `1e3`, `10.50g`, `1 2`, `4.355`, `.5` are errors.
 */
export function parseMoney(text: string, currency: Currency): Result<Money, MoneyFault> {
  const trimmed = text.trim();
  if (trimmed === '') return refuse('empty');
  const match = amountForm.exec(trimmed);
  if (!match) return refuse('not-a-number');
  const [, sign = '', whole = '', fraction = ''] = match;
  const places = currencyPlaces[currency];
  if (fraction.length > places) return refuse('too-many-places');
  const digits = whole.replaceAll(',', '') + fraction.padEnd(places, '0');
  if (digits.replace(/^0+/, '').length > 15) return refuse('too-large');
  return ok(moneyOf(BigInt(sign + digits)));
}

/** `1234.50`: canonical, for forms, files and the command line. */
export function toDecimalString(amount: Money, currency: Currency): string {
  const places = currencyPlaces[currency];
  const digits = (amount < 0n ? 0n - amount : amount).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = places === 0 ? '' : `.${digits.slice(-places)}`;
  return `${amount < 0n ? '-' : ''}${whole}${fraction}`;
}

const formatters = new Map<string, Intl.NumberFormat>();

/** `1,234.50` (or `12,34,567.00` in en-IN), with a real minus sign and no currency: a table names it once a column. */
export function formatMoney(amount: Money, style: { currency: Currency; locale: string }): string {
  const places = currencyPlaces[style.currency];
  const id = `${style.locale}/${places}`;
  let formatter = formatters.get(id);
  if (!formatter) {
    formatter = new Intl.NumberFormat(style.locale, { minimumFractionDigits: places, maximumFractionDigits: places });
    formatters.set(id, formatter);
  }
  // Intl formats decimal strings exactly; a number would lose cents beyond 2^53.
  return formatter.format(toDecimalString(amount, style.currency) as Intl.StringNumericLiteral).replace('-', '−');
}
