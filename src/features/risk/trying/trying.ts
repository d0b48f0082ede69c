import { RateDecimal } from '#core/rate.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { ProductVersion } from '#features/products/index.ts';
import { judgementOf, type Judgement } from '../judging/judgement.ts';
import type { RiskModels } from '../models/shipped.ts';
import type { PolicyContent } from '../policy/policy.ts';
import { priceFor } from '../policy/pricing.ts';
import type { Grade } from '../scoring/grade.rules.ts';
import { assess, type Assessment } from '../scoring/assessing.ts';
import type { ValueFault } from '../scoring/values.ts';
import { orderOf, type TypedApplicant } from './try-order.ts';

/** What the grid gives: points on top of the product's rate, and the two together, both per cent a year as decimal text. */
export interface TriedPrice {
  productRate: string;
  spread: string;
  annualRate: string;
}

export interface Tried {
  assessment: Assessment;
  /** Undefined where no product was chosen: which rules are about a loan depends on it. */
  policy: { product: ProductVersion; judgement: Judgement; price: TriedPrice | undefined } | undefined;
}

/** A score of somebody who did not apply. Nothing of it is kept. */
export function tryApplicant(
  by: { models: RiskModels; policy: { version: number; content: PolicyContent } },
  { applicant, product }: { applicant: TypedApplicant; product: ProductVersion | undefined },
): Result<Tried, ValueFault> {
  const { models, policy } = by;
  const { stage, row } = applicant;
  const assessed = assess({ model: models.models[stage], scorecard: models.scorecard }, row);
  if (!assessed.ok) return refuse(assessed.refusal);
  const assessment = assessed.value;
  if (!product) return ok({ assessment, policy: undefined });
  const subject = { product: product.code, security: product.security };
  const order = orderOf(applicant, { subject, derived: models.models[stage].derived });
  const judgement = judgementOf({ models, challenger: undefined, policy }, order);
  const months = row.LoanDuration;
  const price =
    typeof months === 'number' ? priceOf(policy.content, { product, grade: assessment.grade, months }) : undefined;
  return ok({ assessment, policy: { product, judgement, price } });
}

function priceOf(
  content: PolicyContent,
  { product, grade, months }: { product: ProductVersion; grade: Grade; months: number },
): TriedPrice | undefined {
  const spread = priceFor(content, { product: product.code, grade, months });
  if (spread === undefined) return undefined;
  const annualRate = new RateDecimal(product.annualRate).plus(spread);
  // A spread below nought takes no rate below it.
  return { productRate: product.annualRate, spread, annualRate: annualRate.lt(0) ? '0' : annualRate.toFixed() };
}
