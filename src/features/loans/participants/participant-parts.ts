import type { Model } from 'mongoose';
import { present } from '#core/assert.ts';
import { dateText } from '#core/calendar.ts';
import { Fault, notFound } from '#core/errors.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Identity } from '#features/identity/index.ts';
import { noticeRow } from '#features/notices/index.ts';
import type { Products } from '#features/products/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { Application } from '../applying/application.model.ts';
import { formNumber, sectionNames } from '../applying/application-sections.ts';
import type { Loan } from '../loan.ts';
import { participantCollection, type ParticipantRecord, type PersonSection } from './participant.model.ts';
import {
  isActive,
  nextState,
  stateOn,
  type ParticipantAction,
  type ParticipantLimits,
  type ParticipantRole,
} from './participant.rules.ts';

/** What every use case of participants works with. */
export interface ParticipantParts {
  platform: Platform;
  identity: Pick<Identity, 'accountKey' | 'customerOf'>;
  customers: Pick<Customers, 'names' | 'person'>;
  products: Pick<Products, 'version'>;
  applications: Model<Application>;
  participants: Model<ParticipantRecord>;
  loans: Model<Loan>;
}

const asked: readonly string[] = ['personal', 'employment', 'obligations'];
/** In the order of the application's own. */
export const personSections: readonly PersonSection[] = sectionNames.filter((name): name is PersonSection =>
  asked.includes(name),
);

export function missingOf({ sections }: Pick<ParticipantRecord, 'sections'>): PersonSection[] {
  return personSections.filter((name) => {
    const kept = sections[name];
    // Answers to fewer questions than are asked now have to be looked at again.
    return !kept || (kept.form ?? 1) < formNumber(name);
  });
}

/** Active participants of an application are bounded by the product; ended ones are shown up to here. */
export const mostListed = 50;

/** Every active participant of an application first, then those that ended, each oldest first. */
export async function recordsOf(
  { participants }: ParticipantParts,
  applicationId: string,
): Promise<ParticipantRecord[]> {
  return participants
    .find({ applicationId })
    .sort({ active: -1, _id: 1 })
    .limit(mostListed)
    .lean<ParticipantRecord[]>()
    .exec();
}

export async function applicationOf({ applications }: ParticipantParts, _id: string): Promise<Application> {
  return present(await applications.findOne({ _id }).lean<Application>(), 'The application of a participant');
}

/** The applicant's own application; anybody else's is not found. */
export async function ownApplicationOf(
  { applications }: ParticipantParts,
  own: { partyId: string; applicationId: string },
): Promise<Application> {
  const found = await applications.findOne({ _id: own.applicationId, partyId: own.partyId }).lean<Application>();
  if (!found) throw notFound('Application');
  return found;
}

export async function limitsOf(
  { products }: ParticipantParts,
  { productVersionId }: Pick<Application, 'productVersionId'>,
): Promise<ParticipantLimits> {
  return present(await products.version(productVersionId), 'The product version of an application').participants;
}

export async function todayText({ platform }: Pick<ParticipantParts, 'platform'>): Promise<string> {
  return dateText(await platform.bankDay.today());
}

/** The records as they stand today: an invitation that ran out is expired. */
export async function asOfToday(parts: ParticipantParts, records: ParticipantRecord[]): Promise<ParticipantRecord[]> {
  const today = await todayText(parts);
  return records.map((record) => {
    const state = stateOn(record, today);
    return { ...record, state, active: isActive(state) };
  });
}

interface ParticipantMove {
  record: ParticipantRecord;
  action: ParticipantAction;
  /** The user's id, or the name of a job of ours. */
  actor: string;
  set?: Record<string, unknown>;
  unset?: Record<string, ''>;
}

/**
 * The guarded change along an edge of the table, with its audit entry. Where a person goes before the bank has seen
 * anything of theirs, their answers and consents go with them.
 */
export function moveParticipant(parts: ParticipantParts, move: ParticipantMove): Companion[] {
  const { record, action, actor, set = {}, unset } = move;
  const state = present(nextState(record.state, action), `The state after ${action} of one who is ${record.state}`);
  const active = isActive(state);
  const change = { ...set, state, active, changedAt: bsonDate(parts.platform.clock.now()) };
  return [
    {
      collection: participantCollection,
      kind: 'update',
      filter: { _id: record._id, version: record.version, state: record.state },
      change: { $set: change, $inc: { version: 1 }, ...(unset ? { $unset: unset } : {}) },
    },
    audited(parts, { actor, action: auditNames[action], record }),
  ];
}

const auditNames: Record<ParticipantAction, string> = {
  accept: 'participant-joined',
  decline: 'participant-declined',
  save: 'participant-answered',
  complete: 'participant-consented',
  reopen: 'participant-consent-void',
  leave: 'participant-left',
  remove: 'participant-removed',
  release: 'participant-released',
  expire: 'participant-expired',
};

export function audited(
  { platform }: Pick<ParticipantParts, 'platform'>,
  facts: { actor: string; action: string; record: Pick<ParticipantRecord, '_id' | 'applicationId' | 'role'> },
): Companion {
  const { actor, action, record } = facts;
  const subject = { type: 'application', id: record.applicationId };
  return platform.audit.entry({ actor, action, subject, details: { participant: record._id, role: record.role } });
}

export const roleWords: Record<ParticipantRole, string> = { 'co-applicant': 'co-applicant', guarantor: 'guarantor' };

/** Commits, or finds that the same press came a moment before and did what was asked. */
export async function commitOnce(
  { platform }: Pick<ParticipantParts, 'platform'>,
  companions: readonly Companion[],
  done: () => Promise<boolean>,
): Promise<void> {
  try {
    await commitTogether(platform.database, companions);
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'conflict' || !(await done())) throw error;
  }
}

/** Nothing of what a person told us stays where the bank never saw it. */
export const nothingKept = { sections: {}, unfinished: {}, consents: [], agreedTo: null, confirmAgain: false };

/** Tells the applicant. The person is named by role alone: a notice holds no personal value. */
export function toldApplicant(
  { platform }: Pick<ParticipantParts, 'platform'>,
  notice: { record: ParticipantRecord; title: string; text: string; key?: string },
): Companion {
  const { record, title, text, key } = notice;
  const href = `/loans/apply/${record.applicationId}/people`;
  return noticeRow(platform.outbox, { partyId: record.applicantId, title, text, href }, key);
}

/** Tells the participant, where there is one to tell. */
export function toldParticipant(
  { platform }: Pick<ParticipantParts, 'platform'>,
  notice: { record: ParticipantRecord; title: string; text: string; href?: string; key?: string },
): Companion[] {
  const { record, title, text, key, href = `/loans/joint/${record._id}` } = notice;
  const partyId = record.partyId ?? record.inviteeId;
  return partyId === null ? [] : [noticeRow(platform.outbox, { partyId, title, text, href }, key)];
}

/** Not `operators` alone: a list of ids is bounded here, too. */
export const anyOf = (ids: readonly string[]) => operators({ $in: ids.slice(0, 200) });
