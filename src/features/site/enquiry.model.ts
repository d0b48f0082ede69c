import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';
import { sealedField, type Sealed } from '#platform/vault/vault.ts';

export const enquiryTopics = ['a-loan', 'my-account', 'signing-in', 'a-complaint', 'something-else'] as const;
export type EnquiryTopic = (typeof enquiryTopics)[number];

/** A message from the contact page. Who wrote it is a party, so that it is sealed under a key of its own. */
export interface Enquiry {
  _id: string;
  reference: string;
  partyId: string;
  topic: EnquiryTopic;
  /** Bound to `enquiries/<id>/message`. */
  message: Sealed;
  state: 'new' | 'done';
  version: number;
  at: Date;
}

const enquirySchema = documentSchema(
  {
    reference: { type: String, required: true },
    partyId: { type: String, required: true },
    topic: { type: String, required: true },
    message: sealedField,
    state: { type: String, required: true },
    version: { type: Number, required: true },
    at: { type: Date, required: true },
  },
  'enquiries',
)
  .index({ state: 1, at: -1, _id: -1 })
  .index({ reference: 1 }, { unique: true });

export const enquiryModel = (connection: Connection): Model<Enquiry> =>
  connection.model<Enquiry>('Enquiry', enquirySchema as never);
