import type { Grade } from '../scoring/grade.rules.ts';
import type { Value } from '../scoring/values.ts';
import type { PolicyFacts, PolicyOutcome, PolicySubject } from '../policy/policy.ts';
import type { Stage } from '../models/shipped.ts';

/** One column of a model's row, with where its value came from and of which day it is (`YYYY-MM-DD`; null for now). */
export interface Evidence {
  value: Value;
  /** In words for an officer: `credit report of the applicant`. */
  source: string;
  asOf: string | null;
  /** Of everybody who owes the loan, where that is more than the applicant. */
  together?: true;
  /** Why a value that was given is left out, as a sentence: the model has not learnt such a one. */
  unscored?: string;
}

/** By the model's column names. A column that nobody knows is there with the value null. */
export type EvidenceRow = Readonly<Record<string, Evidence>>;

/** When an application was scored for the record: when it was sent, and when it was decided (the last one counts). */
export const moments = ['submitted', 'decided'] as const;
export type Moment = (typeof moments)[number];

export interface ChallengerWord {
  model: string;
  approvalProbability: number;
  grade: Grade;
}

/** The score with the rate offered. Only who gets an offer has one, so that it is never held against decisions. */
export interface QuotedWord {
  model: string;
  approvalProbability: number;
  grade: Grade;
  riskScore: number;
  /** Of a challenger for this stage. */
  challenger: ChallengerWord | null;
}

/** What a model and the policy said of an application at a moment: kept for back-tests, monitoring and questions. */
export interface ScoreRecord {
  applicationId: string;
  partyId: string;
  moment: Moment;
  /** The bank day. */
  on: string;
  /** `application`, whatever came of it: scored by another model where there is an offer, its own outcome would choose. */
  stage: Stage;
  subject: PolicySubject;
  /** Of the loan asked for, or offered once it is, in minor units, and its term. */
  amount: bigint;
  months: number;
  model: string;
  policyVersion: number;
  /** Null where the model could not score it, with why in `fault`. */
  scored: { riskScore: number; expectedRiskScore: number; approvalProbability: number; grade: Grade } | null;
  fault: { field: string; message: string } | null;
  outcome: PolicyOutcome;
  /** A challenger's word in the shadow: it decides nothing. */
  challenger: ChallengerWord | null;
  /** What the model of the stage `quoted` says beside it; null without an offer, or where it could not score it. */
  quoted: QuotedWord | null;
  decision: 'approved' | 'declined' | null;
  /** The loan that came of it. */
  loanId: string | null;
}

/** With what it was made of, which lies sealed. Undefined parts where the customer's data were erased. */
export interface OpenedRecord extends ScoreRecord {
  evidence: EvidenceRow | undefined;
  facts: PolicyFacts | undefined;
}

/** How a loan went, as servicing knows it. */
export interface LoanOutcome {
  loanId: string;
  /** Ever 90 days past due, non-performing or written off. */
  defaulted: boolean;
  worstDaysPastDue: number;
  state: 'running' | 'closed' | 'written-off';
}

/** What risk asks of the features to its right; composition wires it. Bounded: at most 500 ids at once. */
export interface RiskPorts {
  outcomesOf(loanIds: readonly string[]): Promise<ReadonlyMap<string, LoanOutcome>>;
  /** For fairness figures only, never kept with a score: words such as `under 30` by party; missing where erased. */
  groupsOf(partyIds: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<'ageBand', string>>>>;
  /** What people call an application by; missing for one that is not there any more. */
  referencesOf(applicationIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
