import { minus, sum, zero, type Money } from '#core/money.ts';
import { percentOf, rateOf } from '#core/rate.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { ProductVersion } from '#features/products/index.ts';
import type { Application, Offer, PlannedTranche } from '../applying/application.model.ts';
import type { PlannedPart } from '../key-facts/key-facts.ts';

/** How the loan is paid out: as it was planned, or all of it at once. */
export function planOf({ tranches, offer }: Pick<Application, 'tranches'> & { offer: Offer }): PlannedTranche[] {
  return tranches.length > 0 ? tranches : [{ n: 1, amount: offer.amount, stage: null, paid: null }];
}

/** The part that is paid out next; undefined where all of them are. */
export function nextTranche(application: Parameters<typeof planOf>[0]): PlannedTranche | undefined {
  return planOf(application).find(({ paid }) => paid === null);
}

export type PlanRefusal =
  | { code: 'too-many-parts'; most: number }
  | { code: 'too-few-parts' }
  | { code: 'sum-differs'; amount: Money; planned: Money }
  | { code: 'part-not-positive' }
  | { code: 'stage-missing' }
  /** The first part must leave something after the fee, and be more than the balloon. */
  | { code: 'first-too-small'; least: Money }
  | { code: 'down-payment' };

/** Whether an offer can be paid out so. */
export function judgePlan(facts: {
  offer: Pick<Offer, 'amount' | 'fee'>;
  product: Pick<ProductVersion, 'mostTranches' | 'downPaymentPercent' | 'balloonPercent' | 'rounding'>;
  parts: readonly { amount: Money; stage: string }[];
}): Result<PlannedPart[], PlanRefusal> {
  const { offer, product, parts } = facts;
  const [first, ...later] = parts;
  if (!first) return refuse({ code: 'too-few-parts' });
  if (parts.length > product.mostTranches) return refuse({ code: 'too-many-parts', most: product.mostTranches });
  if (parts.some(({ amount }) => amount <= zero)) return refuse({ code: 'part-not-positive' });
  const planned = sum(parts.map(({ amount }) => amount));
  if (planned !== offer.amount) return refuse({ code: 'sum-differs', amount: offer.amount, planned });
  if (later.some(({ stage }) => stage === '')) return refuse({ code: 'stage-missing' });
  if (later.length > 0 && product.downPaymentPercent !== '0') return refuse({ code: 'down-payment' });
  const balloon = percentOf(offer.amount, rateOf(product.balloonPercent), product.rounding.mode);
  const least = offer.fee > balloon ? offer.fee : balloon;
  if (minus(first.amount, least) <= zero) return refuse({ code: 'first-too-small', least });
  return ok(parts.map(({ amount, stage }, index) => ({ n: index + 1, amount, stage })));
}
