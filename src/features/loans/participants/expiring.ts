import { dateText, type PlainDate } from '#core/calendar.ts';
import { Fault } from '#core/errors.ts';
import type { DayStep } from '#platform/close-of-day/step.ts';
import { commitTogether } from '#platform/companion.ts';
import { operators } from '#platform/mongo.ts';
import type { ParticipantRecord } from './participant.model.ts';
import { moveParticipant, roleWords, todayText, toldApplicant, type ParticipantParts } from './participant-parts.ts';

const batchSize = 100;
const mostBatches = 1_000;

/** Ends the invitations whose last day is before `today`; gives how many. */
export async function expireInvitations(parts: ParticipantParts, today: PlainDate): Promise<number> {
  let count = 0;
  for (let batch = 0; batch < mostBatches; batch += 1) {
    const late = await lateOnes(parts, { before: dateText(today) });
    for (const record of late) {
      if (await expire(parts, record)) count += 1;
    }
    if (late.length < batchSize) break;
  }
  return count;
}

/** Those of one application, so that what ran out takes nobody's place. */
export async function expireOf(parts: ParticipantParts, applicationId: string): Promise<void> {
  const late = await lateOnes(parts, { applicationId, before: await todayText(parts) });
  for (const record of late) await expire(parts, record);
}

function lateOnes(
  { participants }: ParticipantParts,
  facts: { applicationId?: string; before: string },
): Promise<ParticipantRecord[]> {
  const { applicationId, before } = facts;
  const late = { state: 'invited' as const, openUntil: operators({ $lt: before }) };
  const filter = applicationId === undefined ? late : { ...late, applicationId, active: true };
  return participants.find(filter).sort({ _id: 1 }).limit(batchSize).lean<ParticipantRecord[]>().exec();
}

/** One that was answered in the meantime stays as it was answered. */
async function expire(parts: ParticipantParts, record: ParticipantRecord): Promise<boolean> {
  try {
    await commitTogether(parts.platform.database, [
      ...moveParticipant(parts, { record, action: 'expire', actor: 'system' }),
      toldApplicant(parts, {
        record,
        title: 'An invitation has run out',
        text: `Your invitation to be ${roleWords[record.role]} of your loan was not answered in time. You can invite the same person again.`,
        key: `participant-expired:${record._id}`,
      }),
    ]);
    return true;
  } catch (error) {
    if (error instanceof Fault && error.kind === 'conflict') return false;
    throw error;
  }
}

/** To be run after the business date has moved on: an invitation can be accepted to the end of its last day. */
export function invitationsStep(parts: ParticipantParts): DayStep {
  return {
    name: 'loan-invitations',
    title: 'Invitations to loans that have run out',
    run: async (day) => {
      day.check();
      await day.progress({ done: await expireInvitations(parts, day.date.add({ days: 1 })) });
    },
  };
}
