import { dateText } from '#core/calendar.ts';
import { conflict, notFound } from '#core/errors.ts';
import { newReference } from '#core/ids.ts';
import { present } from '#core/assert.ts';
import { toDecimalString } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { hashRequest } from '#features/ledger/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey, operators } from '#platform/mongo.ts';
import { rememberPayee } from './known-names.service.ts';
import type { TransferParts } from './parts.ts';
import { scheduleCollection, type ScheduleRecord } from './schedule.model.ts';
import { beginAcquaintance, factsOf, findFrom, findReceiver, type Receiver } from './sides.service.ts';
import { occurrence, storedRhythm, type Rhythm } from './timing.rules.ts';
import { judgeAmount, judgeName, judgeSides, transferPolicy, type TransferRefusal } from './transfer.rules.ts';
import { writtenHash, type TransferOrder } from './transfer.service.ts';

export interface ScheduleOrder extends TransferOrder {
  rhythm: Rhythm;
}

export type ScheduleRefusal = TransferRefusal | { code: 'too-many-schedules' };

/** A schedule with what its owner wrote and was shown. */
export interface Schedule extends Omit<ScheduleRecord, 'name' | 'reference'> {
  name: string;
  reference: string;
  /** The dates still to come, at most three. */
  coming: string[];
}

export interface Schedules {
  /** Once for a key: the same form again gives the same schedule. */
  create(order: ScheduleOrder): Promise<Result<{ id: string }, ScheduleRefusal>>;
  /** In the order of their next dates; at most `transferPolicy.mostActiveSchedules`. */
  listActive(partyId: string): Promise<Schedule[]>;
  /** Done and cancelled ones, newest first. */
  listEnded(partyId: string, page: { page: number; size: number }): Promise<{ schedules: Schedule[]; total: number }>;
  find(partyId: string, scheduleId: string): Promise<Schedule | undefined>;
  /** A fault of kind `conflict` where it ran or was cancelled since the page was shown. */
  cancel(order: { actor: string; partyId: string; scheduleId: string; version: number }): Promise<void>;
}

export function createSchedules(parts: TransferParts): Schedules {
  const { schedules } = parts;
  return {
    create: (order) => create(parts, order),
    listActive: async (partyId) => {
      const found = await schedules
        .find({ partyId, state: 'active' })
        .limit(transferPolicy.mostActiveSchedules)
        .lean<ScheduleRecord[]>();
      return opened(
        parts,
        found.sort((a, b) => (a.nextOn < b.nextOn ? -1 : 1)),
      );
    },
    listEnded: async (partyId, { page, size }) => {
      const ended = { partyId, state: operators({ $in: ['done' as const, 'cancelled' as const] }) };
      const newest = schedules.find(ended).sort({ _id: -1 });
      const [found, total] = await Promise.all([
        newest
          .skip((page - 1) * size)
          .limit(size)
          .lean<ScheduleRecord[]>(),
        schedules.countDocuments(ended),
      ]);
      return { schedules: await opened(parts, found), total };
    },
    find: async (partyId, scheduleId) => {
      const found = await schedules.findOne({ _id: scheduleId, partyId }).lean<ScheduleRecord>();
      return found ? (await opened(parts, [found]))[0] : undefined;
    },
    cancel: (order) => cancel(parts, order),
  };
}

function opened({ platform }: TransferParts, records: readonly ScheduleRecord[]): Promise<Schedule[]> {
  return Promise.all(
    records.map(async ({ name, reference, ...record }) => {
      const place = (field: string) => ({ collection: scheduleCollection, document: record._id, field });
      return {
        ...record,
        name: await platform.vault.open(place('name'), name),
        reference: reference ? await platform.vault.open(place('reference'), reference) : '',
        coming: record.state === 'active' ? comingDates(record) : [],
      };
    }),
  );
}

/** A date that failed once comes on the day it is tried again. */
function comingDates(record: Omit<ScheduleRecord, 'name' | 'reference'>): string[] {
  const later = [1, 2].map((n) => occurrence(record, record.next + n));
  return [record.nextOn, ...later].filter((date) => date !== undefined);
}

async function create(parts: TransferParts, order: ScheduleOrder): Promise<Result<{ id: string }, ScheduleRefusal>> {
  const { key, partyId } = order;
  const requestHash = hashOf(parts, order);
  const earlier = await earlierAnswer(parts, { key, requestHash });
  if (earlier) return earlier;
  const [from, receiver] = await Promise.all([findFrom(parts, order), findReceiver(parts, order)]);
  const name = judgeName(order, receiver);
  if (!name.ok) return name;
  const payer = judgeSides(await factsOf(parts, { partyId, from, receiver }));
  if (!payer.ok) return payer;
  const amount = judgeAmount(payer.value, order.amount);
  if (!amount.ok) return amount;
  const known = present(receiver, 'The receiver of a schedule');
  if (known.relation === 'other') await rememberPayee(parts, { partyId, receiver: known });
  const otherId = known.account.partyId;
  if (otherId !== partyId) await beginAcquaintance(parts, { partyId, otherId });
  return insertInPlace(parts, {
    record: await recordOf(parts, { order, requestHash, receiver: known }),
    actor: order.actor,
  });
}

function hashOf({ platform }: TransferParts, order: ScheduleOrder): string {
  const { startOn, every, until, times } = storedRhythm(order.rhythm);
  return hashRequest({
    what: 'schedule',
    partyId: order.partyId,
    from: order.fromId,
    amount: toDecimalString(order.amount, platform.currency),
    written: writtenHash(platform.vault, order),
    rhythm: [startOn, every?.every, every?.unit, until, times].join(' '),
  });
}

/** The answer that the form's key already has: its schedule, or that it was sent with something else in it. */
async function earlierAnswer(
  { schedules, ledger }: TransferParts,
  request: { key: string; requestHash: string },
): Promise<Result<{ id: string }, ScheduleRefusal> | undefined> {
  const made = await schedules.findOne({ _id: request.key }, { requestHash: 1 }).lean<ScheduleRecord>();
  if (made) return made.requestHash === request.requestHash ? ok({ id: made._id }) : refuse({ code: 'key-reused' });
  return (await ledger.journal(request.key)) ? refuse({ code: 'key-reused' }) : undefined;
}

/** A schedule before it has its place among the person's active ones. */
type NewSchedule = Omit<ScheduleRecord, 'place'>;

async function recordOf(
  { platform }: TransferParts,
  facts: { order: ScheduleOrder; requestHash: string; receiver: Receiver },
): Promise<NewSchedule> {
  const { order, requestHash, receiver } = facts;
  const { key, partyId, fromId, amount, reference, rhythm } = order;
  const place = (field: string) => ({ collection: scheduleCollection, document: key, field });
  return {
    _id: key,
    requestHash,
    number: newReference(),
    partyId,
    fromAccount: fromId,
    toAccount: receiver.account._id,
    amount,
    currency: platform.currency,
    name: await platform.vault.seal(partyId, place('name'), receiver.shownName),
    reference: reference === '' ? null : await platform.vault.seal(partyId, place('reference'), reference),
    ...storedRhythm(rhythm),
    state: 'active',
    next: 0,
    nextOn: dateText(rhythm.startOn),
    retrying: false,
    sent: 0,
    last: null,
    createdAt: bsonDate(platform.clock.now()),
    version: 1,
  };
}

const mostTries = 20;

/** Takes the first free place; the unique index says when another schedule of the person took it first. */
async function insertInPlace(
  parts: TransferParts,
  { record, actor }: { record: NewSchedule; actor: string },
): Promise<Result<{ id: string }, ScheduleRefusal>> {
  const { _id: id, partyId, requestHash } = record;
  const entry = parts.platform.audit.entry({
    actor,
    action: 'transfer-scheduled',
    subject: { type: 'transfer-schedule', id },
    details: { schedule: record.number, from: record.fromAccount, to: record.toAccount, first: record.startOn },
  });
  for (let attempt = 1; ; attempt += 1) {
    const place = await freePlace(parts, partyId);
    if (place === undefined) return refuse({ code: 'too-many-schedules' });
    try {
      const document = { ...record, place };
      await commitTogether(parts.platform.database, [
        { collection: scheduleCollection, kind: 'insert', document },
        entry,
      ]);
      return ok({ id });
    } catch (error) {
      if (!isDuplicateKey(error) || attempt >= mostTries) throw error;
      const earlier = await earlierAnswer(parts, { key: id, requestHash });
      if (earlier) return earlier;
    }
  }
}

async function freePlace({ schedules }: TransferParts, partyId: string): Promise<number | undefined> {
  const most = transferPolicy.mostActiveSchedules;
  const active = await schedules
    .find({ partyId, state: 'active' }, { place: 1 })
    .limit(most)
    .lean<Pick<ScheduleRecord, 'place'>[]>();
  const taken = new Set(active.map(({ place }) => place));
  for (let place = 1; place <= most; place += 1) if (!taken.has(place)) return place;
  return undefined;
}

async function cancel(
  { schedules, platform }: TransferParts,
  order: { actor: string; partyId: string; scheduleId: string; version: number },
): Promise<void> {
  const { actor, partyId, scheduleId: _id, version } = order;
  const known = await schedules.findOne({ _id, partyId }, { state: 1 }).lean<Pick<ScheduleRecord, 'state'>>();
  if (!known) throw notFound('Schedule');
  if (known.state !== 'active') throw conflict('The schedule');
  await commitTogether(platform.database, [
    {
      collection: scheduleCollection,
      kind: 'update',
      filter: { _id, partyId, version, state: 'active' },
      change: { $set: { state: 'cancelled' }, $inc: { version: 1 } },
    },
    platform.audit.entry({
      actor,
      action: 'scheduled-transfer-cancelled',
      subject: { type: 'transfer-schedule', id: _id },
    }),
  ]);
}
