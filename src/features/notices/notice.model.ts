import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';

/** A message in a customer's inbox. Its text holds references, amounts and dates, never a personal value. */
export interface Notice {
  /** The outbox row's id, so that a row delivered twice is one notice. */
  _id: string;
  partyId: string;
  title: string;
  text: string;
  href: string;
  at: Date;
  readAt: Date | null;
}

const noticeSchema = documentSchema(
  {
    partyId: { type: String, required: true },
    title: { type: String, required: true },
    text: { type: String, required: true },
    href: { type: String, required: true },
    at: { type: Date, required: true },
    readAt: { type: Date, default: null },
  },
  'notices',
)
  .index({ partyId: 1, at: -1, _id: -1 })
  .index({ partyId: 1, readAt: 1 });

export const noticeModel = (connection: Connection): Model<Notice> =>
  connection.model<Notice>('Notice', noticeSchema as never);
