import type { Model } from 'mongoose';
import { conflict, Fault, notFound } from '#core/errors.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Actor } from '#core/roles.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Identity } from '#features/identity/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import type { Application } from '../applying/application.model.ts';
import {
  next,
  undecidedStates,
  type ApplicationAction,
  type ApplicationState,
} from '../applying/application-states.ts';
import { holdsLock, lockMs, mayWork, type Ties, type WorkRefusal } from '../underwriting/working.rules.ts';
import type { DeskModels } from './desk.model.ts';

/** Who works on a file; an `Actor` is one. */
export type DeskActor = Pick<Actor, 'userId' | 'partyId' | 'roles'>;

export interface DeskDeps {
  identity: Pick<Identity, 'displayNames' | 'colleagues' | 'findUser'>;
  customers: Pick<Customers, 'names'>;
  /** The people on a file, the applicant among them. */
  participants?: { parties(applicationId: string): Promise<readonly string[]> } | undefined;
  /** How a member of staff stands to any of the parties. */
  relations?:
    | {
        between(
          staff: Pick<Actor, 'userId' | 'partyId'>,
          partyIds: readonly string[],
        ): Promise<'self' | 'relative' | undefined>;
      }
    | undefined;
}

export interface DeskParts extends DeskDeps {
  platform: Platform;
  applications: Model<Application>;
  models: DeskModels;
}

export interface FileOrder {
  actor: DeskActor;
  applicationId: string;
  /** The version that the form was shown for. */
  version: number;
}

/** The refusals of the rules, with the name of who works on the file. */
export type DeskRefusal =
  | Exclude<WorkRefusal, { code: 'locked-by-other' }>
  | (Extract<WorkRefusal, { code: 'locked-by-other' }> & { name: string })
  /** The table has no such edge from this state. */
  | { code: 'not-now'; state: ApplicationState }
  /** The file changed since it was shown. */
  | { code: 'moved' };

/** A draft is the borrower's alone. */
export async function fileOf({ applications }: DeskParts, applicationId: string): Promise<Application> {
  const application = await applications.findOne({ _id: applicationId }).lean<Application>();
  if (!application || application.state === 'draft') throw notFound('Application');
  return application;
}

export async function tiesOf(parts: DeskParts, actor: DeskActor, application: Application): Promise<Ties> {
  const parties = (await parts.participants?.parties(application._id)) ?? [];
  const everybody = [...new Set([application.partyId, ...parties])];
  return { parties, relation: await parts.relations?.between(actor, everybody) };
}

export async function judge(
  parts: DeskParts,
  actor: DeskActor,
  application: Application,
): Promise<Result<'workable', DeskRefusal>> {
  const ties = await tiesOf(parts, actor, application);
  const judged = mayWork({ actor, application, ties, now: nowOf(parts) });
  if (judged.ok) return judged;
  const { refusal } = judged;
  if (refusal.code !== 'locked-by-other') return refuse(refusal);
  return refuse({ ...refusal, name: await nameOf(parts, refusal.by) });
}

/** The file, where nobody has decided it yet and this officer may work on it. */
export async function undecidedFile(
  parts: DeskParts,
  { actor, applicationId }: Omit<FileOrder, 'version'>,
): Promise<Result<Application, DeskRefusal>> {
  const application = await fileOf(parts, applicationId);
  const judged = await judge(parts, actor, application);
  if (!judged.ok) return judged;
  const { state } = application;
  return undecidedStates.includes(state) ? ok(application) : refuse({ code: 'not-now', state });
}

/**
 * The file, where this officer may act on it now; the lock that they hold starts its time again. Asked by everything that
 * an officer does to a file. Throws `not-found`, and `conflict` where the file moved since `version`.
 */
export async function authorise(
  parts: DeskParts,
  order: Omit<FileOrder, 'version'> & { version?: number | undefined },
): Promise<Result<Application, DeskRefusal>> {
  const { actor, applicationId, version } = order;
  const application = await fileOf(parts, applicationId);
  const judged = await judge(parts, actor, application);
  if (!judged.ok) return judged;
  if (version !== undefined && application.version !== version) throw conflict('The application');
  await renewLock(parts, { actor, application });
  return ok(application);
}

/** The same with the edge of the table that the act needs. */
export async function authoriseMove(
  parts: DeskParts,
  order: FileOrder & { action: ApplicationAction },
): Promise<Result<Application, DeskRefusal>> {
  const { version, ...unversioned } = order;
  const authorised = await authorise(parts, unversioned);
  if (!authorised.ok) return authorised;
  const { state } = authorised.value;
  if (next(state, order.action) === undefined) return refuse({ code: 'not-now', state });
  return authorised.value.version === version ? authorised : refuse({ code: 'moved' });
}

/** Activity of who holds the lock; of anybody else it changes nothing. */
export async function renewLock(
  parts: DeskParts,
  { actor, application }: { actor: DeskActor; application: Application },
): Promise<void> {
  const now = nowOf(parts);
  const { userId } = actor;
  if (!holdsLock({ userId, lock: application.lock, now })) return;
  const until = new Date(now.getTime() + lockMs);
  await parts.applications.updateOne(
    { _id: application._id, 'lock.userId': userId },
    { $set: { lock: { userId, until } } },
  );
}

/** Commits, or says that somebody was quicker; then nothing was written. */
export async function write<T>(
  { platform }: DeskParts,
  { companions, value }: { companions: readonly Companion[]; value: T },
): Promise<Result<T, { code: 'moved' }>> {
  try {
    await commitTogether(platform.database, companions);
    return ok(value);
  } catch (error) {
    if (error instanceof Fault && error.kind === 'conflict') return refuse({ code: 'moved' });
    throw error;
  }
}

interface DeskFact {
  actor: DeskActor;
  action: string;
  application: Application;
  details?: Record<string, string>;
}

/** Something done to a file as the audit trail has it. */
export function factOf({ actor, action, application, details = {} }: DeskFact) {
  const subject = { type: 'application', id: application._id };
  return { actor: actor.userId, action, subject, details: { reference: application.reference, ...details } };
}

export function trail({ platform }: DeskParts, fact: DeskFact): Companion {
  return platform.audit.entry(factOf(fact));
}

export function nowOf({ platform }: Pick<DeskParts, 'platform'>): Date {
  return bsonDate(platform.clock.now());
}

export async function nameOf({ identity }: Pick<DeskParts, 'identity'>, userId: string): Promise<string> {
  return (await identity.displayNames([userId])).get(userId) ?? 'A colleague';
}
