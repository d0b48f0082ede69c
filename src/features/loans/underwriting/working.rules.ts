import type { Role } from '#core/roles.ts';
import { ok, refuse, type Result } from '#core/result.ts';

/** How long a file stays with who works on it; every action of theirs starts the time again. */
export const lockMs = 15 * 60 * 1_000;

/** The member of staff who wants to work on a file. */
export interface Worker {
  userId: string;
  /** The person behind the user, if there is one. */
  partyId: string | undefined;
  roles: readonly Role[];
}

/** What of an application says who may work on it. */
export interface Workable {
  partyId: string;
  level: 'officer' | 'senior';
  lock: { userId: string; until: Date } | null;
  /** The decision that the borrower contests; who made it may not decide again. */
  contest: { against: { by: string } } | null;
}

/** What is known of the worker and the people on the file, beside the applicant. */
export interface Ties {
  /** Co-applicants and guarantors who joined. */
  parties: readonly string[];
  /** How the worker stands to anybody on the file, as staff declared it. */
  relation: 'self' | 'relative' | undefined;
}

export type Conflict =
  { code: 'own-application' } | { code: 'co-applicant' } | { code: 'relative' } | { code: 'decided-before' };

export type WorkRefusal =
  | Conflict
  | { code: 'senior-only' }
  /** `by` is the user who works on the file, until then at the latest. */
  | { code: 'locked-by-other'; by: string; until: Date };

/** Nobody works on their own file, on that of somebody close to them, or judges their own decision again. */
export function conflictOf(facts: { actor: Worker; application: Workable; ties: Ties }): Conflict | undefined {
  const { actor, application, ties } = facts;
  if (actor.partyId !== undefined) {
    if (actor.partyId === application.partyId) return { code: 'own-application' };
    if (ties.parties.includes(actor.partyId)) return { code: 'co-applicant' };
  }
  if (ties.relation === 'self') return { code: 'co-applicant' };
  if (ties.relation === 'relative') return { code: 'relative' };
  return application.contest?.against.by === actor.userId ? { code: 'decided-before' } : undefined;
}

/** True while the lock is this user's and has not ended. */
export function holdsLock(facts: { userId: string; lock: Workable['lock']; now: Date }): boolean {
  return facts.lock?.userId === facts.userId && isRunning(facts.lock, facts.now);
}

/** Whoever else works on the file now; undefined where nobody does or the time has run out. */
export function lockOfOther(facts: {
  userId: string;
  lock: Workable['lock'];
  now: Date;
}): Workable['lock'] | undefined {
  const { userId, lock, now } = facts;
  return lock && lock.userId !== userId && isRunning(lock, now) ? lock : undefined;
}

/** Whether this user may act on the file at this moment; the lock comes last, as it ends by itself. */
export function mayWork(facts: {
  actor: Worker;
  application: Workable;
  ties: Ties;
  now: Date;
}): Result<'workable', WorkRefusal> {
  const { actor, application, now } = facts;
  const conflict = conflictOf(facts);
  if (conflict) return refuse(conflict);
  if (application.level === 'senior' && !isSenior(actor)) return refuse({ code: 'senior-only' });
  const other = lockOfOther({ userId: actor.userId, lock: application.lock, now });
  if (other) return refuse({ code: 'locked-by-other', by: other.userId, until: other.until });
  return ok('workable');
}

export function isSenior({ roles }: Pick<Worker, 'roles'>): boolean {
  return roles.includes('senior-officer');
}

function isRunning(lock: { until: Date }, now: Date): boolean {
  return lock.until > now;
}
