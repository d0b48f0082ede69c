import { dateText, type PlainDate } from '#core/calendar.ts';
import type { Actor } from '#core/roles.ts';
import { loanModel } from '#features/loans/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { eachBatch } from '#platform/close-of-day/each-batch.ts';
import type { DayStep } from '#platform/close-of-day/step.ts';
import { collectionModels, collectionNames, type CollectionTask, type ContactNote } from './collection.model.ts';
import {
  caseFor,
  staffOf,
  trailEntry,
  workable,
  write,
  type CollectionDeps,
  type CollectionParts,
  type Written,
} from './collection-parts.ts';
import { readFile, type CollectionFile } from './file.service.ts';
import { duePromises, promise, settlePromise, type PromiseOrder } from './promises.service.ts';
import {
  closeCured,
  cursorOfLoan,
  loansInArrears,
  ownTasks,
  queue,
  refreshOne,
  type Queue,
  type QueueTab,
} from './queue.service.ts';

interface Order {
  /** The form's key, where it makes something. */
  key: string;
  loanId: string;
  actor: Actor;
}

/** The desk that looks after loans in arrears. Nothing here moves money or changes a loan. */
export interface Collections {
  queue(query: { actor: Actor; tab: QueueTab; page: number; size: number }): Promise<Queue>;
  /** What this person still has to do. */
  tasks(actor: Actor): Promise<{ task: CollectionTask; what: string }[]>;
  /** A loan with everything that was done on the desk; whoever looks is named in the audit trail. */
  file(query: { loanId: string; actor: Actor; page: number }): Promise<CollectionFile>;
  /** Takes the loan over, or gives it back to the queue. */
  assign(order: Omit<Order, 'key'> & { version: number; to: 'me' | 'nobody' }): Promise<Written>;
  note(order: Order & Pick<ContactNote, 'channel' | 'outcome'> & { text: string }): Promise<Written>;
  promise(order: PromiseOrder): Promise<Written>;
  addTask(order: Order & { what: string; dueOn: PlainDate }): Promise<Written>;
  finishTask(order: Omit<Order, 'key'> & { taskId: string; version: number }): Promise<Written>;
  businessDate(): Promise<PlainDate>;
  /** Decides every promise whose day has come by the end of a date; gives how many. May be run again. */
  settlePromises(date: PlainDate): Promise<number>;
  /** Brings the queue up to the figures of a date; gives how many loans are in it. May be run again. */
  refreshQueue(date: PlainDate): Promise<number>;
  /** The same two as steps of a close of day, after the loans are classified. */
  daySteps(): DayStep[];
}

const batchSize = 100;

export function createCollections(deps: CollectionDeps): Collections {
  const { connection } = deps.platform.database;
  const parts: CollectionParts = { ...deps, models: collectionModels(connection), loans: loanModel(connection) };
  return {
    queue: (query) => queue(parts, query),
    tasks: (actor) => ownTasks(parts, actor),
    file: (query) => readFile(parts, query),
    assign: (order) => assign(parts, order),
    note: (order) => note(parts, order),
    promise: (order) => promise(parts, order),
    addTask: (order) => addTask(parts, order),
    finishTask: (order) => finishTask(parts, order),
    businessDate: () => deps.platform.bankDay.today(),
    settlePromises: (date) => settleAll(parts, date),
    refreshQueue: (date) => refreshAll(parts, date),
    daySteps: () => [promiseStep(parts), queueStep(parts)],
  };
}

async function assign(
  parts: CollectionParts,
  { loanId, actor, version, to }: Omit<Order, 'key'> & { version: number; to: 'me' | 'nobody' },
): Promise<Written> {
  const loan = await workable(parts, { loanId, actor });
  await caseFor(parts, loan);
  const collector = to === 'me' ? { ...staffOf(actor), partyId: actor.partyId ?? null } : null;
  const action = to === 'me' ? 'collection-taken' : 'collection-given-back';
  return write(parts, [
    {
      collection: collectionNames.cases,
      kind: 'update',
      filter: { _id: loanId, version },
      change: { $set: { collector }, $inc: { version: 1 } },
    },
    trailEntry(parts, { actor: actor.userId, action, loanId }),
  ]);
}

async function note(
  parts: CollectionParts,
  order: Order & Pick<ContactNote, 'channel' | 'outcome'> & { text: string },
): Promise<Written> {
  const { key, loanId, actor, channel, outcome } = order;
  const { platform } = parts;
  const loan = await workable(parts, order);
  await caseFor(parts, loan);
  const place = { collection: collectionNames.notes, document: key, field: 'text' };
  const document: ContactNote = {
    ...{ _id: key, loanId, channel, outcome, by: staffOf(actor) },
    on: dateText(await platform.bankDay.today()),
    at: bsonDate(platform.clock.now()),
    text: await platform.vault.seal(loan.partyId, place, order.text),
  };
  return write(parts, [
    { collection: collectionNames.notes, kind: 'insert', document: { ...document } },
    trailEntry(parts, { actor: actor.userId, action: 'contact-noted', loanId, details: { channel, outcome } }),
  ]);
}

async function addTask(parts: CollectionParts, order: Order & { what: string; dueOn: PlainDate }): Promise<Written> {
  const { key, loanId, actor, what, dueOn } = order;
  const { platform } = parts;
  const loan = await workable(parts, order);
  const file = await caseFor(parts, loan);
  const place = { collection: collectionNames.tasks, document: key, field: 'what' };
  const document: CollectionTask = {
    ...{ _id: key, loanId, loanNumber: loan.number, dueOn: dateText(dueOn), state: 'open', done: null, version: 1 },
    // Whoever looks after the loan does what is to be done, whoever wrote it down.
    assignee: file.collector ? { userId: file.collector.userId, name: file.collector.name } : staffOf(actor),
    by: staffOf(actor),
    at: bsonDate(platform.clock.now()),
    what: await platform.vault.seal(loan.partyId, place, what),
  };
  return write(parts, [
    { collection: collectionNames.tasks, kind: 'insert', document: { ...document } },
    trailEntry(parts, { actor: actor.userId, action: 'task-added', loanId, details: { dueOn: document.dueOn } }),
  ]);
}

async function finishTask(
  parts: CollectionParts,
  order: Omit<Order, 'key'> & { taskId: string; version: number },
): Promise<Written> {
  const { loanId, actor, taskId, version } = order;
  await workable(parts, order);
  const done = { by: staffOf(actor), at: bsonDate(parts.platform.clock.now()) };
  return write(parts, [
    {
      collection: collectionNames.tasks,
      kind: 'update',
      filter: { _id: taskId, loanId, state: 'open', version },
      change: { $set: { state: 'done', done }, $inc: { version: 1 } },
    },
    trailEntry(parts, { actor: actor.userId, action: 'task-done', loanId }),
  ]);
}

async function settleAll(parts: CollectionParts, date: PlainDate): Promise<number> {
  let settled = 0;
  for (let after: string | undefined; ;) {
    const due = await duePromises(parts, { date, after, size: batchSize });
    for (const one of due) if ((await settlePromise(parts, one, date)) === 'written') settled += 1;
    after = due.at(-1)?._id;
    if (due.length < batchSize) return settled;
  }
}

async function refreshAll(parts: CollectionParts, date: PlainDate): Promise<number> {
  let count = 0;
  for (let after: string | undefined; ;) {
    const late = await loansInArrears(parts, after, batchSize);
    for (const loan of late) await refreshOne(parts, loan, date);
    count += late.length;
    const last = late.at(-1);
    if (!last || late.length < batchSize) break;
    after = cursorOfLoan(last);
  }
  await closeCured(parts, date);
  return count;
}

function promiseStep(parts: CollectionParts): DayStep {
  return {
    name: 'promises',
    title: 'Promises to pay',
    run: (day) =>
      eachBatch(day, {
        page: (after) => duePromises(parts, { date: day.date, after, size: batchSize }),
        cursorOf: ({ _id }) => _id,
        subjectOf: ({ loanId }) => `loan ${loanId}`,
        work: async (one) => {
          await settlePromise(parts, one, day.date);
          return undefined;
        },
      }),
  };
}

function queueStep(parts: CollectionParts): DayStep {
  return {
    name: 'collections',
    title: 'Collections queue',
    run: async (day) => {
      await eachBatch(day, {
        page: (after) => loansInArrears(parts, after, batchSize),
        cursorOf: cursorOfLoan,
        subjectOf: ({ number }) => `loan ${number}`,
        work: async (loan) => {
          await refreshOne(parts, loan, day.date);
          return undefined;
        },
      });
      await day.progress({ done: await closeCured(parts, day.date) });
    },
  };
}
