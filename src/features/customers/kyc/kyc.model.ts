import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';
import type { Sealed } from '#platform/vault/vault.ts';
import type { DuplicateVerdict, SharedValue } from './duplicates.rules.ts';
import type { Checks, KycState, Risk } from './kyc.rules.ts';

/** What screening said the last time. Names of hits and reasons are sealed under the party's key. */
export interface ScreeningRecord {
  result: 'clear' | 'possible-match' | 'not-screened';
  at: Date;
  /** The list that was asked, or why none was. */
  said: string;
  /** A hit that agreed in more than the name. */
  strong: boolean;
  /** The hits as one JSON text, bound to `kycRecords/<id>/screening.hits`. */
  hits: Sealed | null;
  judged: { verdict: 'cleared' | 'confirmed'; by: string; at: Date; reason: Sealed } | null;
}

export interface KycDecision {
  verdict: 'verified' | 'rejected';
  by: string;
  at: Date;
  on: string;
  risk: Risk | null;
  /** Why somebody was rejected, bound to `kycRecords/<id>/decision.reason`. */
  reason: Sealed | null;
}

export const historyWords = [
  'started',
  'brought-up',
  'document-verified',
  'document-taken-back',
  'check-passed',
  'check-failed',
  'profile-changed',
  'screened-clear',
  'screened-match',
  'not-screened',
  'match-cleared',
  'match-confirmed',
  'duplicate-judged',
  'verified',
  'rejected',
  'asked-again',
  'expired',
] as const;
export type HistoryWord = (typeof historyWords)[number];

export interface HistoryEntry {
  at: Date;
  by: string;
  what: HistoryWord;
  /** The check it was about, or the verdict: a word of the program, never a personal value. */
  about: string | null;
}

/** How far the bank has made sure who a party is; its id is the party's. */
export interface KycRecord {
  _id: string;
  branchId: string;
  /** As of the last write; what counts today is derived from the rest, for a verification ends by itself. */
  state: Exclude<KycState, 'not-started'>;
  checks: Checks;
  screening: ScreeningRecord | null;
  decision: KycDecision | null;
  reverifyOn: string | null;
  /** The end that the customer was told comes near. */
  warnedFor: string | null;
  /** Blind indexes of what an application declared beside the profile. */
  taxIdIndex: string | null;
  phoneIndex: string | null;
  /** What an application declared, sealed; left out of records from before it was kept. */
  birthDate?: Sealed | null;
  history: HistoryEntry[];
  version: number;
  createdAt: Date;
  changedAt: Date;
}

/** Two customers who share something, and what staff made of it; its id is made of both. */
export interface DuplicatePair {
  _id: string;
  parties: string[];
  verdict: DuplicateVerdict;
  shares: SharedValue[];
  by: string;
  at: Date;
  /** Sealed under the key of the customer on whose page it was written, bound to `kycPairs/<id>/reason`. */
  reason: Sealed;
}

export const kycNames = { records: 'kycRecords', pairs: 'kycPairs' } as const;
export const mostHistory = 100;

const text = { type: String, required: true };
const maybe = { type: String, default: null };
const at = { type: Date, required: true };
const facts = { type: Object, default: null };

const recordSchema = documentSchema(
  {
    branchId: text,
    state: text,
    checks: { type: Object, required: true },
    screening: facts,
    decision: facts,
    reverifyOn: maybe,
    warnedFor: maybe,
    taxIdIndex: maybe,
    phoneIndex: maybe,
    birthDate: facts,
    history: { type: [Object], required: true },
    version: { type: Number, required: true },
    createdAt: at,
    changedAt: at,
  },
  kycNames.records,
)
  // The desk's lists: who waits, and whose verification ends.
  .index({ state: 1, changedAt: 1, _id: 1 })
  .index({ state: 1, reverifyOn: 1, _id: 1 })
  .index({ taxIdIndex: 1 })
  .index({ phoneIndex: 1 });

const pairSchema = documentSchema(
  {
    parties: { type: [String], required: true },
    verdict: text,
    shares: { type: [String], required: true },
    by: text,
    at,
    reason: { type: Object, required: true },
  },
  kycNames.pairs,
);

export interface KycModels {
  records: Model<KycRecord>;
  pairs: Model<DuplicatePair>;
}

export const kycModels = (connection: Connection): KycModels => ({
  records: connection.model<KycRecord>('KycRecord', recordSchema as never),
  pairs: connection.model<DuplicatePair>('KycPair', pairSchema as never),
});
