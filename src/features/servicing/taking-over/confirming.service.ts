import { dateText } from '#core/calendar.ts';
import { Fault, notFound } from '#core/errors.ts';
import type { Actor } from '#core/roles.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import { takeoverCollection, type TakeoverRecord } from './takeover.model.ts';
import { workRow, type TakeoverParts } from './takeover-parts.ts';
import type { ConfirmRefusal } from './takeover-refusals.ts';

/** A file that is about to be removed is not begun with. */
const leastLeftMs = 60 * 60 * 1_000;

export async function confirm(
  parts: TakeoverParts,
  { actor, record, step }: { actor: Actor; record: TakeoverRecord | undefined; step: number },
): Promise<Result<TakeoverRecord, ConfirmRefusal>> {
  if (!record) throw notFound('Import');
  // The same press of the button again.
  if (record.state !== 'checked' && record.confirmedBy === actor.userId) return ok(record);
  if (record.state !== 'checked' || record.step !== step) return refuse({ code: 'moved' });
  if (record.errorLines > 0) return refuse({ code: 'has-errors' });
  if (record.uploadedBy === actor.userId) return refuse({ code: 'own-upload' });
  if (await touchesOwn(parts, record, actor)) return refuse({ code: 'own-loan' });
  if (!record.expiresAt || record.expiresAt.getTime() - Date.now() < leastLeftMs) return refuse({ code: 'too-old' });
  const { platform } = parts;
  const { _id: importId } = record;
  // Told anew at the end of today, whatever day it was uploaded on; from here on that date stays.
  const takeoverOn = dateText(await platform.bankDay.today());
  const confirmed = {
    state: 'confirmed',
    phase: 'lines',
    cursor: 0,
    takeoverOn,
    reason: null,
    turn: 'posting',
  } as const;
  const now = bsonDate(platform.clock.now());
  const by = { confirmedBy: actor.userId, confirmedAt: now, movedAt: now };
  try {
    await commitTogether(platform.database, [
      {
        collection: takeoverCollection,
        kind: 'update',
        filter: { _id: importId, state: 'checked', step },
        change: { $set: { ...confirmed, ...by, step: step + 1 }, $unset: { expiresAt: '' } },
      },
      workRow(parts, { importId, step: step + 1 }),
      platform.audit.entry({
        actor: actor.userId,
        action: 'loan-import-confirmed',
        subject: { type: 'loan-import', id: importId },
      }),
    ]);
  } catch (error) {
    if (isDuplicateKey(error)) return refuse({ code: 'another-one' });
    if (error instanceof Fault && error.kind === 'conflict') return refuse({ code: 'moved' });
    throw error;
  }
  return ok({ ...record, ...confirmed, ...by, step: step + 1 });
}

/** Nobody decides on a loan of their own. */
async function touchesOwn({ lines }: TakeoverParts, { _id }: TakeoverRecord, { partyId }: Actor): Promise<boolean> {
  if (partyId === undefined) return false;
  return (await lines.exists({ importId: _id, 'found.partyId': partyId })) !== null;
}

/**
 * A row of the outbox is given up after many failures, and the import would stand still and keep others from being posted.
 * Asking for the same piece again is harmless: whatever of it is done stays done.
 */
export async function resume(
  parts: TakeoverParts,
  { actor, record }: { actor: Actor; record: TakeoverRecord | undefined },
): Promise<void> {
  if (!record) throw notFound('Import');
  if (record.phase === null) return;
  const { _id: importId, step } = record;
  await commitTogether(parts.platform.database, [
    workRow(parts, { importId, step }),
    parts.platform.audit.entry({
      actor: actor.userId,
      action: 'loan-import-resumed',
      subject: { type: 'loan-import', id: importId },
    }),
  ]);
}
