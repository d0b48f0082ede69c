import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';
import { sealedField, type Sealed } from '#platform/vault/vault.ts';

/** What became of an owner's wish to share an account with whoever signs in with an address. */
export interface InvitationRecord {
  /** The key of the form, so that a form that is sent twice invites once. */
  _id: string;
  accountId: string;
  /** The account's owner, who invites. */
  ownerId: string;
  /** The address as the owner wrote it, for their own list; bound to `accountInvitations/<id>/email`. */
  email: Sealed;
  /** Its blind index: one open invitation for an address. */
  emailIndex: string;
  /**
   * The customer behind the address at that moment, or null. Nobody who registers the address afterwards becomes the
   * invited person, since a registration does not prove that the address is theirs.
   */
  inviteeId: string | null;
  state: 'pending' | 'accepted' | 'declined' | 'withdrawn' | 'expired';
  at: Date;
  /** The last business date on which it can be accepted. */
  openUntil: string;
}

export const invitationCollection = 'accountInvitations';

const text = { type: String, required: true };

const invitationSchema = documentSchema(
  {
    accountId: text,
    ownerId: text,
    email: sealedField,
    emailIndex: text,
    inviteeId: { type: String, default: null },
    state: text,
    at: { type: Date, required: true },
    openUntil: text,
  },
  invitationCollection,
)
  .index({ inviteeId: 1, state: 1, _id: 1 })
  .index({ ownerId: 1, at: -1 })
  .index({ accountId: 1, emailIndex: 1 }, { unique: true, partialFilterExpression: { state: 'pending' } });

export const invitationModel = (connection: Connection): Model<InvitationRecord> =>
  connection.model<InvitationRecord>('AccountInvitation', invitationSchema as never);
