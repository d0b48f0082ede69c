import { dateText } from '#core/calendar.ts';
import { notFound } from '#core/errors.ts';
import { newReference } from '#core/ids.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { noticeRow } from '#features/notices/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { isDuplicateKey, operators } from '#platform/mongo.ts';
import { isEditable } from '../applying/application-states.ts';
import { expireOf } from './expiring.ts';
import { participantCollection, type ParticipantRecord } from './participant.model.ts';
import {
  audited,
  limitsOf,
  moveParticipant,
  nothingKept,
  ownApplicationOf,
  recordsOf,
  roleWords,
  todayText,
  toldParticipant,
  type ParticipantParts,
} from './participant-parts.ts';
import {
  invitationDays,
  mayInvite,
  nextState,
  type InviteRefusal,
  type ParticipantRole,
  type Relationship,
} from './participant.rules.ts';
import { placeOf } from './participant-sealing.ts';

export interface InviteOrder {
  actor: string;
  partyId: string;
  applicationId: string;
  /** The form's key: the participant's id. */
  key: string;
  role: ParticipantRole;
  fullName: string;
  email: string;
  relationship: Relationship;
}

const dayMs = 86_400_000;
const mostTries = 4;

/**
 * Invites whoever signs in with the address. A stranger's address makes the same record and the same answer; only
 * nobody is told before it is registered. The same key invites once.
 */
export async function invite(
  parts: ParticipantParts,
  order: InviteOrder,
): Promise<Result<{ openUntil: string }, InviteRefusal>> {
  for (let attempt = 1; ; attempt += 1) {
    const application = await ownApplicationOf(parts, order);
    const known = await sameForm(parts, order);
    if (known) return ok({ openUntil: known.openUntil });
    await expireOf(parts, application._id);
    const emailIndex = parts.identity.accountKey(order.email);
    const slot = mayInvite({
      ...(await inviteFacts(parts, { order, emailIndex })),
      editable: isEditable(application.state),
      role: order.role,
      limits: await limitsOf(parts, application),
    });
    if (!slot.ok) return slot;
    const record = await newRecord(parts, { order, emailIndex, slot: slot.value });
    try {
      await commitTogether(parts.platform.database, [
        { collection: participantCollection, kind: 'insert', document: { ...record } },
        audited(parts, { actor: order.actor, action: 'participant-invited', record }),
        ...invitedNotice(parts, record),
      ]);
      return ok({ openUntil: record.openUntil });
    } catch (error) {
      // The same form twice at once, or another tab that took the place or the address: decided again.
      if (!isDuplicateKey(error) || attempt >= mostTries) throw error;
    }
  }
}

/** What the same form has made before; somebody else's record of that id is a taken key, and so no invitation. */
async function sameForm(
  { participants }: ParticipantParts,
  order: InviteOrder,
): Promise<ParticipantRecord | undefined> {
  const found = await participants.findOne({ _id: order.key }).lean<ParticipantRecord>();
  if (!found) return undefined;
  if (found.applicantId === order.partyId && found.applicationId === order.applicationId) return found;
  throw notFound('Invitation');
}

async function inviteFacts(parts: ParticipantParts, facts: { order: InviteOrder; emailIndex: string }) {
  const { order, emailIndex } = facts;
  const yesterday = new Date(parts.platform.clock.now().epochMilliseconds - dayMs);
  const [records, sentLately, applicant] = await Promise.all([
    recordsOf(parts, order.applicationId),
    parts.participants.countDocuments({ applicantId: order.partyId, at: operators({ $gt: yesterday }) }),
    parts.customers.person(order.partyId),
  ]);
  const active = records.filter((record) => record.active);
  return {
    yourself: parts.identity.accountKey(applicant.email) === emailIndex,
    alreadyInvited: active.some((record) => record.emailIndex === emailIndex),
    taken: active.map((record) => record.slot),
    sentLately,
  };
}

async function newRecord(
  { platform, identity }: ParticipantParts,
  facts: { order: InviteOrder; emailIndex: string; slot: string },
): Promise<ParticipantRecord> {
  const { order, emailIndex, slot } = facts;
  const { key, partyId, applicationId, role, fullName, email, relationship } = order;
  const inviteeId = (await identity.customerOf(email)) ?? null;
  const place = { collection: participantCollection, document: key };
  const at = bsonDate(platform.clock.now());
  const today = await platform.bankDay.today();
  return {
    ...{ _id: key, applicationId, applicantId: partyId, role, slot, state: 'invited', active: true, version: 1 },
    invited: await platform.vault.sealAll(partyId, place, { fullName, email, relationship }),
    code: await platform.vault.seal(partyId, placeOf(key, 'code'), newReference()),
    ...{ wrongCodes: 0, emailIndex, inviteeId, proved: inviteeId !== null, partyId: null },
    ...{ ...nothingKept, signature: null, releaseAsked: null, at, changedAt: at, completedAt: null },
    openUntil: dateText(today.add({ days: invitationDays })),
  };
}

/** The same words whoever the person is; a stranger's comes when they have registered. */
export function invitedNotice(
  { platform }: Pick<ParticipantParts, 'platform'>,
  record: ParticipantRecord,
): Companion[] {
  if (record.inviteeId === null) return [];
  const notice = {
    partyId: record.inviteeId,
    title: `You are asked to be ${roleWords[record.role]} of a loan`,
    text: `Somebody who applies for a loan asks you to stand beside them. See what it means and decide until ${platform.formats.date(record.openUntil)}. If you do nothing, nothing changes.`,
    href: `/loans/joint/${record._id}`,
  };
  return [noticeRow(platform.outbox, notice, `participant-invited:${record._id}`)];
}

/** One of the applicant's own application, ended ones included. */
export async function invitedByOwn(
  { participants }: ParticipantParts,
  own: { partyId: string; applicationId: string; participantId: string },
): Promise<ParticipantRecord> {
  const { partyId: applicantId, applicationId, participantId: _id } = own;
  const record = await participants.findOne({ _id, applicationId, applicantId }).lean<ParticipantRecord>();
  if (!record) throw notFound('Participant');
  return record;
}

/** Takes an invitation back or removes a person; one who is gone already stays gone. */
export async function removeParticipant(
  parts: ParticipantParts,
  order: { actor: string; partyId: string; applicationId: string; participantId: string },
): Promise<Result<'removed', { code: 'not-open' }>> {
  const [application, record] = await Promise.all([ownApplicationOf(parts, order), invitedByOwn(parts, order)]);
  if (nextState(record.state, 'remove') === undefined) return ok('removed');
  // An invitation can always be taken back; a person who has joined stays once the bank has the application.
  if (record.state !== 'invited' && !isEditable(application.state)) return refuse({ code: 'not-open' });
  const late = record.openUntil < (await todayText(parts));
  const set = application.submittedAt === null ? nothingKept : {};
  await commitTogether(parts.platform.database, [
    ...moveParticipant(parts, { record, action: 'remove', actor: order.actor, set }),
    ...(record.state === 'invited' && late ? [] : removedNotice(parts, record)),
  ]);
  return ok('removed');
}

function removedNotice(parts: ParticipantParts, record: ParticipantRecord): Companion[] {
  const invited = record.state === 'invited';
  return toldParticipant(parts, {
    record,
    title: invited ? 'An invitation was taken back' : 'You are no longer part of a loan application',
    text: invited
      ? 'Somebody who asked you to join their loan application took the invitation back. You need to do nothing.'
      : `The applicant took you out of their loan application. You are not its ${roleWords[record.role]} any more and owe nothing for it.`,
    href: '/loans/joint',
  });
}
