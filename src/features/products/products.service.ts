import type { PlainDate } from '#core/calendar.ts';
import type { Money } from '#core/money.ts';
import type { Result } from '#core/result.ts';
import type { Approvals } from '#features/approvals/index.ts';
import type { Platform } from '#platform/platform.ts';
import { createBaseRates, type BaseRates } from './base-rates/base-rates.service.ts';
import { createDrafts, type Drafts } from './drafting/drafts.service.ts';
import { estimate, type Estimate, type EstimateRefusal } from './estimate.ts';
import type { ProductVersion } from './product.model.ts';
import { createVersions, type Versions } from './versions.service.ts';

export interface Products extends Versions {
  estimate(
    product: ProductVersion,
    asked: { amount: Money; instalments: number; annualRate?: string; disbursedOn: PlainDate },
  ): Result<Estimate, EstimateRefusal>;
  baseRates: BaseRates;
  drafts: Drafts;
}

export function createProducts(platform: Platform, deps: { approvals: Approvals }): Products {
  const baseRates = createBaseRates(platform, deps);
  const versions = createVersions(platform, baseRates);
  const drafts = createDrafts(platform, { ...deps, versions, baseRates });
  return { ...versions, estimate, baseRates, drafts };
}
