import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';
import { sealedField, type Sealed } from '#platform/vault/vault.ts';
import type { SealedSection } from '../applying/application.model.ts';
import type { SectionName } from '../applying/application-sections.ts';
import type { ParticipantRole, ParticipantState } from './participant.rules.ts';

/** The sections of an application that a participant answers for themselves. */
export type PersonSection = Extract<SectionName, 'personal' | 'employment' | 'obligations'>;

/** What the applicant told us of the person they invite. */
export type InvitedField = 'fullName' | 'email' | 'relationship';

export interface ParticipantConsent {
  name: 'truthful' | 'credit-bureau' | 'liability' | 'marketing';
  given: boolean;
  at: Date;
  /** The version of the sentence that was shown. */
  wording: string;
}

/** How a participant signed the offer. */
export interface ParticipantSignature {
  at: Date;
  /** Of the decision whose offer was signed, in ISO form: another offer is signed anew. */
  offer: string;
  /** What was typed, and from where, sealed under the participant's key. */
  typedName: Sealed;
  address: Sealed;
  documents: SignedDocument[];
}

/** SHA-256 of a document as it was shown, in hexadecimal. */
export interface SignedDocument {
  kind: string;
  sha256: string;
  /** Of its bytes in the storage, sealed under the participant's key; left out in signatures of before they were kept. */
  fileId?: string;
}

/** A person who is asked to stand beside the applicant, and what they told us once they did. */
export interface ParticipantRecord {
  /** The key of the form that invited, so that a form that is sent twice invites once. */
  _id: string;
  applicationId: string;
  applicantId: string;
  role: ParticipantRole;
  /** `co-applicant-2`: a place that one active participant has. */
  slot: string;
  state: ParticipantState;
  /** Whether the state is one that counts: what the unique indexes look at. */
  active: boolean;
  version: number;
  /** Sealed under the applicant's key. */
  invited: Record<InvitedField, Sealed>;
  /** The code that the applicant tells the person by another way, sealed under the applicant's key. */
  code: Sealed;
  wrongCodes: number;
  emailIndex: string;
  /** The customer behind the address: at the invitation, or as soon as somebody has registered it. */
  inviteeId: string | null;
  /**
   * True for who was a customer before the invitation, or gave its code. A registration alone does not prove that the
   * address is theirs, so until then nothing of the applicant or the loan is shown.
   */
  proved: boolean;
  /** The customer who accepted. */
  partyId: string | null;
  /** Sealed under the participant's own key. */
  sections: Partial<Record<PersonSection, SealedSection>>;
  /** What was typed and makes no answers yet. */
  unfinished: Partial<Record<PersonSection, SealedSection>>;
  consents: ParticipantConsent[];
  /** What identifies the terms that were consented to; null while there is no consent. */
  agreedTo: string | null;
  /** The loan changed after they had finished. */
  confirmAgain: boolean;
  signature: ParticipantSignature | null;
  /** They ask the bank to let them go, in their own words. */
  releaseAsked: { at: Date; text: Sealed } | null;
  at: Date;
  changedAt: Date;
  completedAt: Date | null;
  /** The last business date on which the invitation can be accepted. */
  openUntil: string;
}

export const participantCollection = 'loanParticipants';

const text = { type: String, required: true };
const date = { type: Date, required: true };
const facts = { type: Object, default: null };

const participantSchema = documentSchema(
  {
    applicationId: text,
    applicantId: text,
    role: text,
    slot: text,
    state: text,
    active: { type: Boolean, required: true },
    version: { type: Number, required: true },
    invited: { fullName: sealedField, email: sealedField, relationship: sealedField },
    code: sealedField,
    wrongCodes: { type: Number, required: true },
    emailIndex: text,
    inviteeId: { type: String, default: null },
    proved: { type: Boolean, required: true },
    partyId: { type: String, default: null },
    sections: { type: Object, default: {} },
    unfinished: { type: Object, default: {} },
    consents: { type: [Object], default: [] },
    agreedTo: { type: String, default: null },
    confirmAgain: { type: Boolean, required: true },
    signature: facts,
    releaseAsked: facts,
    at: date,
    changedAt: date,
    completedAt: { type: Date, default: null },
    openUntil: text,
  },
  participantCollection,
)
  // Two tabs that invite at once: one person an address, one a place, and nobody twice.
  .index({ applicationId: 1, emailIndex: 1 }, { unique: true, partialFilterExpression: { active: true } })
  .index({ applicationId: 1, slot: 1 }, { unique: true, partialFilterExpression: { active: true } })
  .index(
    { applicationId: 1, partyId: 1 },
    { unique: true, partialFilterExpression: { active: true, partyId: { $type: 'string' } } },
  )
  .index({ applicationId: 1, active: -1, _id: 1 })
  .index({ inviteeId: 1, active: -1, _id: -1 })
  .index({ emailIndex: 1, inviteeId: 1, state: 1 })
  .index({ applicantId: 1, at: -1 })
  .index({ state: 1, openUntil: 1, _id: 1 });

export const participantModel = (connection: Connection): Model<ParticipantRecord> =>
  connection.model<ParticipantRecord>('LoanParticipant', participantSchema as never);
