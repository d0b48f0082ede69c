import { dateText, type PlainDate } from '#core/calendar.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { operators } from '#platform/mongo.ts';
import type { Conflict } from '../relations/relations.ts';
import type { ScreeningHit } from '../screening/screening.ts';
import { pairOf, type Duplicate } from './duplicates.rules.ts';
import { findDuplicates } from './duplicates.service.ts';
import type { DuplicatePair, KycRecord } from './kyc.model.ts';
import {
  checksOn,
  isRenewing,
  levelOf,
  renewalDays,
  stateOf,
  type Checks,
  type KycLevel,
  type KycState,
} from './kyc.rules.ts';
import { customerOf, factsOf, recordOf, system, type KycParts } from './kyc-parts.ts';
import { pairPlace } from './judging-duplicates.ts';
import { openHits } from './kyc-screening.ts';
import type { KycActor } from './kyc-deciding.ts';
import { declaredBirthDate } from './kyc-birth-date.ts';
import { endingFilter } from './kyc-expiry.ts';

/** Who somebody is, as far as the bank has made sure. */
export interface KycStanding {
  level: KycLevel;
  state: KycState;
  checks: Checks;
  /** `2028-03-17`: from this day on it counts no more. Null until it was verified. */
  reverifyOn: string | null;
}

/** Why a person is paid nothing out, in words for both sides. */
export interface NotVerified {
  code: 'kyc-not-started' | 'kyc-pending' | 'kyc-rejected' | 'kyc-expired';
  officer: string;
  borrower: string;
}

export function standingOf(record: KycRecord | undefined, today: PlainDate): KycStanding {
  if (!record) return { level: 'none', state: 'not-started', checks: {}, reverifyOn: null };
  const facts = factsOf(record);
  const checks = checksOn(facts, today);
  return { level: levelOf(checks), state: stateOf(facts, today), checks, reverifyOn: record.reverifyOn };
}

export async function standingsOf(parts: KycParts, partyIds: readonly string[]): Promise<Map<string, KycStanding>> {
  const asked = [...new Set(partyIds)].slice(0, 200);
  const [found, today] = await Promise.all([
    parts.models.records
      .find({ _id: operators({ $in: asked }) })
      .limit(asked.length)
      .lean<KycRecord[]>(),
    parts.platform.bankDay.today(),
  ]);
  const byId = new Map(found.map((record) => [record._id, record]));
  return new Map(asked.map((id) => [id, standingOf(byId.get(id), today)]));
}

const sentences: Record<NotVerified['code'], Omit<NotVerified, 'code'>> = {
  'kyc-not-started': {
    officer: 'Nobody has checked who this person is. Open their identity check first. Nothing was moved.',
    borrower: 'We have not checked yet who you are. Open "Your identity check" to see what we need. Nothing was moved.',
  },
  'kyc-pending': {
    officer: 'The identity check of this person is not finished. Finish it first. Nothing was moved.',
    borrower:
      'We are still checking who you are. Open "Your identity check" to see what is missing. Nothing was moved.',
  },
  'kyc-rejected': {
    officer: 'The identity of this person was not confirmed, so nothing may be paid out. Nothing was moved.',
    borrower: 'We could not confirm who you are. Write to us to find out what you can do. Nothing was moved.',
  },
  'kyc-expired': {
    officer:
      'The identity check of this person has ended. Ask for their documents and verify them again. Nothing was moved.',
    borrower: 'Your identity check has ended. Show us your documents again first. Nothing was moved.',
  },
};

export async function mayBorrow(parts: KycParts, partyId: string): Promise<Result<'verified', NotVerified>> {
  const [record, today] = await Promise.all([recordOf(parts, partyId), parts.platform.bankDay.today()]);
  const { state } = standingOf(record, today);
  if (state === 'verified') return ok('verified');
  const code = `kyc-${state}` as const;
  return refuse({ code, ...sentences[code] });
}

/** What staff see. Of their own file, or a relative's, they see how it stands and nothing that was found. */
export interface KycFile {
  partyId: string;
  name: string;
  /** As the profile has it; empty where it does not say. */
  birthDate: string;
  /** As an application declared it. */
  declaredBirthDate: string;
  conflict: Conflict | undefined;
  standing: KycStanding;
  /** Undefined where nobody has begun. */
  record: KycRecord | undefined;
  renewing: boolean;
  hits: readonly ScreeningHit[];
  /** What was written where a match was judged, or the customer rejected; empty where nothing was. */
  reasons: { screening: string; decision: string };
  duplicates: readonly (Duplicate & { name: string; reason: string })[];
  /** What colleagues read of the users in the history. */
  users: ReadonlyMap<string, string>;
  today: string;
}

export async function readFile(parts: KycParts, query: { partyId: string; actor: KycActor }): Promise<KycFile> {
  const { partyId, actor } = query;
  await customerOf(parts, partyId);
  const [record, today, person, conflict] = await Promise.all([
    recordOf(parts, partyId),
    parts.platform.bankDay.today(),
    parts.customers.person(partyId),
    parts.relations.between(actor, [partyId]),
  ]);
  const found = conflict ? nothingFound : await findings(parts, partyId, record);
  return {
    ...{ partyId, name: person.fullName, birthDate: person.birthDate, conflict, record },
    declaredBirthDate: await declaredBirthDate(parts, record),
    standing: standingOf(record, today),
    renewing: record ? isRenewing(factsOf(record), today) : false,
    ...found,
    users: await usersOf(parts, record),
    today: dateText(today),
  };
}

const nothingFound: Pick<KycFile, 'hits' | 'reasons' | 'duplicates'> = {
  hits: [],
  reasons: { screening: '', decision: '' },
  duplicates: [],
};

async function findings(parts: KycParts, partyId: string, record: KycRecord | undefined) {
  const { vault } = parts.platform;
  const reasonAt = (field: string) => ({ collection: 'kycRecords', document: partyId, field });
  const [hits, screening, decision, duplicates] = await Promise.all([
    record?.screening ? openHits(parts, partyId, record.screening) : [],
    record?.screening?.judged ? vault.open(reasonAt('screening.reason'), record.screening.judged.reason) : '',
    record?.decision?.reason ? vault.open(reasonAt('decision.reason'), record.decision.reason) : '',
    namedDuplicates(parts, partyId),
  ]);
  return { hits, reasons: { screening, decision }, duplicates };
}

async function namedDuplicates(parts: KycParts, partyId: string): Promise<KycFile['duplicates']> {
  const { customers, models, platform } = parts;
  const found = await findDuplicates(parts, { partyId });
  if (found.length === 0) return [];
  const ids = found.map((one) => pairOf(partyId, one.partyId).id);
  const [names, pairs] = await Promise.all([
    customers.names(found.map((one) => one.partyId)),
    models.pairs
      .find({ _id: operators({ $in: ids }) })
      .limit(ids.length)
      .lean<DuplicatePair[]>(),
  ]);
  const opened = await Promise.all(
    pairs.map(async ({ _id, reason }) => [_id, await platform.vault.open(pairPlace(_id), reason)] as const),
  );
  const reasons = new Map(opened);
  return found.map((one) => ({
    ...one,
    name: names.get(one.partyId) ?? 'Unknown',
    reason: reasons.get(pairOf(partyId, one.partyId).id) ?? '',
  }));
}

async function usersOf(parts: KycParts, record: KycRecord | undefined): Promise<Map<string, string>> {
  const ids = [...(record?.history ?? []), ...Object.values(record?.checks ?? {})].map(({ by }) => by);
  const names = await parts.identity.displayNames(ids);
  return names.set(system, 'The bank');
}

export const kycTabs = ['waiting', 'ending', 'expired', 'rejected'] as const;
export type KycTab = (typeof kycTabs)[number];

export interface KycList {
  lines: { partyId: string; name: string; standing: KycStanding; changedAt: Date }[];
  total: number;
  counts: Record<KycTab, number>;
}

/** The filter and the order of each list; every one stands in an index. */
export function kycTab(tab: KycTab, today: PlainDate) {
  switch (tab) {
    case 'waiting':
      return { filter: { state: 'pending' as const }, sort: { changedAt: 1, _id: 1 } as const };
    case 'ending':
      return { filter: endingFilter(today.add({ days: renewalDays })), sort: { reverifyOn: 1, _id: 1 } as const };
    case 'expired':
      return { filter: { state: 'expired' as const }, sort: { reverifyOn: 1, _id: 1 } as const };
    case 'rejected':
      return { filter: { state: 'rejected' as const }, sort: { changedAt: 1, _id: 1 } as const };
  }
}

// Counting the whole of a long list tells nobody more than "many".
const mostCounted = 1_000;

export async function readList(parts: KycParts, query: { tab: KycTab; page: number; size: number }): Promise<KycList> {
  const { tab, page, size } = query;
  const { records } = parts.models;
  const today = await parts.platform.bankDay.today();
  const { filter, sort } = kycTab(tab, today);
  const count = (one: KycTab) => records.countDocuments(kycTab(one, today).filter).limit(mostCounted).exec();
  const [found, waiting, ending, expired, rejected] = await Promise.all([
    records
      .find(filter)
      .sort(sort)
      .skip((page - 1) * size)
      .limit(size)
      .lean<KycRecord[]>(),
    ...([count('waiting'), count('ending'), count('expired'), count('rejected')] as const),
  ]);
  const counts = { waiting, ending, expired, rejected };
  const names = await parts.customers.names(found.map(({ _id }) => _id));
  const lines = found.map((record) => ({
    partyId: record._id,
    name: names.get(record._id) ?? 'Unknown',
    standing: standingOf(record, today),
    changedAt: record.changedAt,
  }));
  return { lines, total: counts[tab], counts };
}
