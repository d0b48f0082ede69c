import { Fault, notFound } from '#core/errors.ts';
import { normaliseReference } from '#core/ids.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey, operators } from '#platform/mongo.ts';
import { isEditable } from '../applying/application-states.ts';
import { invitedNotice } from './inviting.ts';
import { participantCollection, type ParticipantRecord } from './participant.model.ts';
import {
  applicationOf,
  asOfToday,
  moveParticipant,
  nothingKept,
  roleWords,
  todayText,
  toldApplicant,
  type ParticipantParts,
} from './participant-parts.ts';
import { hasJoined, mostWrongCodes, nextState } from './participant.rules.ts';
import { placeOf } from './participant-sealing.ts';

export interface JointOrder {
  actor: string;
  partyId: string;
  participantId: string;
}

const mostShown = 50;

/** What a customer is asked to join or has joined, newest first, those that count before those that ended. */
export async function listJoint(parts: ParticipantParts, partyId: string): Promise<ParticipantRecord[]> {
  await claim(parts, partyId);
  const found = await parts.participants
    .find({ inviteeId: partyId })
    .sort({ active: -1, _id: -1 })
    .limit(mostShown)
    .lean<ParticipantRecord[]>();
  return asOfToday(parts, found);
}

/**
 * Gives a customer who registered an address the invitations that wait for it, and writes to their inbox. They still
 * have to give the code: a registration does not prove that the address is theirs.
 */
export async function claim(parts: ParticipantParts, partyId: string): Promise<void> {
  const { email } = await parts.customers.person(partyId);
  const emailIndex = parts.identity.accountKey(email);
  const waiting = await parts.participants
    .find({
      ...{ emailIndex, inviteeId: null, state: 'invited' as const },
      openUntil: operators({ $gte: await todayText(parts) }),
    })
    .sort({ _id: 1 })
    .limit(mostShown)
    .lean<ParticipantRecord[]>();
  // The address of a file is not always one that its person signs in with.
  if (waiting.length === 0 || (await parts.identity.customerOf(email)) !== partyId) return;
  for (const record of waiting) await claimOne(parts, { ...record, inviteeId: partyId });
}

async function claimOne(parts: ParticipantParts, record: ParticipantRecord): Promise<void> {
  const { _id, version, inviteeId } = record;
  const filter = { _id, version, inviteeId: null, state: 'invited' };
  const change = { $set: { inviteeId }, $inc: { version: 1 } };
  try {
    await commitTogether(parts.platform.database, [
      { collection: participantCollection, kind: 'update', filter, change },
      ...invitedNotice(parts, record),
    ]);
  } catch (error) {
    // Another tab of the same person did it, or the applicant took it back.
    if (!(error instanceof Fault) || error.kind !== 'conflict') throw error;
  }
}

/** The customer's own, whatever became of it; anybody else's is not found. */
export async function findJoint(
  parts: ParticipantParts,
  own: { partyId: string; participantId: string },
): Promise<ParticipantRecord> {
  const { partyId: inviteeId, participantId: _id } = own;
  const find = () => parts.participants.findOne({ _id, inviteeId }).lean<ParticipantRecord>();
  let record = await find();
  if (!record) {
    await claim(parts, inviteeId);
    record = await find();
  }
  const [today] = record ? await asOfToday(parts, [record]) : [];
  if (!today) throw notFound('Participant');
  return today;
}

export type CodeRefusal = 'wrong' | 'too-many' | 'not-open';

/** The code that the applicant told them: only then it is certain that the invitation is theirs. */
export async function proveByCode(
  parts: ParticipantParts,
  order: JointOrder & { code: string },
): Promise<Result<'proved', CodeRefusal>> {
  const { platform, participants } = parts;
  const record = await findJoint(parts, order);
  const { _id } = record;
  if (record.proved) return ok('proved');
  if (record.state !== 'invited') return refuse('not-open');
  // Counted before it is compared, so that many tries at once are many tries.
  const open = { _id, wrongCodes: operators({ $lt: mostWrongCodes }) };
  const counted = await participants.updateOne(open, { $inc: { wrongCodes: 1 } });
  if (counted.matchedCount === 0) return refuse('too-many');
  const code = await platform.vault.open(placeOf(_id, 'code'), record.code);
  if (normaliseReference(order.code) !== code) return refuse('wrong');
  await participants.updateOne({ _id, state: 'invited' }, { $set: { proved: true }, $inc: { version: 1 } });
  return ok('proved');
}

export type AcceptRefusal = 'not-open' | 'own-application' | 'twice' | 'not-proved';

/** Accepting what one accepted before changes nothing. */
export async function accept(parts: ParticipantParts, order: JointOrder): Promise<Result<'joined', AcceptRefusal>> {
  const record = await findJoint(parts, order);
  if (hasJoined(record.state)) return ok('joined');
  if (!record.proved) return refuse('not-proved');
  const application = await applicationOf(parts, record.applicationId);
  if (application.partyId === order.partyId) return refuse('own-application');
  if (nextState(record.state, 'accept') === undefined || !isEditable(application.state)) return refuse('not-open');
  try {
    await commitTogether(parts.platform.database, [
      ...moveParticipant(parts, { record, action: 'accept', actor: order.actor, set: { partyId: order.partyId } }),
      toldApplicant(parts, {
        record,
        title: `Your ${roleWords[record.role]} has joined`,
        text: `The ${roleWords[record.role]} you invited has accepted and now answers our questions. What they answer stays between them and us.`,
      }),
    ]);
    return ok('joined');
  } catch (error) {
    if (isDuplicateKey(error)) return refuse('twice');
    if (!(error instanceof Fault) || error.kind !== 'conflict') throw error;
    const now = await findJoint(parts, order);
    return hasJoined(now.state) ? ok('joined') : refuse('not-open');
  }
}

/** Says no, or goes again while the applicant can still change the application. */
export async function leave(parts: ParticipantParts, order: JointOrder): Promise<Result<'left', { code: 'not-open' }>> {
  const record = await findJoint(parts, order);
  const application = await applicationOf(parts, record.applicationId);
  if (record.state === 'invited') {
    await commitTogether(parts.platform.database, [
      ...moveParticipant(parts, { record, action: 'decline', actor: order.actor }),
      goneNotice(parts, { record, title: 'An invitation was declined', what: 'declined' }),
    ]);
    return ok('left');
  }
  if (nextState(record.state, 'leave') === undefined) return ok('left');
  if (!isEditable(application.state)) return refuse({ code: 'not-open' });
  const set = application.submittedAt === null ? nothingKept : {};
  await commitTogether(parts.platform.database, [
    ...moveParticipant(parts, { record, action: 'leave', actor: order.actor, set }),
    goneNotice(parts, { record, title: `Your ${roleWords[record.role]} has left`, what: 'has left your application' }),
  ]);
  return ok('left');
}

function goneNotice(parts: ParticipantParts, facts: { record: ParticipantRecord; title: string; what: string }) {
  const { record, title, what } = facts;
  const text = `The person you asked to be ${roleWords[record.role]} ${what}. You can ask them again, or somebody else.`;
  return toldApplicant(parts, { record, title, text });
}
