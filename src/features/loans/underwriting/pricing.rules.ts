import { compareRates, RateDecimal, rateOf, type Rate } from '#core/rate.ts';
import { rateBand } from './underwriting.rules.ts';

/** What the credit policy's grid makes of a product's rate for one loan; rates in per cent a year, the spread in points. */
export type GridPrice =
  | {
      kind: 'grid';
      grade: string;
      productRate: Rate;
      spread: string;
      /** The product's rate with the spread, held within what an officer may ask for. */
      annualRate: Rate;
      held: 'least' | 'most' | null;
    }
  /** The product's rate stands: the model could not score it, the terms are not known, or the grid has no such line. */
  | { kind: 'product'; why: 'no-score' | 'no-terms' | 'no-line'; annualRate: Rate };

/** The price of a loan of this grade; `spread` is undefined where the grid has none for it. */
export function gridPrice(facts: { productRate: string; grade: string; spread: string | undefined }): GridPrice {
  const { grade, spread } = facts;
  const productRate = rateOf(facts.productRate);
  if (spread === undefined) return { kind: 'product', why: 'no-line', annualRate: productRate };
  const { least, most } = rateBand(productRate);
  const sum = new RateDecimal(productRate).plus(spread);
  const held = sum.lt(least) ? 'least' : sum.gt(most) ? 'most' : null;
  const annualRate = held === null ? rateOf(sum.toDecimalPlaces(6).toFixed()) : { least, most }[held];
  return { kind: 'grid', grade, productRate, spread, annualRate, held };
}

/** Whether a rate is the product's own or the grid's: any other one is an officer's, who says why. */
export function isPriced(rate: Rate, by: { productRate: string; price: GridPrice }): boolean {
  return [rateOf(by.productRate), by.price.annualRate].some((one) => compareRates(rate, one) === 0);
}
