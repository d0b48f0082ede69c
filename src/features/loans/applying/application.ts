import type { Frequency } from '#core/calendar.ts';
import type { Currency, Money } from '#core/money.ts';
import type { Security } from '#features/products/index.ts';
import type { Sealed } from '#platform/vault/vault.ts';
import type { ApplicationAction, ApplicationState } from './application-states.ts';

/** A section with personal data: its answers as one sealed JSON text, bound to `applications/<id>/<section>`. */
export interface SealedSection {
  sealed: Sealed;
  savedAt: Date;
  /** Which questions it answers, as `formNumber` has it; left out for the first ones. */
  form?: number;
}

export interface TermsSection {
  amount: Money;
  instalments: number;
  frequency: Frequency;
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
  /** Every principal reason, `reason` the first of them; left out of decisions from before there were several. */
  reasons?: string[];
  /** What the officer wrote, sealed under the borrower's key, bound to `applications/<id>/decision.note`. */
  note: Sealed | null;
  /** Where a second person decided: who recommended it, and the request for approval. */
  proposedBy?: string;
  approvalId?: string;
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

/** Something that must be met before the money is paid out. */
export interface Condition {
  id: string;
  /** In the officer's words to the borrower, bound to `applications/<id>/condition.<its id>.text`. */
  text: Sealed;
  /** The note is the officer's, bound to `applications/<id>/condition.<its id>`. */
  met: { by: string; at: Date; note?: Sealed | null } | null;
}

/** One advance of the loan, in order. */
export interface PlannedTranche {
  n: number;
  amount: Money;
  /** What must have happened, such as a stage of the building, bound to `applications/<id>/tranche.<n>.stage`. */
  stage: Sealed | null;
  /** The journal's key once it is paid out. */
  paid: { key: string; on: string } | null;
}

/** A paper as it was shown and signed. */
export interface SignedPaper {
  kind: 'key-facts' | 'sanction-letter' | 'agreement';
  /** In hexadecimal. */
  sha256: string;
  /** Of its bytes in the storage, sealed under the signer's key; left out in signatures of before they were kept. */
  fileId?: string;
}

/** How the offer was signed. */
export interface Acceptance {
  at: Date;
  /** What was typed, and from where, sealed; bound to `applications/<id>/acceptance.<field>`. */
  typedName: Sealed;
  address: Sealed;
  documents: SignedPaper[];
  /** Whether the money goes on from the payout account to the verified account at another bank. */
  payTo?: 'account' | 'bank';
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
  /** What of the product's needs was asked for when it was started. */
  security: Security;
  forBusiness: boolean;
  /** Whether there is a security at all. */
  secured: boolean;
  currency: Currency;
  state: ApplicationState;
  version: number;
  sections: {
    personal: SealedSection | null;
    employment: SealedSection | null;
    obligations: SealedSection | null;
    bank: SealedSection | null;
    property: SealedSection | null;
    vehicle: SealedSection | null;
    business: SealedSection | null;
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
