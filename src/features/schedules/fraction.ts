import type { Rate } from '#core/rate.ts';

/** An exact ratio. Years and rates are small whole numbers over small whole numbers, so interest never needs a rounded factor. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export function fractionOf(numerator: number, denominator: number): Fraction {
  return { numerator: BigInt(numerator), denominator: BigInt(denominator) };
}

/** The sum, over the larger denominator where the other divides it, so that adding many does not grow the numbers. */
export function addFractions(a: Fraction, b: Fraction): Fraction {
  if (a.denominator % b.denominator === 0n) {
    const scaled = b.numerator * (a.denominator / b.denominator);
    return { numerator: a.numerator + scaled, denominator: a.denominator };
  }
  if (b.denominator % a.denominator === 0n) return addFractions(b, a);
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

export function multiplyFractions(a: Fraction, b: Fraction): Fraction {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

/** 9.4822 % as 94822 / 1000000. */
export function rateFraction(rate: Rate): Fraction {
  const [whole = '0', places = ''] = rate.split('.');
  return { numerator: BigInt(whole + places), denominator: 100n * 10n ** BigInt(places.length) };
}
