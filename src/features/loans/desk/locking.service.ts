import { ok, refuse, type Result } from '#core/result.ts';
import type { Application } from '../applying/application.model.ts';
import { conflictOf, isSenior, lockMs, lockOfOther } from '../underwriting/working.rules.ts';
import { unlockedFor, type AssignOrder } from './assigning.service.ts';
import {
  factOf,
  fileOf,
  nameOf,
  nowOf,
  tiesOf,
  trail,
  undecidedFile,
  write,
  type DeskParts,
  type DeskRefusal,
} from './desk-parts.ts';
import { noteInsert } from './notes.service.ts';

/** Locks the file for a quarter of an hour, and puts it on the officer's desk where nobody has it. */
export async function startWork(parts: DeskParts, order: AssignOrder): Promise<Result<Application, DeskRefusal>> {
  const { actor, applicationId } = order;
  const found = await undecidedFile(parts, order);
  if (!found.ok) return found;
  const application = found.value;
  const { state, assignee } = application;
  const now = nowOf(parts);
  const { userId } = actor;
  const lock = { userId, until: new Date(now.getTime() + lockMs) };
  const locked = await parts.applications.findOneAndUpdate(
    { _id: applicationId, state, ...(unlockedFor(userId, now) as object) },
    { $set: { lock, ...(assignee ? {} : { assignee: { userId, at: now } }) } },
    { returnDocument: 'after', lean: true },
  );
  if (!locked) return quicker(parts, order);
  await parts.platform.audit.record(factOf({ actor, action: 'application-locked', application }));
  return ok(locked);
}

/** Whoever was quicker holds the lock now. */
async function quicker(parts: DeskParts, order: AssignOrder): Promise<Result<Application, DeskRefusal>> {
  const other = lockOfOther({
    userId: order.actor.userId,
    lock: (await fileOf(parts, order.applicationId)).lock,
    now: nowOf(parts),
  });
  if (!other) return refuse({ code: 'moved' });
  return refuse({
    code: 'locked-by-other',
    by: other.userId,
    until: other.until,
    name: await nameOf(parts, other.userId),
  });
}

/** Ends one's own lock; ending none changes nothing. */
export async function stopWork(parts: DeskParts, order: AssignOrder): Promise<void> {
  const { actor, applicationId } = order;
  const application = await fileOf(parts, applicationId);
  await parts.applications.updateOne({ _id: applicationId, 'lock.userId': actor.userId }, { $set: { lock: null } });
  if (application.lock?.userId === actor.userId)
    await parts.platform.audit.record(factOf({ actor, action: 'application-unlocked', application }));
}

export type BreakRefusal = DeskRefusal | { code: 'not-locked' };

/** A senior officer ends a colleague's lock and says why; the reason stays on the file. */
export async function breakLock(
  parts: DeskParts,
  order: AssignOrder & { key: string; reason: string },
): Promise<Result<Application, BreakRefusal>> {
  const { actor, applicationId, key, reason } = order;
  const application = await fileOf(parts, applicationId);
  const ties = await tiesOf(parts, actor, application);
  const conflict = conflictOf({ actor, application, ties });
  if (conflict) return refuse(conflict);
  if (!isSenior(actor)) return refuse({ code: 'senior-only' });
  const lock = lockOfOther({ userId: actor.userId, lock: application.lock, now: nowOf(parts) });
  if (!lock) return refuse({ code: 'not-locked' });
  return write(parts, {
    companions: [
      {
        collection: 'applications',
        kind: 'update',
        filter: { _id: applicationId, 'lock.userId': lock.userId },
        change: { $set: { lock: null } },
      },
      await noteInsert(parts, { application, by: actor.userId, key, kind: 'lock-broken', text: reason }),
      trail(parts, { actor, action: 'application-lock-broken', application, details: { of: lock.userId } }),
    ],
    value: application,
  });
}
