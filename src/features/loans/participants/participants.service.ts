import type { Result } from '#core/result.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Identity } from '#features/identity/index.ts';
import type { Products } from '#features/products/index.ts';
import type { DayStep } from '#platform/close-of-day/step.ts';
import type { Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import { applicationModel, type Application } from '../applying/application.model.ts';
import { loanModel } from '../loan.model.ts';
import type { PersonOnFile } from '../underwriting/file/people-on-file.ts';
import { invitationsStep } from './expiring.ts';
import {
  askRelease,
  complete,
  release,
  type Released,
  saveAnswers,
  takeConsentBack,
  voidOldConsents,
  type PersonInput,
  type SaveRefusal,
} from './filling.ts';
import { invite, removeParticipant, type InviteOrder } from './inviting.ts';
import {
  accept,
  leave,
  listJoint,
  proveByCode,
  type AcceptRefusal,
  type CodeRefusal,
  type JointOrder,
} from './joining.ts';
import { jointOf, jointView, type JointView } from './joint-reading.ts';
import { participantModel, type ParticipantRecord, type PersonSection } from './participant.model.ts';
import { ownApplicationOf, type ParticipantParts } from './participant-parts.ts';
import type { CompleteRefusal, InviteRefusal, MissingPerson, SignRefusal } from './participant.rules.ts';
import {
  answersOf,
  joinedOnFile,
  mayUpload,
  missingParticipants,
  openedSections,
  participantsOf,
  partiesOf,
  peopleOf,
  submissionGuards,
  type Participant,
  type ParticipantAnswers,
  type PeopleOfOwn,
  type PersonAnswers,
} from './reading.ts';
import { offerToSign, paperForParticipant, sign, unsigned, type OfferToSign, type SignOrder } from './signing.ts';
import { keepUnfinished, openUnfinished } from './unfinished-answers.ts';

interface NotOpen {
  code: 'not-open';
}
interface Own {
  partyId: string;
  applicationId: string;
}
interface Joint {
  partyId: string;
  participantId: string;
}

/** Co-applicants and guarantors of an application: each is invited, answers for themselves, and consents. */
export interface Participants {
  /** Without anything personal: active ones first. */
  of(applicationId: string): Promise<Participant[]>;
  /** The applicant and all who joined. */
  parties(applicationId: string): Promise<string[]>;
  /** What stands in the way of sending the application. */
  missing(application: Application): Promise<MissingPerson[]>;
  /** To commit with the submission, so that nobody takes a consent back in between. */
  submissionGuards(applicationId: string): Promise<Companion[]>;
  /** After the terms were saved: whoever agreed to others is asked again. */
  voidOldConsents(applicationId: string): Promise<number>;
  /** What the participants told us, opened, for officers. */
  answers(applicationId: string): Promise<ParticipantAnswers[]>;
  /** The same as the file page has everybody on it. */
  joined(applicationId: string): Promise<PersonOnFile[]>;
  mayUpload(query: Own): Promise<boolean>;
  /** Who must still sign before anything is paid out. */
  unsigned(applicationId: string): Promise<Pick<Participant, 'id' | 'role'>[]>;
  daySteps(): DayStep[];

  /** The applicant's side; another party's application is not found. */
  own(query: Own): Promise<{ application: Application } & PeopleOfOwn>;
  invite(order: InviteOrder): Promise<Result<{ openUntil: string }, InviteRefusal>>;
  remove(order: Own & { actor: string; participantId: string }): Promise<Result<'removed', NotOpen>>;

  /** The invited person's side; what somebody else was invited to is not found. */
  listJoint(partyId: string): Promise<JointView[]>;
  joint(query: Joint): Promise<JointView>;
  ownAnswers(record: ParticipantRecord): Promise<PersonAnswers>;
  /** Keeps what was typed and makes no answers yet. */
  keepUnfinished(
    order: JointOrder & { section: PersonSection; values: Readonly<Record<string, string>> },
  ): Promise<void>;
  openUnfinished(record: ParticipantRecord, section: PersonSection): Promise<Record<string, string> | undefined>;
  prefill(partyId: string): ReturnType<Customers['person']>;
  prove(order: JointOrder & { code: string }): Promise<Result<'proved', CodeRefusal>>;
  accept(order: JointOrder): Promise<Result<'joined', AcceptRefusal>>;
  leave(order: JointOrder): Promise<Result<'left', NotOpen>>;
  save(order: JointOrder & { version: number; input: PersonInput }): Promise<Result<ParticipantRecord, SaveRefusal>>;
  complete(
    order: JointOrder & { version: number; terms: string; marketing: 'yes' | 'no' },
  ): Promise<Result<'complete', CompleteRefusal>>;
  takeConsentBack(order: JointOrder): Promise<Result<'taken-back', NotOpen>>;
  askRelease(order: JointOrder & { text: string }): Promise<Result<'asked', NotOpen>>;
  offerToSign(query: Joint): Promise<OfferToSign | undefined>;
  /** One of its papers, as the participant signed it or would sign it now. */
  offerPaper(query: Parameters<typeof paperForParticipant>[1]): ReturnType<typeof paperForParticipant>;
  sign(order: SignOrder): Promise<Result<'signed', SignRefusal>>;

  /** The officer's; whether they may work on the file, the caller has asked. */
  release(order: { actor: string; applicationId: string; participantId: string }): Promise<Result<Released, NotOpen>>;
}

export interface ParticipantDeps {
  identity: Pick<Identity, 'accountKey' | 'customerOf'>;
  customers: Pick<Customers, 'names' | 'person'>;
  products: Pick<Products, 'version'>;
}

export function createParticipants(platform: Platform, deps: ParticipantDeps): Participants {
  const { connection } = platform.database;
  const { identity, customers, products } = deps;
  const applications = applicationModel(connection);
  const parts: ParticipantParts = {
    ...{ platform, identity, customers, products, applications, participants: participantModel(connection) },
    loans: loanModel(connection),
  };
  return {
    of: (applicationId) => participantsOf(parts, applicationId),
    parties: (applicationId) => partiesOf(parts, applicationId),
    missing: (application) => missingParticipants(parts, application),
    submissionGuards: (applicationId) => submissionGuards(parts, applicationId),
    voidOldConsents: (applicationId) => voidOldConsents(parts, applicationId),
    answers: (applicationId) => answersOf(parts, applicationId),
    joined: (applicationId) => joinedOnFile(parts, applicationId),
    mayUpload: (query) => mayUpload(parts, query),
    unsigned: (applicationId) => unsigned(parts, applicationId),
    daySteps: () => [invitationsStep(parts)],
    own: async (query) => {
      const application = await ownApplicationOf(parts, query);
      return { application, ...(await peopleOf(parts, application)) };
    },
    invite: (order) => invite(parts, order),
    remove: (order) => removeParticipant(parts, order),
    listJoint: async (partyId) => {
      const records = await listJoint(parts, partyId);
      return Promise.all(records.map((record) => jointOf(parts, record)));
    },
    joint: (query) => jointView(parts, query),
    ownAnswers: (record) => openedSections(parts, record),
    keepUnfinished: (order) => keepUnfinished(parts, order),
    openUnfinished: (record, section) => openUnfinished(parts, record, section),
    prefill: (partyId) => customers.person(partyId),
    prove: (order) => proveByCode(parts, order),
    accept: (order) => accept(parts, order),
    leave: (order) => leave(parts, order),
    save: (order) => saveAnswers(parts, order),
    complete: (order) => complete(parts, order),
    takeConsentBack: (order) => takeConsentBack(parts, order),
    askRelease: (order) => askRelease(parts, order),
    offerToSign: (query) => offerToSign(parts, query),
    offerPaper: (query) => paperForParticipant(parts, query),
    sign: (order) => sign(parts, order),
    release: (order) => release(parts, order),
  };
}
