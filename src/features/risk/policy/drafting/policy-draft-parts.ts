import type { Model } from 'mongoose';
import type { Approvals } from '#features/approvals/index.ts';
import type { Products } from '#features/products/index.ts';
import type { Platform } from '#platform/platform.ts';
import type { BackTestSummary } from '../../back-testing/back-test.ts';
import type { PolicyContent } from '../policy.ts';
import { policyFaults, type KnownNames } from '../policy-faults.ts';
import type { PolicyVersions } from '../policy-versions.service.ts';
import type { PolicyNames } from '../policy-words.ts';
import type { PolicyDraft } from './policy-draft.model.ts';

export interface PolicyDraftParts {
  platform: Platform;
  approvals: Approvals;
  products: Pick<Products, 'newest'>;
  /** Of the feature that tells borrowers why; it stands to the right. */
  reasons: () => readonly { code: string; label: string }[];
  /** The newest finished back-test of exactly this content. */
  backTestOf: (content: PolicyContent) => Promise<BackTestSummary | undefined>;
  versions: PolicyVersions;
  drafts: Model<PolicyDraft>;
}

/** The names that a policy may use today, also of products that are not offered any more. */
export async function namesOf({
  products,
  reasons,
}: Pick<PolicyDraftParts, 'products' | 'reasons'>): Promise<PolicyNames> {
  const newest = await products.newest();
  return {
    products: new Map(newest.map(({ code, name }) => [code, name])),
    reasons: new Map(reasons().map(({ code, label }) => [code, label])),
  };
}

export const knownOf = ({ products, reasons }: PolicyNames): KnownNames => ({
  products: [...products.keys()],
  reasons: [...reasons.keys()],
});

/** Every reason why this content cannot be published today. */
export async function faultsOf(parts: PolicyDraftParts, content: PolicyContent): Promise<string[]> {
  return policyFaults(content, knownOf(await namesOf(parts)));
}
