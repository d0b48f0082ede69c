import type { Model } from 'mongoose';
import { conflict, Fault, notFound } from '#core/errors.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Identity } from '#features/identity/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey, operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { Customers } from '../customers.service.ts';
import { relationCollection, relationModel, type RelationRecord } from './relation.model.ts';
import type {
  Conflict,
  JointHoldersOf,
  RelateRefusal,
  Relation,
  RelationKind,
  Relations,
  StaffMember,
} from './relations.ts';

export interface RelationDeps {
  customers: Pick<Customers, 'known' | 'names'>;
  identity: Pick<Identity, 'staffOf' | 'displayNames'>;
  jointHoldersOf: JointHoldersOf;
}

interface Parts extends RelationDeps {
  platform: Platform;
  relations: Model<RelationRecord>;
}

export function createRelations(platform: Platform, deps: RelationDeps): Relations {
  const parts: Parts = { ...deps, platform, relations: relationModel(platform.database.connection) };
  return {
    between: (staff, partyIds) => between(parts, { staff, partyIds }),
    declare: ({ actor, ...order }) => relate(parts, { ...order, staff: actor, by: actor.userId, source: 'declared' }),
    register: (order) => register(parts, order),
    end: (order) => end(parts, order),
    own: ({ actor, page, size }) => list(parts, { filter: { userId: actor.userId, state: 'active' }, page, size }),
    all: ({ page, size }) => list(parts, { filter: { state: 'active' }, page, size }),
  };
}

/** A file has a handful of people; what is asked beyond that is a fault of the program, and must not let anybody through. */
const mostAsked = 200;

async function between(
  { relations, jointHoldersOf }: Parts,
  { staff, partyIds }: { staff: StaffMember; partyIds: readonly string[] },
): Promise<Conflict | undefined> {
  const asked = [...new Set(partyIds)];
  if (asked.length > mostAsked) throw new Fault('internal', 'Too many parties were asked about at once');
  if (asked.length === 0) return undefined;
  const { userId, partyId } = staff;
  if (partyId !== undefined && asked.includes(partyId)) return 'self';
  const related = relations.exists({ userId, state: 'active', partyId: operators({ $in: asked }) }).exec();
  const [declared, joint] = await Promise.all([related, partyId === undefined ? [] : jointHoldersOf(partyId)]);
  return declared || joint.some((holder) => asked.includes(holder)) ? 'relative' : undefined;
}

interface Order {
  key: string;
  staff: StaffMember;
  by: string;
  email: string;
  kind: RelationKind;
  note: string;
  source: RelationRecord['source'];
}

async function register(
  parts: Parts,
  { actor, staffEmail, ...order }: Parameters<Relations['register']>[0],
): Promise<Result<'done', RelateRefusal>> {
  const staff = await parts.identity.staffOf(staffEmail);
  if (!staff) return refuse('no-such-staff');
  return relate(parts, { ...order, staff, by: actor.userId, source: 'registered' });
}

async function relate(parts: Parts, order: Order): Promise<Result<'done', RelateRefusal>> {
  const { platform } = parts;
  const { key: _id, staff, by, kind, source } = order;
  const emailIndex = platform.vault.blindIndex('email', order.email);
  const [customer] = await parts.customers.known({ ids: [], emailIndexes: [emailIndex] });
  if (!customer) return refuse('no-such-customer');
  const { partyId } = customer;
  if (partyId === staff.partyId) return refuse('is-yourself');
  const place = { collection: relationCollection, document: _id, field: 'note' };
  const note = order.note === '' ? null : await platform.vault.seal(partyId, place, order.note);
  const at = bsonDate(platform.clock.now());
  const document: RelationRecord = {
    ...{ _id, userId: staff.userId, partyId, kind, source, state: 'active', note, by, at },
    ...{ endedBy: null, endedAt: null, version: 1 },
  };
  const subject = { type: 'user', id: staff.userId };
  const details = { party: partyId, kind };
  try {
    await commitTogether(platform.database, [
      { collection: relationCollection, kind: 'insert', document: { ...document } },
      platform.audit.entry({ actor: by, action: `relation-${source}`, subject, details }),
    ]);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // The button twice is one relation; the same two people by another form are known.
    const same = await parts.relations.exists({ _id, userId: staff.userId, partyId });
    return same ? ok('done') : refuse('known-already');
  }
  return ok('done');
}

async function end(
  { platform, relations }: Parts,
  { actor, relationId: _id, version }: Parameters<Relations['end']>[0],
): Promise<void> {
  const found = await relations.findOne({ _id, state: 'active' }).lean<RelationRecord>();
  if (!found) throw notFound('Relation');
  if (found.userId === actor.userId) throw new Fault('forbidden', 'Nobody ends a relation of their own');
  if (found.version !== version) throw conflict('The relation');
  const at = bsonDate(platform.clock.now());
  const change = { $set: { state: 'ended', endedBy: actor.userId, endedAt: at }, $inc: { version: 1 } };
  const subject = { type: 'user', id: found.userId };
  await commitTogether(platform.database, [
    { collection: relationCollection, kind: 'update', filter: { _id, state: 'active', version }, change },
    platform.audit.entry({
      ...{ actor: actor.userId, action: 'relation-ended', subject },
      details: { party: found.partyId, kind: found.kind },
    }),
  ]);
}

async function list(
  parts: Parts,
  query: { filter: { userId?: string; state: 'active' }; page: number; size: number },
): Promise<{ relations: Relation[]; total: number }> {
  const { filter, page, size } = query;
  const [found, total] = await Promise.all([
    parts.relations
      .find(filter)
      .sort({ _id: -1 })
      .skip((page - 1) * size)
      .limit(size)
      .lean<RelationRecord[]>(),
    parts.relations.countDocuments(filter),
  ]);
  const [names, users] = await Promise.all([
    parts.customers.names(found.map(({ partyId }) => partyId)),
    parts.identity.displayNames(found.map(({ userId }) => userId)),
  ]);
  const relations = await Promise.all(
    found.map(async (one) => ({
      ...{ id: one._id, staffId: one.userId, partyId: one.partyId, kind: one.kind, source: one.source },
      ...{ state: one.state, at: one.at, version: one.version },
      staffName: users.get(one.userId) ?? 'Unknown',
      partyName: names.get(one.partyId) ?? 'Unknown',
      note: await openNote(parts, one),
    })),
  );
  return { relations, total };
}

async function openNote({ platform }: Parts, { _id, note }: RelationRecord): Promise<string> {
  if (note === null) return '';
  return platform.vault.open({ collection: relationCollection, document: _id, field: 'note' }, note);
}
