import type { Connection, Model } from 'mongoose';
import type { Actor } from '#core/roles.ts';
import { documentSchema } from '#platform/schema.ts';
import type { Sealed } from '#platform/vault/vault.ts';
import type { ApprovalState } from './approval.rules.ts';

/** A member of staff as they were called when they acted. */
export interface StaffMember {
  userId: string;
  name: string;
}

/** What staff wrote: sealed under the party that the request is about, or plain where it is about nobody. */
export type StaffText = { plain: string } | { sealed: Sealed };

export interface ApprovalRecord {
  /** The key of the form that asked. */
  _id: string;
  kind: string;
  subject: { type: string; id: string };
  /** The page of the subject. */
  href: string;
  title: string;
  /** JSON text, so that it is read as it was written whatever its keys are; never a personal value. */
  payload: string;
  requestHash: string;
  partyId: string | null;
  maker: StaffMember;
  reason: StaffText;
  state: ApprovalState;
  at: Date;
  /** Business date, the last on which it can be approved. */
  expiresOn: string;
  /** An approval that was begun and has not ended: written before its handler is called, taken away by its refusal. */
  attempt: { checker: Actor; note: StaffText | null; at: Date } | null;
  /** The last time that what it would change refused. */
  refusal: { message: string; at: Date } | null;
  decision: { by: StaffMember | null; note: StaffText | null } | null;
  decidedAt: Date | null;
  version: number;
}

export const approvalCollection = 'approvals';

const text = { type: String, required: true };
const nothing = { type: Object, default: null };

const approvalSchema = documentSchema(
  {
    kind: text,
    subject: { type: text, id: text },
    href: text,
    title: text,
    payload: text,
    requestHash: text,
    partyId: { type: String, default: null },
    maker: { userId: text, name: text },
    reason: { type: Object, required: true },
    state: text,
    at: { type: Date, required: true },
    expiresOn: text,
    attempt: nothing,
    refusal: nothing,
    decision: nothing,
    decidedAt: { type: Date, default: null },
    version: { type: Number, required: true },
  },
  approvalCollection,
)
  // Two people who ask for the same thing at once: one of them waits for the other's.
  .index(
    { kind: 1, 'subject.type': 1, 'subject.id': 1 },
    { unique: true, partialFilterExpression: { state: 'pending' } },
  )
  .index({ 'subject.id': 1, 'subject.type': 1, state: 1, at: 1 })
  .index({ state: 1, kind: 1, at: 1, _id: 1 })
  .index({ kind: 1, decidedAt: -1, _id: -1 })
  .index({ 'maker.userId': 1, at: -1, _id: -1 })
  .index({ state: 1, expiresOn: 1 })
  // Only what was begun and not ended, which is hardly ever any.
  .index({ 'attempt.at': 1 }, { partialFilterExpression: { state: 'pending' } });

export const approvalModel = (connection: Connection): Model<ApprovalRecord> =>
  connection.model<ApprovalRecord>('Approval', approvalSchema as never);
