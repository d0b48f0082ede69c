import type { Connection, Model } from 'mongoose';
import type { Grade } from '#features/risk/index.ts';
import { documentSchema } from '#platform/schema.ts';
import { sealedField, type Sealed } from '#platform/vault/vault.ts';
import type { RejectionReason } from '../deciding/reasons.rules.ts';

/** The notice of a decline, one for each person whose data led to it; never changed once it is written. */
export interface AdverseAction {
  _id: string;
  applicationId: string;
  partyId: string;
  role: 'applicant' | 'co-applicant' | 'guarantor';
  /** Of the decision. */
  at: Date;
  /** Business dates. */
  on: string;
  /** The last day to contest it; null where it is final. */
  contestUntil: string | null;
  /** `together` where somebody else owed the loan too; notices of before do not say. */
  reasons: { code: RejectionReason; aboutAnother: boolean; together?: boolean }[];
  /** What was used of a credit report and a score, as JSON under the person's key, bound to `adverseActions/<id>/facts`. */
  facts: Sealed;
}

export interface AdverseFacts {
  bureau: { name: string; contact: string; on: string; score: number | null; keyFactors: string[] } | null;
  /** Notices of before the grade was told have neither it nor the mark of a demonstration. */
  model: { name: string; score: number; grade?: Grade; demonstration?: boolean; reasons: string[] } | null;
}

export const adverseCollection = 'adverseActions';
export const adversePlace = (id: string) => ({ collection: adverseCollection, document: id, field: 'facts' });

const text = { type: String, required: true };

const adverseSchema = documentSchema(
  {
    applicationId: text,
    partyId: text,
    role: text,
    at: { type: Date, required: true },
    on: text,
    contestUntil: { type: String, default: null },
    reasons: { type: [Object], required: true },
    facts: sealedField,
  },
  adverseCollection,
)
  .index({ applicationId: 1, partyId: 1, at: -1, _id: -1 })
  .index({ partyId: 1, at: -1 });

export const adverseModel = (connection: Connection): Model<AdverseAction> =>
  connection.model<AdverseAction>('AdverseAction', adverseSchema as never);
