import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';
import { sealedField, type Sealed } from '#platform/vault/vault.ts';

/** The personal values of a party; each is sealed under the party's own key. An empty text is one not given yet. */
export const personalFields = [
  'fullName',
  'email',
  'phone',
  'birthDate',
  'taxId',
  'addressLine',
  'city',
  'postcode',
  'country',
  'monthlyIncome',
] as const;
export type PersonalField = (typeof personalFields)[number];

/** A person or an organisation the bank knows; whether they sign in is the user's matter. */
export interface Party {
  _id: string;
  kind: 'person' | 'organisation' | 'enquirer';
  branchId: string;
  sealed: Record<PersonalField, Sealed>;
  /** Blind indexes: what staff can search and duplicates are found by. */
  emailIndex: string;
  phoneIndex: string | null;
  taxIdIndex: string | null;
  nameTokens: string[];
  version: number;
  createdAt: Date;
}

const partySchema = documentSchema(
  {
    kind: { type: String, required: true },
    branchId: { type: String, required: true },
    sealed: Object.fromEntries(personalFields.map((field) => [field, sealedField])),
    emailIndex: { type: String, required: true },
    phoneIndex: { type: String, default: null },
    taxIdIndex: { type: String, default: null },
    nameTokens: { type: [String], required: true },
    version: { type: Number, required: true },
    createdAt: { type: Date, required: true },
  },
  'parties',
)
  .index({ emailIndex: 1 })
  .index({ phoneIndex: 1 })
  .index({ taxIdIndex: 1 })
  .index({ nameTokens: 1 });

export const partyModel = (connection: Connection): Model<Party> =>
  connection.model<Party>('Party', partySchema as never);
