import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';
import type { PolicyContent } from './policy.ts';
import { policyContent } from './policy-content.ts';

/** One version of the credit policy. Never edited: a change, and a way back, is a new version. */
export interface PolicyVersion {
  _id: string;
  version: number;
  content: PolicyContent;
  publishedOn: string;
  /** Null for the policy of the first day, which nobody published. */
  asked: { userId: string; name: string } | null;
  publishedBy: { userId: string; name: string } | null;
  reason: string;
  /** The earlier version whose content this one brings back. */
  restores: number | null;
}

/** One line of the history. */
export type ListedPolicy = Omit<PolicyVersion, 'content'>;

export const policyCollection = 'creditPolicies';

const text = { type: String, required: true };
const staff = { type: Object, default: null };

const policySchema = documentSchema(
  {
    version: { type: Number, required: true },
    content: { type: Object, required: true },
    publishedOn: text,
    asked: staff,
    publishedBy: staff,
    reason: { type: String, default: '' },
    restores: { type: Number, default: null },
  },
  policyCollection,
).index({ version: -1 }, { unique: true });

export const policyModel = (connection: Connection): Model<PolicyVersion> =>
  connection.model<PolicyVersion>('CreditPolicy', policySchema as never);

/** A version out of the database; one that is not a policy any more is a fault. */
export function readPolicy(document: PolicyVersion): PolicyVersion {
  return { ...document, content: policyContent.parse(document.content) };
}
