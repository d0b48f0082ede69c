import { counted, type Formats } from '#core/format.ts';
import type { PlainDate } from '#core/calendar.ts';
import { minus, type Money } from '#core/money.ts';
import { unreachable } from '#core/assert.ts';
import type { Result } from '#core/result.ts';
import {
  productChoices,
  rhythmText,
  termText,
  type Estimate,
  type EstimateRefusal,
  type Products,
  type ProductVersion,
} from '#features/products/index.ts';

export interface Asked {
  amount: Money;
  instalments: number;
}

/** Formatted texts by the names that the page's live figures have; a dash where there is nothing to show. */
export const figureNames = [
  'instalment',
  'rhythm',
  'interest',
  'total',
  'fee',
  'apr',
  'amount',
  'payout',
  'last',
  'shorterTerm',
  'shorterInstalment',
  'shorterTotal',
  'longerTerm',
  'longerInstalment',
  'longerTotal',
] as const;
export type Figures = Record<(typeof figureNames)[number], string>;

const dash = '–';
export const noFigures = Object.fromEntries(figureNames.map((name) => [name, dash])) as Figures;

interface Facts {
  products: Pick<Products, 'estimate'>;
  product: ProductVersion;
  today: PlainDate;
  formats: Formats;
}

/** What a loan would cost, and what a shorter and a longer term would change. */
export function estimateFigures(facts: Facts, asked: Asked): Result<Figures, EstimateRefusal> {
  const { formats } = facts;
  const outcome = costOf(facts, asked);
  if (!outcome.ok) return outcome;
  const cost = outcome.value;
  const figures = {
    instalment: formats.money(cost.instalment),
    rhythm: rhythmText(facts.product),
    interest: formats.money(cost.totalInterest),
    total: formats.money(cost.totalRepaid),
    fee: formats.money(cost.fee),
    apr: cost.aprPercent === null ? 'Not available' : formats.rate(cost.aprPercent),
    amount: formats.money(asked.amount),
    payout: formats.money(minus(asked.amount, cost.fee)),
    last: `${counted(asked.instalments, 'instalment')}, the last one ${formats.money(cost.lastInstalment)}`,
  };
  const { shorter, longer } = otherTerms(facts.product, asked.instalments);
  const short = compared(facts, { asked, cost, instalments: shorter });
  const long = compared(facts, { asked, cost, instalments: longer });
  const others = {
    shorterTerm: short.term,
    shorterInstalment: short.instalment,
    shorterTotal: short.total,
    longerTerm: long.term,
    longerInstalment: long.instalment,
    longerTotal: long.total,
  };
  return { ok: true, value: { ...figures, ...others } };
}

function costOf({ products, product, today }: Facts, asked: Asked): Result<Estimate, EstimateRefusal> {
  return products.estimate(product, { ...asked, disbursedOn: today });
}

/** A year more and less; five years for loans over decades. Never outside the product's limits. */
export function otherTerms(
  product: Pick<ProductVersion, 'minInstalments' | 'maxInstalments' | 'frequency'>,
  instalments: number,
): { shorter: number; longer: number } {
  const year = productChoices.instalmentsAYear(product.frequency);
  const step = product.maxInstalments > 10 * year ? 5 * year : year;
  return {
    shorter: Math.max(product.minInstalments, instalments - step),
    longer: Math.min(product.maxInstalments, instalments + step),
  };
}

function compared(facts: Facts, base: { asked: Asked; cost: Estimate; instalments: number }) {
  const { asked, cost, instalments } = base;
  const other = costOf(facts, { amount: asked.amount, instalments });
  if (instalments === asked.instalments || !other.ok) return { term: dash, instalment: dash, total: dash };
  const { formats } = facts;
  return {
    // The rhythm stands above the table already.
    term:
      facts.product.frequency.every === 1 ? termText(facts.product, instalments) : counted(instalments, 'instalment'),
    instalment: formats.signedMoney(minus(other.value.instalment, cost.instalment)),
    total: formats.signedMoney(minus(other.value.totalRepaid, cost.totalRepaid)),
  };
}

/** The sentence of a refused estimate, and the field it stands at. */
export function estimateRefusal(refusal: EstimateRefusal, formats: Formats): { field: string; text: string } {
  switch (refusal.code) {
    case 'amount-out-of-range': {
      const range = `${formats.money(refusal.min)} to ${formats.moneyWithCurrency(refusal.max)}`;
      return { field: 'amount', text: `This loan goes from ${range}. Enter an amount in between` };
    }
    case 'instalments-out-of-range':
      return {
        field: 'instalments',
        text: `This loan is paid in ${refusal.min} to ${refusal.max} instalments. Enter a number in between`,
      };
    case 'no-schedule':
      return { field: 'amount', text: 'We cannot work out instalments for this amount and term. Try another' };
    default:
      return unreachable(refusal);
  }
}
