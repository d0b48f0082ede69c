import type { Connection, Model } from 'mongoose';
import type { Currency, Money } from '#core/money.ts';
import { documentSchema } from '#platform/schema.ts';
import { sealedField, type Sealed } from '#platform/vault/vault.ts';
import type { ApplicationAction, ApplicationState } from './application-states.ts';

/** A section with personal data: its answers as one sealed JSON text, bound to `applications/<id>/<section>`. */
export interface SealedSection {
  sealed: Sealed;
  savedAt: Date;
}

export interface TermsSection {
  amount: Money;
  instalments: number;
  purpose: string;
  savedAt: Date;
}

export interface Offer {
  amount: Money;
  annualRate: string;
  instalments: number;
  /** The first instalment as solved; the last one may differ by cents. */
  instalment: Money;
  /** Kept back from the advance. */
  fee: Money;
  totalInterest: Money;
  totalRepaid: Money;
  aprPercent: string | null;
  madeOn: string;
  validUntil: string;
}

export interface Decision {
  by: string;
  at: Date;
  outcome: 'approved' | 'rejected';
  reason: string | null;
  /** What the officer wrote, sealed under the borrower's key, bound to `applications/<id>/decision.note`. */
  note: Sealed | null;
}

/** One thing that happened to an application; its newest hundred are kept with it, all of them in the audit. */
export interface HistoryEvent {
  at: Date;
  action: ApplicationAction;
  from: ApplicationState;
  to: ApplicationState;
  /** The user's id, or the name of a job of ours. */
  actor: string;
  by: 'borrower' | 'staff' | 'system';
}

/** A user who has the file on their desk. */
export interface Assignee {
  userId: string;
  at: Date;
}

/** Who is working on the file at this moment; it ends by itself. */
export interface WorkLock {
  userId: string;
  until: Date;
}

/** What the borrower declared, with the words as they stood on the page. */
export interface Consent {
  name: 'truthful' | 'credit-bureau' | 'marketing';
  given: boolean;
  at: Date;
  /** The version of the sentence that was shown. */
  wording: string;
}

/** Something that must be met before the money is paid out, in the officer's words to the borrower. */
export interface Condition {
  id: string;
  text: string;
  met: { by: string; at: Date } | null;
}

/** One advance of the loan, in order. */
export interface PlannedTranche {
  n: number;
  amount: Money;
  /** What must have happened, such as a stage of the building; empty for the first. */
  stage: string;
  /** The journal's key once it is paid out. */
  paid: { key: string; on: string } | null;
}

/** How the offer was signed. */
export interface Acceptance {
  at: Date;
  /** What was typed, and from where, sealed; bound to `applications/<id>/acceptance.<field>`. */
  typedName: Sealed;
  address: Sealed;
  /** SHA-256 of each document as it was shown, in hexadecimal. */
  documents: { kind: 'key-facts' | 'sanction-letter' | 'agreement'; sha256: string }[];
}

/** The borrower asks another person to look at a decision. */
export interface Contest {
  at: Date;
  /** What they wrote, bound to `applications/<id>/contest.text`. */
  text: Sealed;
  /** The decision that is contested; who made it may not decide again. */
  against: Decision;
}

export interface Application {
  _id: string;
  /** Read aloud: `7K3M-92QX`. */
  reference: string;
  partyId: string;
  branchId: string;
  productVersionId: string;
  productCode: string;
  productName: string;
  secured: boolean;
  currency: Currency;
  state: ApplicationState;
  version: number;
  sections: {
    personal: SealedSection | null;
    employment: SealedSection | null;
    bank: SealedSection | null;
    property: SealedSection | null;
    terms: TermsSection | null;
  };
  /** Blind index of the bank account, to find the same one on other files. */
  bankIndex: string | null;
  consents: Consent[];
  history: HistoryEvent[];
  /** Whose decision the file waits for: any officer's, or a senior's. */
  level: 'officer' | 'senior';
  assignee: Assignee | null;
  lock: WorkLock | null;
  /** When a decision is due; null while nobody waits for us. */
  dueAt: Date | null;
  /** What was left of the time limit, in milliseconds, when the clock was stopped. */
  dueLeftMs: number | null;
  conditions: Condition[];
  tranches: PlannedTranche[];
  acceptance: Acceptance | null;
  contest: Contest | null;
  createdAt: Date;
  changedAt: Date;
  submittedAt: Date | null;
  decision: Decision | null;
  offer: Offer | null;
  answeredAt: Date | null;
  /** The deposit account that is paid into and paid from. */
  payoutAccountId: string | null;
  loanId: string | null;
}

const section = { type: { sealed: sealedField, savedAt: Date, _id: false }, default: null };
const amount = { type: BigInt, required: true };
const text = { type: String, required: true };

const list = { type: [Object], default: [] };
const facts = { type: Object, default: null };

const applicationSchema = documentSchema(
  {
    reference: text,
    partyId: text,
    branchId: text,
    productVersionId: text,
    productCode: text,
    productName: text,
    secured: { type: Boolean, required: true },
    currency: text,
    state: text,
    version: { type: Number, required: true },
    sections: {
      personal: section,
      employment: section,
      bank: section,
      property: section,
      terms: { type: { amount, instalments: Number, purpose: String, savedAt: Date, _id: false }, default: null },
    },
    bankIndex: { type: String, default: null },
    consents: list,
    history: list,
    level: { type: String, default: 'officer' },
    assignee: facts,
    lock: facts,
    dueAt: { type: Date, default: null },
    dueLeftMs: { type: Number, default: null },
    conditions: list,
    tranches: list,
    acceptance: facts,
    contest: facts,
    createdAt: { type: Date, required: true },
    changedAt: { type: Date, required: true },
    submittedAt: { type: Date, default: null },
    decision: {
      type: {
        by: text,
        at: Date,
        outcome: text,
        reason: String,
        note: { type: sealedField, default: null },
        _id: false,
      },
      default: null,
    },
    offer: {
      type: {
        amount,
        annualRate: text,
        instalments: Number,
        instalment: amount,
        fee: amount,
        totalInterest: amount,
        totalRepaid: amount,
        aprPercent: String,
        madeOn: text,
        validUntil: text,
        _id: false,
      },
      default: null,
    },
    answeredAt: { type: Date, default: null },
    payoutAccountId: { type: String, default: null },
    loanId: { type: String, default: null },
  },
  'applications',
)
  .index({ reference: 1 }, { unique: true })
  .index({ partyId: 1, createdAt: -1 })
  // One draft of a product a party: a second press of "Start" continues the first one's.
  .index({ partyId: 1, productCode: 1 }, { unique: true, partialFilterExpression: { state: 'draft' } })
  .index({ state: 1, submittedAt: 1 })
  .index({ state: 1, dueAt: 1, _id: 1 })
  .index({ state: 1, productCode: 1, dueAt: 1, _id: 1 })
  .index({ 'assignee.userId': 1, state: 1, dueAt: 1 })
  .index({ state: 1, 'offer.validUntil': 1 })
  .index({ bankIndex: 1 });

export const applicationModel = (connection: Connection): Model<Application> =>
  connection.model<Application>('Application', applicationSchema as never);
