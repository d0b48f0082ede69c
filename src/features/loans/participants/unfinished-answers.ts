import { bsonDate } from '#platform/clock.ts';
import { erased } from '#platform/vault/vault.ts';
import { isEditable } from '../applying/application-states.ts';
import { findJoint, type JointOrder } from './joining.ts';
import type { ParticipantRecord, PersonSection } from './participant.model.ts';
import { applicationOf, type ParticipantParts } from './participant-parts.ts';
import { hasJoined } from './participant.rules.ts';
import { placeOf } from './participant-sealing.ts';

/** Nothing that is typed into these forms is longer; more of it would only be somebody filling our disk. */
const longestValue = 300;
const mostValues = 60;

/** Keeps what was typed and makes no answers yet, so that nothing is lost when the person or the session goes. */
export async function keepUnfinished(
  parts: ParticipantParts,
  order: JointOrder & { section: PersonSection; values: Readonly<Record<string, string>> },
): Promise<void> {
  const { platform, participants } = parts;
  const { section, values, partyId } = order;
  const record = await findJoint(parts, order);
  const { state } = await applicationOf(parts, record.applicationId);
  if (!hasJoined(record.state) || !isEditable(state)) return;
  const { _id } = record;
  const entries = Object.entries(values).slice(0, mostValues);
  const text = JSON.stringify(Object.fromEntries(entries.map(([name, value]) => [name, value.slice(0, longestValue)])));
  const sealed = await platform.vault.seal(partyId, placeOf(_id, `unfinished.${section}`), text);
  const kept = { sealed, savedAt: bsonDate(platform.clock.now()) };
  await participants.updateOne({ _id, state: record.state }, { $set: { [`unfinished.${section}`]: kept } });
}

/** What was typed since the section was saved; undefined where there is none. */
export async function openUnfinished(
  { platform }: Pick<ParticipantParts, 'platform'>,
  record: Pick<ParticipantRecord, '_id' | 'unfinished'>,
  section: PersonSection,
): Promise<Record<string, string> | undefined> {
  const kept = record.unfinished[section];
  if (!kept) return undefined;
  const text = await platform.vault.open(placeOf(record._id, `unfinished.${section}`), kept.sealed);
  return text === erased ? undefined : (JSON.parse(text) as Record<string, string>);
}
