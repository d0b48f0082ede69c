import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';
import type { PolicyContent } from '../policy.ts';
import { policyContent } from '../policy-content.ts';

/** What staff are writing of the next policy. One open draft in the bank; those that ended are kept. */
export interface PolicyDraft {
  _id: string;
  state: 'open' | 'published' | 'discarded';
  content: PolicyContent;
  /** The live version it was begun from. */
  basedOn: number;
  /** The earlier version whose content it is, as long as nobody changed it. */
  restores: number | null;
  /** User ids of everybody who changed it: none of them may publish it. */
  editors: string[];
  changedBy: { userId: string; name: string };
  changedAt: Date;
  version: number;
}

export const draftCollection = 'creditPolicyDrafts';

const text = { type: String, required: true };
const count = { type: Number, required: true };

const draftSchema = documentSchema(
  {
    state: text,
    content: { type: Object, required: true },
    basedOn: count,
    restores: { type: Number, default: null },
    editors: { type: [String], required: true },
    changedBy: { userId: text, name: text },
    changedAt: { type: Date, required: true },
    version: count,
  },
  draftCollection,
).index({ state: 1 }, { unique: true, partialFilterExpression: { state: 'open' } });

export const policyDraftModel = (connection: Connection): Model<PolicyDraft> =>
  connection.model<PolicyDraft>('CreditPolicyDraft', draftSchema as never);

export function readDraft(document: PolicyDraft): PolicyDraft {
  return { ...document, content: policyContent.parse(document.content) };
}
