import { conflict, Fault, notFound } from '#core/errors.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { ageFault, type AgeFault } from '../applying/application.rules.ts';
import { isEditable, undecidedStates } from '../applying/application-states.ts';
import { formNumber, type SectionInput } from '../applying/application-sections.ts';
import { findJoint, type JointOrder } from './joining.ts';
import {
  participantCollection,
  type ParticipantConsent,
  type ParticipantRecord,
  type PersonSection,
} from './participant.model.ts';
import {
  applicationOf,
  commitOnce,
  limitsOf,
  missingOf,
  moveParticipant,
  recordsOf,
  roleWords,
  toldApplicant,
  toldParticipant,
  type ParticipantParts,
} from './participant-parts.ts';
import { mayComplete, nextState, type CompleteRefusal } from './participant.rules.ts';
import { placeOf, sealAnswers, termsKey } from './participant-sealing.ts';
import { consentVersion } from './participant-texts.ts';

export type PersonInput = Extract<SectionInput, { section: PersonSection }>;
export type SaveRefusal = { code: 'not-open' } | { code: AgeFault };

/** The participant's record with the application, where an action of theirs is open. */
async function open(parts: ParticipantParts, order: JointOrder & { version: number }, action: 'save' | 'complete') {
  const record = await findJoint(parts, order);
  const application = await applicationOf(parts, record.applicationId);
  const may = nextState(record.state, action) !== undefined && isEditable(application.state);
  if (may && record.version !== order.version) throw conflict('The page');
  return { record, application, may };
}

/** Saves one section. Whoever had finished declares anew: a declaration is about the answers as they were. */
export async function saveAnswers(
  parts: ParticipantParts,
  order: JointOrder & { version: number; input: PersonInput },
): Promise<Result<ParticipantRecord, SaveRefusal>> {
  const { platform } = parts;
  const { record, may } = await open(parts, order, 'save');
  if (!may) return refuse({ code: 'not-open' });
  const { input, partyId } = order;
  if (input.section === 'personal') {
    const code = ageFault(input.answers.birthDate, await platform.bankDay.today());
    if (code) return refuse({ code });
  }
  const target = { partyId, participantId: record._id, section: input.section };
  const sealed = await sealAnswers(platform.vault, target, input.answers);
  const kept = { sealed, savedAt: bsonDate(platform.clock.now()), form: formNumber(input.section) };
  const set = { [`sections.${input.section}`]: kept, consents: [], agreedTo: null, completedAt: null };
  await commitTogether(parts.platform.database, [
    ...moveParticipant(parts, {
      ...{ record, action: 'save', actor: order.actor, set },
      unset: { [`unfinished.${input.section}`]: '' },
    }),
    ...(record.state === 'complete' ? [changedNotice(parts, record)] : []),
  ]);
  return ok({ ...record, state: 'joined', sections: { ...record.sections, [input.section]: kept } });
}

function changedNotice(parts: ParticipantParts, record: ParticipantRecord): Companion {
  return toldApplicant(parts, {
    record,
    title: `Your ${roleWords[record.role]} is changing an answer`,
    text: `Your ${roleWords[record.role]} had finished and is changing an answer. You can send the application when they have finished again.`,
  });
}

/** Everything answered and declared, for the loan as the page showed it. */
export async function complete(
  parts: ParticipantParts,
  order: JointOrder & { version: number; terms: string; marketing: 'yes' | 'no' },
): Promise<Result<'complete', CompleteRefusal>> {
  const { platform } = parts;
  const { record, application, may } = await open(parts, order, 'complete');
  const terms = termsKey(application);
  if (record.state === 'complete')
    return record.agreedTo === terms ? ok('complete') : refuse({ code: 'terms-changed' });
  const facts = { missing: missingOf(record), terms, shown: order.terms };
  const decided = mayComplete({ open: may, ...facts });
  if (!decided.ok) return decided;
  const at = bsonDate(platform.clock.now());
  const given = (name: ParticipantConsent['name'], yes = true) => ({ name, given: yes, at, wording: consentVersion });
  const consents: ParticipantConsent[] = [
    ...[given('truthful'), given('credit-bureau'), given('liability'), given('marketing', order.marketing === 'yes')],
  ];
  const set = { consents, agreedTo: decided.value, confirmAgain: false, completedAt: at };
  const companions = [
    ...moveParticipant(parts, { record, action: 'complete', actor: order.actor, set }),
    toldApplicant(parts, {
      record,
      title: `Your ${roleWords[record.role]} has finished`,
      text: `Your ${roleWords[record.role]} has answered everything and agreed. What they answered stays between them and us.`,
    }),
  ];
  await commitOnce(parts, companions, async () => (await findJoint(parts, order)).state === 'complete');
  return ok('complete');
}

const voided = { consents: [], agreedTo: null, completedAt: null };

/** The participant takes their consent back; until they agree again the application cannot be sent. */
export async function takeConsentBack(
  parts: ParticipantParts,
  order: JointOrder,
): Promise<Result<'taken-back', { code: 'not-open' }>> {
  const record = await findJoint(parts, order);
  if (record.state === 'joined') return ok('taken-back');
  const application = await applicationOf(parts, record.applicationId);
  if (nextState(record.state, 'reopen') === undefined || !isEditable(application.state))
    return refuse({ code: 'not-open' });
  const text = `Your ${roleWords[record.role]} has taken their consent back. You can send the application when they agree again, or without them.`;
  await commitTogether(parts.platform.database, [
    ...moveParticipant(parts, { record, action: 'reopen', actor: order.actor, set: voided }),
    toldApplicant(parts, { record, title: 'A consent was taken back', text }),
  ]);
  return ok('taken-back');
}

/**
 * Whoever agreed to another loan than the application asks for now has to agree again. To be called after the terms
 * were saved; safe to call at any time, since it compares what was agreed with what is asked for. Gives how many.
 */
export async function voidOldConsents(parts: ParticipantParts, applicationId: string): Promise<number> {
  const application = await applicationOf(parts, applicationId);
  if (!isEditable(application.state)) return 0;
  const now = termsKey(application);
  const records = await recordsOf(parts, applicationId);
  let count = 0;
  for (const record of records) {
    if (record.state === 'complete' && record.agreedTo !== now && (await voidOne(parts, record))) count += 1;
  }
  return count;
}

async function voidOne(parts: ParticipantParts, record: ParticipantRecord): Promise<boolean> {
  const set = { ...voided, confirmAgain: true };
  try {
    await commitTogether(parts.platform.database, [
      ...moveParticipant(parts, { record, action: 'reopen', actor: 'system', set }),
      ...toldParticipant(parts, {
        record,
        title: 'The loan has changed: please look again',
        text: `The amount, the term or the purpose of the loan is another one now, so what you agreed to does not count any more. Read the new terms and confirm again as ${roleWords[record.role]}.`,
      }),
      toldApplicant(parts, {
        record,
        title: `Your ${roleWords[record.role]} must agree again`,
        text: `You changed the loan after your ${roleWords[record.role]} had agreed to it. We have asked them to look at it again; you can send the application when they have.`,
      }),
    ]);
    return true;
  } catch (error) {
    // They did something themselves at the same moment; the next look compares again.
    if (error instanceof Fault && error.kind === 'conflict') return false;
    throw error;
  }
}

/** After the application was sent only an officer can let a participant go; this asks for it. */
export async function askRelease(
  parts: ParticipantParts,
  order: JointOrder & { text: string },
): Promise<Result<'asked', { code: 'not-open' }>> {
  const { platform } = parts;
  const record = await findJoint(parts, order);
  const application = await applicationOf(parts, record.applicationId);
  const sent = undecidedStates.includes(application.state) && !isEditable(application.state);
  if (nextState(record.state, 'release') === undefined || !sent) return refuse({ code: 'not-open' });
  const { _id, version } = record;
  const text = await platform.vault.seal(order.partyId, placeOf(_id, 'releaseAsked.text'), order.text);
  const releaseAsked = { at: bsonDate(platform.clock.now()), text };
  const subject = { type: 'application', id: record.applicationId };
  await commitTogether(platform.database, [
    {
      collection: participantCollection,
      kind: 'update',
      filter: { _id, version },
      change: { $set: { releaseAsked }, $inc: { version: 1 } },
    },
    platform.audit.entry({
      actor: order.actor,
      action: 'participant-asks-release',
      subject,
      details: { participant: _id },
    }),
  ]);
  return ok('asked');
}

/** `guarantor-missing`: the product asks for one, so that nothing can be approved before there is another. */
export type Released = 'released' | 'guarantor-missing';

/** The officer lets a participant of a sent application go; whether the officer may work on the file, the caller asks. */
export async function release(
  parts: ParticipantParts,
  order: { actor: string; applicationId: string; participantId: string },
): Promise<Result<Released, { code: 'not-open' }>> {
  const { participantId: _id, applicationId } = order;
  const record = await parts.participants.findOne({ _id, applicationId }).lean<ParticipantRecord>();
  if (!record) throw notFound('Participant');
  const application = await applicationOf(parts, applicationId);
  const may = nextState(record.state, 'release') !== undefined && undecidedStates.includes(application.state);
  if (!may) return refuse({ code: 'not-open' });
  const role = roleWords[record.role];
  const needed = record.role === 'guarantor' && (await limitsOf(parts, application)).guarantor === 'required';
  await commitTogether(parts.platform.database, [
    ...moveParticipant(parts, { record, action: 'release', actor: order.actor }),
    ...toldParticipant(parts, {
      record,
      title: 'You are no longer part of a loan application',
      text: `We have let you go as ${role}. You owe nothing for this loan.`,
      href: '/loans/joint',
    }),
    toldApplicant(parts, {
      record,
      title: `Your application has no ${role} any more`,
      text: needed
        ? 'We have let your guarantor go. This loan needs one: an officer gives the application back to you, so that you can invite somebody else.'
        : `We have let your ${role} go. An officer tells you if your application needs somebody else.`,
    }),
  ]);
  return ok(needed ? 'guarantor-missing' : 'released');
}
