import type { Approvals } from '#features/approvals/index.ts';
import type { Products } from '#features/products/index.ts';
import type { Platform } from '#platform/platform.ts';
import { createPolicyDrafts, type PolicyDrafts } from './drafting/policy-drafts.service.ts';
import { policyDraftModel } from './drafting/policy-draft.model.ts';
import { faultsOf, namesOf, type PolicyDraftParts } from './drafting/policy-draft-parts.ts';
import { policyHandler, policyKind } from './drafting/policy-publishing.service.ts';
import { judge, rulesAbout } from './judging.ts';
import { limitFaults } from './limits.ts';
import type { PolicyContent } from './policy.ts';
import type { PolicyNames } from './policy-words.ts';
import { createPolicyVersions, type PolicyVersions } from './policy-versions.service.ts';
import { priceFor } from './pricing.ts';

/** The credit policy: what decides now, every version of it, and what staff are drafting. */
export interface Policies extends Omit<PolicyVersions, 'newest' | 'published' | 'forget'>, PolicyDrafts {
  /** Of products and reasons, as a policy names them. */
  names(): Promise<PolicyNames>;
  /** Every reason why this content cannot be published today. */
  check(content: PolicyContent): Promise<string[]>;
  /** The pure part, for features that reach risk by its services only. */
  judge: typeof judge;
  rulesAbout: typeof rulesAbout;
  priceFor: typeof priceFor;
  limitFaults: typeof limitFaults;
}

export interface PoliciesDeps {
  approvals: Approvals;
  products: Pick<Products, 'newest'>;
  /** What a rule may name, by its code; the list is of the feature that tells borrowers. */
  reasons: () => readonly { code: string; label: string }[];
}

export function createPolicies(
  platform: Platform,
  deps: PoliciesDeps & Pick<PolicyDraftParts, 'backTestOf'>,
): Policies {
  const versions = createPolicyVersions(platform);
  const parts: PolicyDraftParts = {
    ...{ platform, versions, ...deps },
    drafts: policyDraftModel(platform.database.connection),
  };
  deps.approvals.handle(policyKind, policyHandler(parts));
  return {
    live: () => versions.live(),
    version: (number) => versions.version(number),
    list: (page) => versions.list(page),
    ...createPolicyDrafts(parts),
    names: () => namesOf(parts),
    check: (content) => faultsOf(parts, content),
    ...{ judge, rulesAbout, priceFor, limitFaults },
  };
}
