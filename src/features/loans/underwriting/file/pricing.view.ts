import type { Formats } from '#core/format.ts';
import { RateDecimal } from '#core/rate.ts';
import type { GridPrice } from '../pricing.rules.ts';

/** How the policy's price comes about, as a sentence. */
export function priceSentence(price: GridPrice, formats: Formats): string {
  const rate = formats.rate(price.annualRate);
  if (price.kind === 'product') return `${standing[price.why]}: the product’s rate of ${rate} stands.`;
  const { productRate, spread, grade, held } = price;
  const points = new RateDecimal(spread);
  const step = `${points.lt(0) ? '−' : '+'} ${formats.rate(points.abs().toFixed()).replace(/\s?%/, '')}`;
  const start = `Product ${formats.rate(productRate)} ${step} for grade ${grade} and this term`;
  if (held === null) return `${start} = ${rate}.`;
  return `${start} would be ${held === 'most' ? 'more' : 'less'} than the product may cost: ${rate}.`;
}

const standing = {
  'no-score': 'The model could not score this file',
  'no-terms': 'The terms are not known any more',
  'no-line': 'The policy has no price for this grade and term',
} as const;
