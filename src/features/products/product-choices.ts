import type { Frequency } from '#core/calendar.ts';
import { divideRounded, moneyOf, type Money } from '#core/money.ts';
import { limitsFault } from './estimate.ts';
import { documentKinds, documentNames, rhythmName, sameFrequency } from './product-needs.ts';
import type { ProductTerms } from './product-terms.ts';

type Rhythmic = Pick<
  ProductTerms,
  'frequency' | 'frequencies' | 'minInstalments' | 'maxInstalments' | 'grace' | 'moratorium' | 'prepayment'
>;

const mostInstalments = 600;
const inAYear = { month: 12n, week: 52n, day: 365n } as const;

/** The rhythms a borrower chooses from; the first is the one that the terms are written for. */
export function frequenciesOf(product: Pick<ProductTerms, 'frequency' | 'frequencies'>): Frequency[] {
  const { frequency, frequencies } = product;
  return [frequency, ...frequencies.filter((other) => !sameFrequency(other, frequency))];
}

/**
 * The product as it is lent in another rhythm: everything that its terms count in instalments stands for the same length
 * of time. Gives undefined for a rhythm that the product does not offer.
 */
export function inFrequency<P extends Rhythmic>(product: P, frequency: Frequency): P | undefined {
  if (sameFrequency(frequency, product.frequency)) return product;
  if (!product.frequencies.some((other) => sameFrequency(other, frequency))) return undefined;
  const scaled = (instalments: number) => sameTime(instalments, product.frequency, frequency);
  const most = Math.min(mostInstalments, scaled(product.maxInstalments).floor);
  const { grace, moratorium, prepayment } = product;
  return {
    ...product,
    frequency: { every: frequency.every, unit: frequency.unit },
    maxInstalments: Math.max(1, most),
    minInstalments: Math.max(1, Math.min(most, scaled(product.minInstalments).ceiling)),
    grace: {
      principalInstalments: scaled(grace.principalInstalments).floor,
      interestInstalments: scaled(grace.interestInstalments).floor,
    },
    moratorium: { mostInstalments: scaled(moratorium.mostInstalments).floor },
    prepayment: { ...prepayment, lockInInstalments: scaled(prepayment.lockInInstalments).floor },
  };
}

/** A number of instalments of another rhythm over the same time; a year has 12 months, 52 weeks or 365 days. */
function sameTime(instalments: number, from: Frequency, to: Frequency): { floor: number; ceiling: number } {
  const above = BigInt(instalments) * inAYear[to.unit] * BigInt(from.every);
  const below = inAYear[from.unit] * BigInt(to.every);
  const floor = Number(above / below);
  return { floor, ceiling: above % below === 0n ? floor : floor + 1 };
}

/** What instalments of a rhythm come to in an average month, rounded up: to set against an income a month. */
export function aMonth(instalment: Money, frequency: Frequency = { every: 1, unit: 'month' }): Money {
  const { every, unit } = frequency;
  return moneyOf(divideRounded(instalment * inAYear[unit], 12n * BigInt(every), 'up'));
}

/** How many instalments there are in a year, at least one. */
function instalmentsAYear({ every, unit }: Frequency): number {
  return Math.max(1, Number(divideRounded(inAYear[unit], BigInt(every), 'half-up')));
}

/** For whoever asks what a borrower may choose, and what they must bring. */
export const productChoices = {
  limitsFault,
  frequenciesOf,
  inFrequency,
  aMonth,
  instalmentsAYear,
  rhythmName,
  documentKinds,
  documentNames,
};
