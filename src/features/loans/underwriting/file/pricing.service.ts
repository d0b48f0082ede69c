import type { ProductVersion } from '#features/products/index.ts';
import type { Judgement } from '#features/risk/index.ts';
import { monthsOf } from '../../scoring/evidence-parts.ts';
import { gridPrice, type GridPrice } from '../pricing.rules.ts';
import { rateOf } from '#core/rate.ts';
import type { LendingParts } from './lending-parts.ts';

/** What the live policy's grid asks of a loan that was judged, over so many instalments; null where nobody knows how many. */
export async function priceOf(
  { risk }: Pick<LendingParts, 'risk'>,
  facts: { judgement: Judgement; product: ProductVersion; instalments: number | null },
): Promise<GridPrice> {
  const { judgement, product, instalments } = facts;
  const stands = (why: 'no-score' | 'no-terms'): GridPrice => ({
    ...{ kind: 'product', why },
    annualRate: rateOf(product.annualRate),
  });
  if (!judgement.assessment) return stands('no-score');
  if (instalments === null) return stands('no-terms');
  const { grade } = judgement.assessment;
  const { content } = await risk.policies.live();
  const months = monthsOf(instalments, product.frequency);
  const spread = risk.policies.priceFor(content, { product: product.code, grade, months });
  return gridPrice({ productRate: product.annualRate, grade, spread });
}
