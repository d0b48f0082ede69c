import { present } from '#core/assert.ts';
import type { Companion } from '#platform/companion.ts';
import { operators } from '#platform/mongo.ts';
import type { Application } from '../applying/application.model.ts';
import { isEditable, type ApplicationState } from '../applying/application-states.ts';
import type { SectionAnswers, SectionInput } from '../applying/application-sections.ts';
import type { PersonOnFile } from '../underwriting/file/people-on-file.ts';
import { voidOldConsents } from './filling.ts';
import {
  participantCollection,
  type ParticipantConsent,
  type ParticipantRecord,
  type PersonSection,
} from './participant.model.ts';
import {
  applicationOf,
  asOfToday,
  limitsOf,
  mostListed,
  personSections,
  recordsOf,
  type ParticipantParts,
} from './participant-parts.ts';
import {
  hasJoined,
  missingPeople,
  type MissingPerson,
  type ParticipantLimits,
  type ParticipantRole,
  type ParticipantState,
} from './participant.rules.ts';
import { openAnswers, openInvited, placeOf, termsKey } from './participant-sealing.ts';

/** A participant without anything personal: what other parts of the program may know. */
export interface Participant {
  id: string;
  role: ParticipantRole;
  partyId: string | null;
  state: ParticipantState;
  confirmAgain: boolean;
  openUntil: string;
  /** Whether they signed the offer that stands now. */
  signed: boolean;
}

/** One of the applicant's list: what the applicant wrote themselves, and the state alone of what became of it. */
export interface InvitedPerson extends Participant {
  fullName: string;
  email: string;
  relationship: string;
  /** What the applicant tells the person by another way; only while the invitation is open. */
  code: string | undefined;
}

export type PersonAnswers = { [S in PersonSection]?: SectionAnswers[S] };

/** What a participant told us, opened: for the officer and for affordability. */
export interface ParticipantAnswers extends Participant {
  name: string;
  relationship: string;
  sections: PersonAnswers;
  consents: readonly ParticipantConsent[];
  completedAt: Date | null;
  releaseAsked: { at: Date; text: string } | null;
  signedAt: Date | null;
}

/** The offer that can be signed now. */
export function offerKey({ decision }: Pick<Application, 'decision'>): string | undefined {
  return decision?.outcome === 'approved' ? decision.at.toISOString() : undefined;
}

export function participantOf(record: ParticipantRecord, application: Application): Participant {
  const { _id: id, role, partyId, openUntil, signature, agreedTo } = record;
  // An application that was sent has the terms that were agreed to, whatever an officer makes of them.
  const stale = record.state === 'complete' && isEditable(application.state) && agreedTo !== termsKey(application);
  const state = stale ? 'joined' : record.state;
  const signed = signature !== null && signature.offer === offerKey(application);
  return { id, role, partyId, state, confirmAgain: stale || record.confirmAgain, openUntil, signed };
}

export async function participantsOf(parts: ParticipantParts, applicationId: string): Promise<Participant[]> {
  const application = await applicationOf(parts, applicationId);
  const records = await asOfToday(parts, await recordsOf(parts, applicationId));
  return records.map((record) => participantOf(record, application));
}

/** The applicant and everybody who joined: for conflicts of interest, documents and KYC. */
export async function partiesOf(parts: ParticipantParts, applicationId: string): Promise<string[]> {
  const application = await applicationOf(parts, applicationId);
  const joined = await joinedOf(parts, applicationId);
  return [application.partyId, ...joined.map((record) => present(record.partyId, 'The party of one who joined'))];
}

function joinedOf({ participants }: ParticipantParts, applicationId: string): Promise<ParticipantRecord[]> {
  return participants
    .find({ applicationId, active: true, state: operators({ $in: ['joined', 'complete'] as const }) })
    .sort({ _id: 1 })
    .limit(mostListed)
    .lean<ParticipantRecord[]>()
    .exec();
}

export interface PeopleOfOwn {
  people: InvitedPerson[];
  limits: ParticipantLimits;
  missing: MissingPerson[];
}

/** The applicant's list. */
export async function peopleOf(parts: ParticipantParts, application: Application): Promise<PeopleOfOwn> {
  const { vault } = parts.platform;
  const records = await asOfToday(parts, await recordsOf(parts, application._id));
  const people = await Promise.all(
    records.map(async (record): Promise<InvitedPerson> => {
      const { fullName, email, relationship } = await openInvited(vault, record);
      const open = record.state === 'invited';
      const code = open ? await vault.open(placeOf(record._id, 'code'), record.code) : undefined;
      return { ...participantOf(record, application), fullName, email, relationship, code };
    }),
  );
  const limits = await limitsOf(parts, application);
  return { people, limits, missing: missingPeople({ limits, people }) };
}

/** What still stands in the way of sending the application. Asks those again who agreed to another loan. */
export async function missingParticipants(parts: ParticipantParts, application: Application): Promise<MissingPerson[]> {
  await voidOldConsents(parts, application._id);
  const limits = await limitsOf(parts, application);
  return missingPeople({ limits, people: await participantsOf(parts, application._id) });
}

/**
 * Guards to commit together with the submission: whoever takes a consent back at the same moment comes first or too
 * late, never in between.
 */
export async function submissionGuards(parts: ParticipantParts, applicationId: string): Promise<Companion[]> {
  const records = await recordsOf(parts, applicationId);
  return records
    .filter((record) => hasJoined(record.state))
    .map(({ _id, version, agreedTo }) => ({
      collection: participantCollection,
      kind: 'update',
      filter: { _id, version, state: 'complete', agreedTo },
      change: { $inc: { version: 1 } },
    }));
}

export async function answersOf(parts: ParticipantParts, applicationId: string): Promise<ParticipantAnswers[]> {
  const { vault } = parts.platform;
  const application = await applicationOf(parts, applicationId);
  const records = await joinedOf(parts, applicationId);
  const names = await parts.customers.names(records.flatMap(({ partyId }) => partyId ?? []));
  return Promise.all(
    records.map(async (record): Promise<ParticipantAnswers> => {
      const { releaseAsked, consents, completedAt, signature } = record;
      const participant = participantOf(record, application);
      const text = releaseAsked && (await vault.open(placeOf(record._id, 'releaseAsked.text'), releaseAsked.text));
      return {
        ...participant,
        ...{ consents, completedAt, signedAt: participant.signed && signature ? signature.at : null },
        name: names.get(record.partyId ?? '') ?? '',
        relationship: (await openInvited(vault, record)).relationship,
        sections: await openedSections(parts, record),
        releaseAsked: releaseAsked && text !== null ? { at: releaseAsked.at, text } : null,
      };
    }),
  );
}

export async function openedSections(parts: ParticipantParts, record: ParticipantRecord): Promise<PersonAnswers> {
  const opened = await Promise.all(
    personSections.map(async (name) => [name, await openAnswers(parts.platform.vault, record, name)] as const),
  );
  return Object.fromEntries(opened.filter(([, answers]) => answers !== undefined));
}

/** As the officer's file has everybody on it. */
export async function joinedOnFile(parts: ParticipantParts, applicationId: string): Promise<PersonOnFile[]> {
  const answers = await answersOf(parts, applicationId);
  return answers.map(({ partyId, role, name, state, consents, sections }) => ({
    ...{ partyId: present(partyId, 'The party of one who joined'), role, name, complete: state === 'complete' },
    consented: consents.some((consent) => consent.name === 'credit-bureau' && consent.given),
    sections: personSections.flatMap((section) =>
      // The section's name and its answers are one pair, which the compiler cannot see through the union.
      sections[section] ? [{ section, answers: sections[section] } as SectionInput] : [],
    ),
  }));
}

const uploadStates: readonly ApplicationState[] = [
  ...(['draft', 'submitted', 'asked', 'returned', 'proposed', 'offered', 'accepted'] as const),
];

/** Whether a party may bring documents to an application as its participant; the applicant is none. */
export async function mayUpload(
  parts: ParticipantParts,
  { applicationId, partyId }: { applicationId: string; partyId: string },
): Promise<boolean> {
  const own = await parts.participants.exists({ applicationId, active: true, partyId });
  if (!own) return false;
  return uploadStates.includes((await applicationOf(parts, applicationId)).state);
}
