import { ok, refuse, type Result } from '#core/result.ts';
import { rolesWith } from '#core/roles.ts';
import type { Companion } from '#platform/companion.ts';
import { operators } from '#platform/mongo.ts';
import type { Application } from '../applying/application.model.ts';
import { undecidedStates } from '../applying/application-states.ts';
import { conflictOf, isSenior, lockMs, mayWork } from '../underwriting/working.rules.ts';
import {
  fileOf,
  judge,
  nameOf,
  nowOf,
  tiesOf,
  trail,
  undecidedFile,
  write,
  type DeskActor,
  type DeskParts,
  type DeskRefusal,
} from './desk-parts.ts';

export interface AssignOrder {
  actor: DeskActor;
  applicationId: string;
}

export type AssignRefusal =
  | DeskRefusal
  | { code: 'taken'; name: string }
  | { code: 'not-yours' }
  | { code: 'no-such-colleague' }
  /** The colleague may not work on this file; what ties them to it is theirs to tell. */
  | { code: 'colleague-barred' };

const candidatesAtOnce = 20;
/** Files that this officer may not work on stand in the way of nobody, but are not looked through for ever. */
const mostCandidates = 400;

/**
 * Gives the officer the most urgent unassigned file that they may work on, with its lock; undefined where there is none.
 * The guard of the assignment is the same for everybody, so that two who ask at once get different files.
 */
export async function nextInLine(parts: DeskParts, actor: DeskActor): Promise<Application | undefined> {
  const barred = new Set<string>();
  for (let looked = 0; looked < mostCandidates;) {
    const found = await candidates(parts, { actor, barred });
    for (const application of found) {
      if (await claimed(parts, { actor, application })) return application;
      // Somebody was quicker, or it is not for this officer.
      barred.add(application._id);
    }
    looked += found.length;
    if (found.length < candidatesAtOnce) return undefined;
  }
  return undefined;
}

function candidates({ applications }: DeskParts, facts: { actor: DeskActor; barred: ReadonlySet<string> }) {
  const { actor, barred } = facts;
  return applications
    .find({
      ...{ 'assignee.userId': null, state: 'submitted' as const },
      _id: operators({ $nin: [...barred] }),
      ...(isSenior(actor) ? {} : { level: 'officer' as const }),
    })
    .sort({ dueAt: 1, _id: 1 })
    .limit(candidatesAtOnce)
    .lean<Application[]>();
}

async function claimed(
  parts: DeskParts,
  { actor, application }: { actor: DeskActor; application: Application },
): Promise<boolean> {
  const ties = await tiesOf(parts, actor, application);
  if (!mayWork({ actor, application, ties, now: nowOf(parts) }).ok) return false;
  const taken = await write(parts, { companions: claim(parts, { actor, application }), value: true });
  return taken.ok;
}

/** The assignment and the lock together: nobody may have either. */
function claim(
  parts: DeskParts,
  { actor, application }: { actor: DeskActor; application: Application },
): readonly Companion[] {
  const now = nowOf(parts);
  const { userId } = actor;
  const lock = { userId, until: new Date(now.getTime() + lockMs) };
  return [
    {
      collection: 'applications',
      kind: 'update',
      filter: { _id: application._id, state: application.state, assignee: null, ...unlockedFor(userId, now) },
      change: { $set: { assignee: { userId, at: now }, lock } },
    },
    trail(parts, { actor, action: 'application-taken', application }),
  ];
}

/** Nobody else works on the file at this moment. */
export function unlockedFor(userId: string, now: Date) {
  return { $or: [{ lock: null }, { 'lock.userId': userId }, { 'lock.until': operators({ $lte: now }) }] };
}

/** Puts a file that nobody has on the officer's desk; taking what one has changes nothing. */
export async function take(parts: DeskParts, order: AssignOrder): Promise<Result<Application, AssignRefusal>> {
  const { actor } = order;
  const found = await undecidedFile(parts, order);
  if (!found.ok) return found;
  const application = found.value;
  const { assignee } = application;
  if (assignee?.userId === actor.userId) return ok(application);
  if (assignee) return refuse({ code: 'taken', name: await nameOf(parts, assignee.userId) });
  return write(parts, { companions: claim(parts, { actor, application }), value: application });
}

/** Back to the queue, with the lock. */
export async function giveBack(parts: DeskParts, order: AssignOrder): Promise<Result<Application, AssignRefusal>> {
  const { actor, applicationId } = order;
  const application = await fileOf(parts, applicationId);
  if (application.assignee?.userId !== actor.userId) return refuse({ code: 'not-yours' });
  const mine = application.lock?.userId === actor.userId;
  return write(parts, {
    companions: [
      {
        collection: 'applications',
        kind: 'update',
        filter: { _id: applicationId, 'assignee.userId': actor.userId },
        change: { $set: { assignee: null, ...(mine ? { lock: null } : {}) } },
      },
      trail(parts, { actor, action: 'application-given-back', application }),
    ],
    value: application,
  });
}

/** A senior officer puts a file on a colleague's desk. The colleague must be one who may work on it. */
export async function reassign(
  parts: DeskParts,
  order: AssignOrder & { to: string },
): Promise<Result<Application, AssignRefusal>> {
  const { actor, applicationId, to } = order;
  const application = await fileOf(parts, applicationId);
  if (!isSenior(actor)) return refuse({ code: 'senior-only' });
  const judged = await judge(parts, actor, application);
  if (!judged.ok) return judged;
  if (!undecidedStates.includes(application.state)) return refuse({ code: 'not-now', state: application.state });
  const barred = await barredColleague(parts, { userId: to, application });
  if (barred) return refuse(barred);
  const before = application.assignee?.userId ?? null;
  return write(parts, {
    companions: [
      {
        collection: 'applications',
        kind: 'update',
        filter: { _id: applicationId, state: application.state, 'assignee.userId': before },
        change: { $set: { assignee: { userId: to, at: nowOf(parts) } } },
      },
      trail(parts, { actor, action: 'application-reassigned', application, details: { to } }),
    ],
    value: application,
  });
}

async function barredColleague(
  parts: DeskParts,
  { userId, application }: { userId: string; application: Application },
): Promise<AssignRefusal | undefined> {
  const user = await parts.identity.findUser(userId);
  if (!user?.roles.some((role) => rolesWith('application:review').includes(role))) return { code: 'no-such-colleague' };
  if (application.level === 'senior' && !isSenior(user)) return { code: 'colleague-barred' };
  const ties = await tiesOf(parts, user, application);
  return conflictOf({ actor: user, application, ties }) ? { code: 'colleague-barred' } : undefined;
}

/** How many undecided files each officer has on the desk. */
export interface Load {
  userId: string;
  name: string;
  files: number;
}

const mostCounted = 500;

export async function loads(parts: DeskParts): Promise<Load[]> {
  const colleagues = await parts.identity.colleagues(rolesWith('application:review'));
  return Promise.all(
    colleagues.map(async ({ userId, displayName }) => ({
      ...{ userId, name: displayName },
      files: await parts.applications
        .countDocuments({ 'assignee.userId': userId, state: operators({ $in: [...undecidedStates] }) })
        .limit(mostCounted),
    })),
  );
}
