import { z } from 'zod';
import type { Result } from '#core/result.ts';
import type { DayStep } from '#platform/close-of-day/step.ts';
import type { Platform } from '#platform/platform.ts';
import { partyModel } from '../party.model.ts';
import type { Duplicate, DuplicateVerdict } from './duplicates.rules.ts';
import { findDuplicates } from './duplicates.service.ts';
import { judgeDuplicate } from './judging-duplicates.ts';
import { bringUpTopic, noteDocument, profileChanged, start, type Declared } from './kyc-checking.ts';
import {
  askAgain,
  judgeMatch,
  noteCheck,
  reject,
  screenAgain,
  verify,
  type Decided,
  type KycActor,
  type KycOrder,
} from './kyc-deciding.ts';
import { expiryStep } from './kyc-expiry.ts';
import { kycModels } from './kyc.model.ts';
import type { AskReason, Risk } from './kyc.rules.ts';
import type { KycDeps, KycParts } from './kyc-parts.ts';
import {
  mayBorrow,
  readFile,
  readList,
  standingsOf,
  standingOf,
  type KycFile,
  type KycList,
  type KycStanding,
  type KycTab,
  type NotVerified,
} from './kyc-reading.ts';
import { recordOf, system } from './kyc-parts.ts';

export type { KycFile, KycStanding, NotVerified } from './kyc-reading.ts';
export type { Declared } from './kyc-checking.ts';

export interface Kyc {
  /** As of the business date. A party that nobody has checked yet is `not-started`; one that is not there, too. */
  of(partyId: string): Promise<KycStanding>;
  /** At most 200 parties. */
  ofAll(partyIds: readonly string[]): Promise<Map<string, KycStanding>>;
  /** Asked before every payout: no disbursal without `verified`. The refusal has a sentence for each side. */
  mayBorrow(partyId: string): Promise<Result<'verified', NotVerified>>;
  /**
   * Begins the check, or brings it up to what is declared now: age, duplicates and names are looked at. May be called as
   * often as one likes, at the latest when an application is sent. Throws `not-found` where there is no such customer.
   */
  start(order: { partyId: string; by: string; declared?: Declared }): Promise<void>;
  /**
   * An officer has looked at a document. A verified one completes its check, a rejected one takes the check back that
   * rests on it; kinds other than `identity` and `address` change nothing. Idempotent. Throws `forbidden` where `by` is
   * the party or a relative of theirs.
   */
  noteDocument(note: {
    partyId: string;
    kind: string;
    documentId: string;
    verdict: 'verified' | 'rejected';
    by: string;
  }): Promise<void>;
  /** Other customers with the same tax id, phone or bank account, with what staff made of it; at most 50. */
  duplicatesOf(query: { partyId: string; taxId?: string; phone?: string }): Promise<Duplicate[]>;
  /** What staff see of a party's check. Throws `not-found` where there is no such customer. */
  file(query: { partyId: string; actor: KycActor }): Promise<KycFile>;
  list(query: { tab: KycTab; page: number; size: number }): Promise<KycList>;
  verify(order: KycOrder & { risk: Risk }): Promise<Decided>;
  reject(order: KycOrder & { reason: string }): Promise<Decided>;
  /** Asks for the documents again: what was verified or rejected is pending once more. */
  askAgain(order: KycOrder & { reason: AskReason }): Promise<Decided>;
  /** An original that was seen at the bank, without an upload. */
  noteCheck(
    order: KycOrder & { check: 'identity' | 'address' | 'age'; verdict: 'passed' | 'failed' },
  ): Promise<Decided>;
  /** Decides on a possible match of the name; a strong one only by a senior officer or compliance. */
  judgeMatch(order: KycOrder & { verdict: 'cleared' | 'confirmed'; reason: string }): Promise<Decided>;
  screenAgain(order: KycOrder): Promise<Decided>;
  judgeDuplicate(order: KycOrder & { otherId: string; verdict: DuplicateVerdict; reason: string }): Promise<Decided>;
  /** Ends those whose day has come, and tells those whose day comes near; after the business date has moved on. */
  daySteps(): DayStep[];
}

export function createKyc(platform: Platform, deps: KycDeps): Kyc {
  const { connection } = platform.database;
  const parts: KycParts = { ...deps, platform, models: kycModels(connection), parties: partyModel(connection) };
  deps.customers.onProfileChange((change) => profileChanged(parts, change));
  platform.outbox.handle(bringUpTopic, (row) => bringUp(parts, row.payload));
  return {
    of: async (partyId) => standingOf(await recordOf(parts, partyId), await platform.bankDay.today()),
    ofAll: (partyIds) => standingsOf(parts, partyIds),
    mayBorrow: (partyId) => mayBorrow(parts, partyId),
    start: (order) => start(parts, order),
    noteDocument: (note) => noteDocument(parts, note),
    duplicatesOf: (query) => findDuplicates(parts, query),
    file: (query) => readFile(parts, query),
    list: (query) => readList(parts, query),
    verify: (order) => verify(parts, order),
    reject: (order) => reject(parts, order),
    askAgain: (order) => askAgain(parts, order),
    noteCheck: (order) => noteCheck(parts, order),
    judgeMatch: (order) => judgeMatch(parts, order),
    screenAgain: (order) => screenAgain(parts, order),
    judgeDuplicate: (order) => judgeDuplicate(parts, order),
    daySteps: () => [expiryStep(parts)],
  };
}

const bringUpShape = z.strictObject({ partyId: z.string() });

/** Only where a check has begun: a duplicate that nobody checks yet is found when theirs begins. */
async function bringUp(parts: KycParts, payload: unknown): Promise<void> {
  const { partyId } = bringUpShape.parse(payload);
  if (await recordOf(parts, partyId)) await start(parts, { partyId, by: system });
}
