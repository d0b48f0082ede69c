import type { Model } from 'mongoose';
import { dateText } from '#core/calendar.ts';
import { bsonDate } from '#platform/clock.ts';
import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { Moment, OpenedRecord, RiskPorts } from '../records/record.ts';
import { stages } from '../models/shipped.ts';
import { raiseAlerts } from './alerts.service.ts';
import { followedMonths, monthOf, monthsBefore, monthsDue } from './due.rules.ts';
import type { LiveModels } from './expectations.ts';
import type { CountMark, WatchingModels } from './month.model.ts';
import type { ModelMonth } from './month.ts';
import { monthTally, type MonthTally, type Tally } from './tally.ts';

/** What is asked of the records of scores: by day, both ends included, in batches. */
export interface RecordSource {
  scan(order: { moment: Moment; from: string; to: string }): AsyncIterable<readonly OpenedRecord[]>;
}

export interface WatchingDeps {
  records: RecordSource;
  ports: Pick<RiskPorts, 'outcomesOf'>;
}

export interface CountingParts extends WatchingDeps, WatchingModels {
  platform: Platform;
  live: LiveModels;
  /** Aborts where this instance is stopping: the month in hand is given up, and counted anew later. */
  stopping: AbortSignal;
}

/** The most ids that servicing is asked about at once. */
const mostIds = 500;

/**
 * Counts what is due, a month after the other: at most twenty-five, and mostly one. Each is kept when it is through, so
 * that a run that was cut off goes on with the month it stood in; counting twice gives the same.
 */
export async function countDue(parts: CountingParts): Promise<number> {
  const { platform, marks } = parts;
  const today = dateText(await platform.bankDay.today());
  const since = monthsBefore(monthOf(today), followedMonths);
  const kept = await marks
    .find({ _id: operators({ $gte: since }) })
    .sort({ _id: 1 })
    .limit(followedMonths * 2)
    .lean<CountMark[]>();
  const known = kept.map(({ _id, at, ...mark }) => ({ ...mark, month: _id, countedAtMs: at.getTime() }));
  const nowMs = platform.clock.now().epochMilliseconds;
  const due = monthsDue({ today, nowMs, marks: known });
  let counted = 0;
  for (const month of due) {
    if (parts.stopping.aborted) break;
    await countMonth(parts, { month, today });
    counted += 1;
  }
  return counted;
}

export async function countMonth(
  parts: CountingParts,
  { month, today }: { month: string; today: string },
): Promise<void> {
  const { marks, platform } = parts;
  const tally = monthTally(parts.live);
  const records = await countRecords(parts, { month, tally });
  if (parts.stopping.aborted) return;
  const at = bsonDate(platform.clock.now());
  const counted = [...tally.byModel.values()].map((one) => monthDocument(one, { month, through: today, at }));
  await keep(parts.months, { month, counted });
  // Of months long past nobody has to be told; they are on the page.
  if (month >= monthsBefore(monthOf(today), 1)) {
    for (const one of counted) await raiseAlerts(parts, { counted: one, today });
  }
  await marks.updateOne({ _id: month }, { $set: { through: today, at, records } }, { upsert: true });
}

/** Every batch is counted and let go: memory does not grow with the month. Gives how many records there were. */
async function countRecords(
  parts: CountingParts,
  { month, tally }: { month: string; tally: MonthTally },
): Promise<number> {
  // Text sorts: no month has a day after the 31st.
  const days = { from: `${month}-01`, to: `${month}-31` };
  let records = 0;
  for await (const batch of parts.records.scan({ moment: 'submitted', ...days })) {
    if (parts.stopping.aborted) break;
    records += batch.length;
    tally.submitted(batch);
  }
  for await (const batch of parts.records.scan({ moment: 'decided', ...days })) {
    if (parts.stopping.aborted) break;
    records += batch.length;
    tally.decided(batch, await outcomesOf(parts, batch));
  }
  return records;
}

async function outcomesOf({ ports }: CountingParts, batch: readonly OpenedRecord[]) {
  const ids = [...new Set(batch.flatMap(({ loanId }) => (loanId === null ? [] : [loanId])))];
  const found: Awaited<ReturnType<RiskPorts['outcomesOf']>>[] = [];
  for (let start = 0; start < ids.length; start += mostIds) {
    found.push(await ports.outcomesOf(ids.slice(start, start + mostIds)));
  }
  return new Map(found.flatMap((outcomes) => [...outcomes]));
}

function monthDocument(tally: Tally, about: Pick<ModelMonth, 'month' | 'through' | 'at'>): ModelMonth {
  return { _id: `${about.month}:${tally.model}`, ...about, ...tally };
}

/** All of the month's, so that a model whose records another one judges now is not counted on. */
async function keep(
  months: Model<ModelMonth>,
  { month, counted }: { month: string; counted: ModelMonth[] },
): Promise<void> {
  const ids = counted.map(({ _id }) => _id);
  for (const { _id, ...document } of counted) await months.replaceOne({ _id }, document, { upsert: true });
  await months.deleteMany({ stage: operators({ $in: [...stages] }), month, _id: operators({ $nin: ids }) });
}
