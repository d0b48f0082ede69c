import type { Model } from 'mongoose';
import type { Approvals } from '#features/approvals/index.ts';
import type { Platform } from '#platform/platform.ts';
import { addRates, type BaseRates } from '../base-rates/base-rates.service.ts';
import { infeasible } from '../feasible.ts';
import type { ProductTerms } from '../product-terms.ts';
import { termsFaults, type TermsFault } from '../terms-faults.ts';
import type { Versions } from '../versions.service.ts';
import type { ProductDraft } from './draft.model.ts';

export interface DraftParts {
  platform: Platform;
  approvals: Approvals;
  versions: Versions;
  baseRates: BaseRates;
  drafts: Model<ProductDraft>;
}

/** Every reason why these terms cannot be published today. */
export async function check(parts: DraftParts, terms: ProductTerms): Promise<TermsFault[]> {
  const faults = termsFaults(terms);
  const today = await parts.platform.bankDay.today();
  const { rate } = terms;
  const base = rate.kind === 'floating' ? await parts.baseRates.on(rate.base, today) : undefined;
  if (rate.kind === 'floating' && !base)
    return [...faults, { field: 'base', message: 'Choose a base rate that has begun' }];
  if (faults.length > 0) return faults;
  const annualRate = rate.kind === 'fixed' ? rate.annualRate : addRates(base?.annualRate ?? '0', rate.spread);
  const fault = infeasible(terms, { annualRate, currency: parts.platform.currency, today });
  return fault ? [fault] : [];
}
