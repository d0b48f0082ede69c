import { createHash } from 'node:crypto';
import type { PolicyContent, PolicyOutcome } from '../policy/policy.ts';
import type { Tally } from './tally.ts';

/** At most so many records are judged once more, and so many turned decisions are kept as rows. */
export const mostRecords = 100_000;
export const mostFlips = 5_000;

export const modelChoices = ['recorded', 'shipped', 'application', 'quoted', 'challenger'] as const;
/**
 * Whose scores are used: those of the day, the models in use each at its stage, one of them for every record, or the
 * challenger for every record.
 */
export type ModelChoice = (typeof modelChoices)[number];

export type BackTestState = 'waiting' | 'running' | 'done' | 'cancelled' | 'failed';

/** Which policy is tested: its content as it was when the test was asked for, since a draft goes on changing. */
export interface TestedPolicy {
  kind: 'draft' | 'version';
  /** The version's number, or how often the draft had been saved. */
  version: number;
  content: PolicyContent;
}

/** How far a test has come: the last record that is in its tally. */
export interface Place {
  on: string;
  applicationId: string;
}

export interface BackTest {
  _id: string;
  state: BackTestState;
  policy: TestedPolicy;
  /** Names the policy's content, wherever it stands. */
  policyHash: string;
  modelChoice: ModelChoice;
  /** SHA-256 of the files that the choice stands for, of the day it was asked for. */
  models: string[];
  /** Bank days, both included. */
  from: string;
  to: string;
  askedBy: string;
  askedAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  /** The lease under which it was written last; an older one writes nothing here. */
  token: number;
  /** How often it was gone on with after its process died or was stopped. */
  takeovers: number;
  /** How often it failed since it last moved on. */
  attempts: number;
  /** Not tried again before then; null where nothing has failed. */
  restsUntil: Date | null;
  error: string | null;
  place: Place | null;
  tally: Tally;
  /** Turned decisions that are kept as rows. */
  kept: number;
  /** There were more records than a test may look at. */
  truncated: boolean;
}

/** A decision that the tested rules would turn. */
export interface Flip {
  /** `<test>.<place>`, so that a batch that is done twice writes the same rows. */
  _id: string;
  testId: string;
  place: number;
  token: number;
  applicationId: string;
  on: string;
  then: PolicyOutcome;
  now: PolicyOutcome;
  /** `approve-decline`: for the list of one kind. */
  change: string;
  /** Codes of the rules that voted with each outcome. */
  rulesThen: string[];
  rulesNow: string[];
  probabilityThen: number | null;
  probabilityNow: number | null;
  decision: 'approved' | 'declined' | null;
}

export type FlipFacts = Omit<Flip, '_id' | 'testId' | 'place' | 'token' | 'change'>;

/** What a request for the publication of a policy says of its test. */
export interface BackTestSummary {
  id: string;
  from: string;
  to: string;
  endedAt: Date;
  judged: number;
  flips: number;
}

/** The same for the same content, whatever the order its members were written in. */
export function policyHash(content: PolicyContent): string {
  return createHash('sha256').update(canonical(content)).digest('hex');
}

function canonical(content: PolicyContent): string {
  return JSON.stringify(content, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
