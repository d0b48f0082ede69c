import { ok, refuse, type Result } from '#core/result.ts';
import type { Actor } from '#core/roles.ts';
import { Fault } from '#core/errors.ts';
import { noticeRow } from '#features/notices/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import { erased, type Vault } from '#platform/vault/vault.ts';
import type { Application, Condition } from '../applying/application.model.ts';
import { applicationOf, conflictWith, moved, type PayoutParts, type PayoutRefusal } from './payout-parts.ts';

export interface MeetOrder {
  actor: Actor;
  applicationId: string;
  version: number;
  conditionId: string;
  note: string;
}

const placeOf = (applicationId: string, id: string) => ({
  collection: 'applications',
  document: applicationId,
  field: `condition.${id}`,
});

/** One officer says that a condition is met, and how they know; doing it twice changes nothing. */
export async function meetCondition(parts: PayoutParts, order: MeetOrder): Promise<Result<Application, PayoutRefusal>> {
  const { platform } = parts;
  const { actor, applicationId, version, conditionId, note } = order;
  const application = await applicationOf(parts, applicationId);
  const conflict = await conflictWith(parts, { actor, application });
  if (conflict) return refuse(conflict);
  const condition = application.conditions.find(({ id }) => id === conditionId);
  const isOpen = ['offered', 'accepted', 'part-disbursed'].includes(application.state);
  if (!condition || !isOpen) return refuse(moved);
  if (condition.met) return ok(application);
  if (application.version !== version) return refuse(moved);
  const sealed = await platform.vault.seal(application.partyId, placeOf(applicationId, conditionId), note);
  const met = { by: actor.userId, at: bsonDate(platform.clock.now()), note: sealed };
  const conditions = application.conditions.map((one) => (one.id === conditionId ? { ...one, met } : one));
  const left = conditions.filter((one) => one.met === null).length;
  const { _id, partyId, state } = application;
  const text = left === 0 ? 'Nothing more is asked of you.' : `${left} more to go.`;
  try {
    await commitTogether(platform.database, [
      {
        collection: 'applications',
        kind: 'update',
        filter: { _id, version, state },
        change: { $set: { conditions, changedAt: met.at }, $inc: { version: 1 } },
      },
      platform.audit.entry({
        actor: actor.userId,
        action: 'condition-met',
        subject: { type: 'application', id: _id },
        details: { condition: conditionId },
      }),
      noticeRow(platform.outbox, {
        partyId,
        title: 'A condition of your loan is met',
        // The words of a condition may name a place or a person, so that they stand on the page alone.
        text: `The page of your offer says which one. ${text}`,
        href: `/loans/apply/${_id}/offer`,
      }),
    ]);
  } catch (error) {
    if (error instanceof Fault && error.kind === 'conflict') return refuse(moved);
    throw error;
  }
  return ok({ ...application, conditions, version: version + 1 });
}

export async function notesOf(vault: Vault, { _id, conditions }: Application): Promise<Map<string, string>> {
  const notes = new Map<string, string>();
  for (const { id, met } of conditions) if (met?.note) notes.set(id, await opened(vault, _id, { id, met }));
  return notes;
}

async function opened(vault: Vault, applicationId: string, { id, met }: Pick<Condition, 'id' | 'met'>) {
  if (!met?.note) return '';
  const text = await vault.open(placeOf(applicationId, id), met.note);
  return text === erased ? '' : text;
}
