import { createHash } from 'node:crypto';
import { moneyOf } from '#core/money.ts';
import { erased, type Sealed, type Vault } from '#platform/vault/vault.ts';
import type { Application } from '../applying/application.model.ts';
import { laterQuestions } from '../applying/application-sealing.ts';
import type { SectionAnswers } from '../applying/application-sections.ts';
import {
  participantCollection,
  type InvitedField,
  type ParticipantRecord,
  type PersonSection,
} from './participant.model.ts';

export const placeOf = (document: string, field: string) => ({ collection: participantCollection, document, field });

/** Amounts are marked, since JSON has no bigint and a text of digits may be a phone number. */
const amountMark = 'minorUnits';

/** Answers as one JSON text under the participant's own key. */
export function sealAnswers<S extends PersonSection>(
  vault: Vault,
  target: { partyId: string; participantId: string; section: S },
  answers: SectionAnswers[S],
): Promise<Sealed> {
  const text = JSON.stringify(answers, (_name, value: unknown) =>
    typeof value === 'bigint' ? { [amountMark]: value.toString() } : value,
  );
  return vault.seal(target.partyId, placeOf(target.participantId, target.section), text);
}

/** A section's answers; undefined where it is not answered yet or the participant's key was destroyed. */
export async function openAnswers<S extends PersonSection>(
  vault: Vault,
  participant: Pick<ParticipantRecord, '_id' | 'sections'>,
  section: S,
): Promise<SectionAnswers[S] | undefined> {
  const name: PersonSection = section;
  const kept = participant.sections[name];
  if (!kept) return undefined;
  const text = await vault.open(placeOf(participant._id, name), kept.sealed);
  if (text === erased) return undefined;
  const read = JSON.parse(text, (_name, value: unknown) => amountIn(value) ?? value) as Record<string, unknown>;
  const answers: object = { ...laterQuestions(name, read), ...read };
  return answers as SectionAnswers[S];
}

function amountIn(value: unknown) {
  if (typeof value !== 'object' || value === null || !(amountMark in value)) return undefined;
  return moneyOf(BigInt(String(value[amountMark])));
}

/** What the applicant told us of the person, for the applicant and the officer. */
export function openInvited(
  vault: Vault,
  { _id, invited }: Pick<ParticipantRecord, '_id' | 'invited'>,
): Promise<Record<InvitedField, string>> {
  return vault.openAll({ collection: participantCollection, document: _id }, invited);
}

/** Tells whether the loan is the one that was agreed to: every answer of the terms counts, when it was saved does not. */
export function termsKey({ sections }: Pick<Application, 'sections'>): string | undefined {
  if (!sections.terms) return undefined;
  const { savedAt: _savedAt, ...terms } = sections.terms;
  const entries = Object.entries(terms).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify(entries, (_name, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return createHash('sha256').update(text).digest('base64url');
}
