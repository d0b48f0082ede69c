import { dateText, type PlainDate } from '#core/calendar.ts';
import type { Actor } from '#core/roles.ts';
import { operators } from '#platform/mongo.ts';
import { listed, mostCounted, type ListedLoan } from '../staff/loan-search.service.ts';
import type { CollectionCase, CollectionTask, PaymentPromise } from './collection.model.ts';
import { newCase, owed, type CollectionParts } from './collection-parts.ts';

export const queueTabs = ['mine', 'unassigned', 'all'] as const;
export type QueueTab = (typeof queueTabs)[number];

/** A line of the queue, with the loan as it is this moment. */
export interface QueueLine {
  file: CollectionCase;
  loan: ListedLoan | undefined;
  borrower: string;
  promise: PaymentPromise | undefined;
}

export interface Queue {
  lines: QueueLine[];
  total: number;
  counts: Record<QueueTab, number>;
}

export const queueOrder = { broken: -1, daysPastDue: -1, amount: -1, _id: 1 } as const;

export function queueFilter(tab: QueueTab, userId: string) {
  const state = 'open' as const;
  if (tab === 'all') return { state };
  return { state, 'collector.userId': tab === 'mine' ? userId : null };
}

export async function queue(
  parts: CollectionParts,
  query: { actor: Actor; tab: QueueTab; page: number; size: number },
): Promise<Queue> {
  const { actor, tab, page, size } = query;
  const { cases } = parts.models;
  const found = await cases
    .find(queueFilter(tab, actor.userId))
    .sort(queueOrder)
    .skip((page - 1) * size)
    .limit(size)
    .lean<CollectionCase[]>();
  const count = (one: QueueTab) => cases.countDocuments(queueFilter(one, actor.userId)).limit(mostCounted).exec();
  const [mine, unassigned, all] = await Promise.all([count('mine'), count('unassigned'), count('all')]);
  const counts = { mine, unassigned, all };
  return { lines: await linesOf(parts, found), total: counts[tab], counts };
}

async function linesOf(parts: CollectionParts, found: readonly CollectionCase[]): Promise<QueueLine[]> {
  const { loans, models, customers } = parts;
  const ids = operators({ $in: found.map(({ _id }) => _id) });
  const [live, promises, names] = await Promise.all([
    loans.find({ _id: ids }, listed).limit(found.length).lean<ListedLoan[]>(),
    models.promises.find({ loanId: ids, state: 'open' }).limit(found.length).lean<PaymentPromise[]>(),
    customers.names(found.map(({ partyId }) => partyId)),
  ]);
  const byId = new Map(live.map((loan) => [loan._id, loan]));
  const byLoan = new Map(promises.map((promise) => [promise.loanId, promise]));
  return found.map((file) => ({
    file,
    loan: byId.get(file._id),
    borrower: names.get(file.partyId) ?? 'Unknown',
    promise: byLoan.get(file._id),
  }));
}

const shownTasks = 20;

/** What this person still has to do, the first due first. */
export async function ownTasks(
  { models, platform }: CollectionParts,
  actor: Actor,
): Promise<{ task: CollectionTask; what: string }[]> {
  const found = await models.tasks
    .find({ 'assignee.userId': actor.userId, state: 'open' })
    .sort({ dueOn: 1, _id: 1 })
    .limit(shownTasks)
    .lean<CollectionTask[]>();
  return Promise.all(
    found.map(async (task) => ({
      task,
      what: await platform.vault.open({ collection: 'collectionTasks', document: task._id, field: 'what' }, task.what),
    })),
  );
}

/** A page of loans that something is unpaid of, by the day it was due; the cursor is of the last one before it. */
export async function loansInArrears(
  { loans }: CollectionParts,
  after: string | undefined,
  size: number,
): Promise<ListedLoan[]> {
  const [since = '', id = ''] = after?.split('|') ?? [];
  const later = { 'arrears.since': operators({ $gt: since }) };
  const filter =
    after === undefined ? later : { $or: [{ 'arrears.since': since, _id: operators({ $gt: id }) }, later] };
  return loans.find(filter, listed).sort({ 'arrears.since': 1, _id: 1 }).limit(size).lean<ListedLoan[]>();
}

export const cursorOfLoan = ({ arrears, _id }: ListedLoan) => `${arrears.since ?? ''}|${_id}`;

/** Brings a loan's place in the queue up to its figures; may be done again. */
export async function refreshOne({ models }: CollectionParts, loan: ListedLoan, date: PlainDate): Promise<void> {
  if (loan.state !== 'active' || loan.arrears.daysPastDue === 0) return;
  const {
    _id,
    state: _state,
    daysPastDue: _days,
    amount: _amount,
    refreshedOn,
    ...start
  } = newCase(loan, dateText(date));
  const { daysPastDue } = loan.arrears;
  await models.cases.updateOne(
    { _id },
    { $set: { state: 'open', daysPastDue, amount: owed(loan.arrears), refreshedOn }, $setOnInsert: start },
    { upsert: true },
  );
}

/** Takes those off the queue that the refresh of a date did not find in arrears; gives how many. */
export async function closeCured({ models }: CollectionParts, date: PlainDate): Promise<number> {
  const cured = { state: 'open' as const, refreshedOn: operators({ $lt: dateText(date) }) };
  const closed = await models.cases.updateMany(cured, {
    $set: { state: 'closed', broken: false },
    $inc: { version: 1 },
  });
  return closed.modifiedCount;
}
