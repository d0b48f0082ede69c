import { dateText, type PlainDate } from '#core/calendar.ts';
import { Fault } from '#core/errors.ts';
import { present } from '#core/assert.ts';
import { hashRequest } from '#features/ledger/index.ts';
import { noticeRow } from '#features/notices/index.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { operators } from '#platform/mongo.ts';
import type { AccountRecord } from '../account.model.ts';
import type { TransferParts } from './parts.ts';
import { scheduleCollection, type ScheduleOutcome, type ScheduleRecord } from './schedule.model.ts';
import { findFrom, findReceiver } from './sides.service.ts';
import { occurrence } from './timing.rules.ts';
import { failureReason } from './transfer-refusals.ts';
import { outcomeOf, send, type TransferOutcome } from './transfer.service.ts';

/** What a run came to. `faults` are dates that could not be decided; the next run takes them up again. */
export interface RunReport {
  sent: number;
  failed: number;
  faults: number;
}

const jobName = 'scheduled-transfers';
const batchSize = 20;
// Ten years of weeks; the next run goes on from there.
const mostMissed = 520;

/**
 * Makes every scheduled transfer that is due on the business date. Dates that were missed are made up in their order, one
 * after the other, and count in today. May run twice at once or be killed anywhere and run again: each date has one key,
 * and the schedule moves on in the same transaction as the money.
 */
export async function runDueTransfers(parts: TransferParts, today: PlainDate): Promise<RunReport> {
  const report: RunReport = { sent: 0, failed: 0, faults: 0 };
  let after: Place = { nextOn: '', _id: '' };
  for (;;) {
    const batch = await dueAfter(parts, { after, today: dateText(today) });
    const last = batch.at(-1);
    if (!last) return report;
    const steps = await Promise.all(batch.map((schedule) => catchUp(parts, { schedule, today })));
    for (const step of steps.flat()) if (step !== 'nothing') report[step] += 1;
    after = { nextOn: last.nextOn, _id: last._id };
  }
}

type Place = Pick<ScheduleRecord, 'nextOn' | '_id'>;

function dueAfter(
  { schedules }: TransferParts,
  { after, today }: { after: Place; today: string },
): Promise<ScheduleRecord[]> {
  const sameDay = { nextOn: after.nextOn, _id: operators({ $gt: after._id }) };
  const laterDay = { nextOn: operators({ $gt: after.nextOn }) };
  const days = operators({ $gte: after.nextOn, $lte: today });
  const due = { state: 'active' as const, nextOn: days, $or: [sameDay, laterDay] };
  return schedules.find(due).sort({ nextOn: 1, _id: 1 }).limit(batchSize).lean<ScheduleRecord[]>().exec();
}

type Step = keyof RunReport | 'nothing';

/**
 * All dates of one schedule that are due, in their order; a date that cannot be decided keeps the later ones waiting. A
 * fault of one customer's data must not keep the money of the others: it is logged, and the next run tries again.
 */
async function catchUp(parts: TransferParts, facts: { schedule: ScheduleRecord; today: PlainDate }): Promise<Step[]> {
  const { schedule: first, today } = facts;
  const steps: Step[] = [];
  try {
    let schedule: ScheduleRecord | null = first;
    while (schedule && isDue(schedule, today) && steps.length < mostMissed) {
      steps.push(await makeOne(parts, { schedule, today }));
      const before: number = schedule.version;
      schedule = await parts.schedules.findOne({ _id: first._id }).lean<ScheduleRecord>();
      if (schedule?.version === before) break;
    }
  } catch (error) {
    parts.platform.logger.error({ err: error, schedule: first._id }, 'A scheduled transfer could not be decided');
    steps.push('faults');
  }
  return steps;
}

function isDue({ state, nextOn }: ScheduleRecord, today: PlainDate): boolean {
  return state === 'active' && nextOn <= dateText(today);
}

async function makeOne(parts: TransferParts, facts: { schedule: ScheduleRecord; today: PlainDate }): Promise<Step> {
  const { schedule } = facts;
  const due = present(occurrence(schedule, schedule.next), 'The next date of an active schedule');
  const outcome = await order(parts, { ...facts, due });
  if (outcome.ok) return outcome.value.replayed ? 'nothing' : 'sent';
  return (await noteFailure(parts, { ...facts, due, reason: outcome.refusal.code })) ? 'failed' : 'nothing';
}

/** The transfer of one date, under the key that this date has for good; a second try has a key of its own. */
async function order(
  parts: TransferParts,
  facts: { schedule: ScheduleRecord; due: string; today: PlainDate },
): Promise<TransferOutcome> {
  const { schedule, due, today } = facts;
  const { _id: id, partyId, fromAccount: fromId, toAccount, amount } = schedule;
  const key = `schedule:${id}:${due}${schedule.retrying ? ':retry' : ''}`;
  const requestHash = hashRequest({ what: 'scheduled-transfer', schedule: id, due, retry: String(schedule.retrying) });
  const known = await parts.ledger.outcomeOf({ key, requestHash });
  if (known) return outcomeOf(known, fromId);
  const [from, receiver] = await Promise.all([
    findFrom(parts, { partyId, fromId }),
    receiverOf(parts, { partyId, toAccount }),
  ]);
  const last: ScheduleOutcome = { due, on: dateText(today), outcome: 'sent', key, reason: null };
  const advance = moveOn(schedule, { last, ...nextDate(schedule) }, { sent: 1 });
  const reference = await referenceOf(parts, schedule);
  return send(parts, {
    ...{ key, requestHash, actor: jobName, partyId, fromId, from, receiver, amount, reference },
    kind: 'scheduled',
    scheduleId: id,
    on: today,
    companions: [advance],
  });
}

async function receiverOf(parts: TransferParts, { partyId, toAccount }: { partyId: string; toAccount: string }) {
  const account = await parts.accounts.findOne({ _id: toAccount }, { number: 1 }).lean<Pick<AccountRecord, 'number'>>();
  return account ? findReceiver(parts, { partyId, target: { kind: 'number', number: account.number } }) : undefined;
}

function referenceOf({ platform }: TransferParts, { _id, reference }: ScheduleRecord): Promise<string> | string {
  const place = { collection: scheduleCollection, document: _id, field: 'reference' };
  return reference ? platform.vault.open(place, reference) : '';
}

/** What a schedule is set to when its present date is over: the next one, or the end. */
function nextDate(schedule: ScheduleRecord): Partial<ScheduleRecord> {
  const next = schedule.next + 1;
  const nextOn = occurrence(schedule, next);
  return nextOn === undefined ? { state: 'done', retrying: false } : { next, nextOn, retrying: false };
}

/** Guarded by the version: a schedule that was cancelled, or that another run has moved on, is left as it is. */
function moveOn({ _id, version }: ScheduleRecord, set: Partial<ScheduleRecord>, count: { sent: number }): Companion {
  return {
    collection: scheduleCollection,
    kind: 'update',
    filter: { _id, version, state: 'active' },
    change: { $set: set, $inc: { version: 1, ...count } },
  };
}

/**
 * What becomes of a date that was refused: it is tried once more on the next business date, and then the schedule goes on
 * with its next one. The customer is told each time. False where the schedule was cancelled or moved on meanwhile.
 */
async function noteFailure(
  parts: TransferParts,
  facts: { schedule: ScheduleRecord; due: string; today: PlainDate; reason: string },
): Promise<boolean> {
  const { schedule, due, today, reason } = facts;
  const { audit, outbox, database } = parts.platform;
  const again = schedule.retrying ? undefined : dateText(today.add({ days: 1 }));
  const outcome = again === undefined ? 'failed' : 'failed-once';
  const last: ScheduleOutcome = { due, on: dateText(today), outcome, key: null, reason };
  const set = again === undefined ? nextDate(schedule) : { retrying: true, nextOn: again };
  try {
    await commitTogether(database, [
      moveOn(schedule, { last, ...set }, { sent: 0 }),
      audit.entry({
        actor: jobName,
        action: 'scheduled-transfer-failed',
        subject: { type: 'transfer-schedule', id: schedule._id },
        details: { schedule: schedule.number, due, reason, again: again ?? 'no' },
      }),
      noticeRow(outbox, failureNotice(parts, { schedule, due, reason, again, then: set.nextOn })),
    ]);
    return true;
  } catch (error) {
    if (error instanceof Fault && error.kind === 'conflict') return false;
    throw error;
  }
}

function failureNotice(
  { platform }: TransferParts,
  facts: { schedule: ScheduleRecord; due: string; reason: string; again: string | undefined; then: string | undefined },
) {
  const { schedule, due, reason, again, then } = facts;
  const { formats } = platform;
  const amount = formats.moneyWithCurrency(schedule.amount);
  const end = then === undefined ? 'It was the last one.' : `The next one is on ${formats.date(then)}.`;
  const next =
    again === undefined ? `We do not try this date again. ${end}` : `We try once more on ${formats.date(again)}.`;
  return {
    partyId: schedule.partyId,
    title: `Your scheduled transfer ${schedule.number} was not made`,
    text: `We could not send ${amount}, due ${formats.date(due)}: ${failureReason(reason)}. Nothing was moved. ${next}`,
    href: `/transfer/scheduled/${schedule._id}`,
  };
}
