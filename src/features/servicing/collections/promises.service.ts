import { dateText, type PlainDate } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { toDecimalString, zero, type Money } from '#core/money.ts';
import type { Actor } from '#core/roles.ts';
import { noticeRow } from '#features/notices/index.ts';
import { bsonDate } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import { operators } from '#platform/mongo.ts';
import { collectionNames, type CollectionCase, type CollectionTask, type PaymentPromise } from './collection.model.ts';
import {
  caseFor,
  staffOf,
  trailEntry,
  workable,
  write,
  type CollectionParts,
  type Written,
} from './collection-parts.ts';
import { outcomeOf, paidFor } from './promise-outcome.ts';

export interface PromiseOrder {
  /** The form's key. */
  key: string;
  loanId: string;
  actor: Actor;
  /** The case's, as the page showed it. */
  version: number;
  amount: Money;
  payOn: PlainDate;
}

/** Keeps what the borrower said they would pay; it takes the place of an open one. */
export async function promise(parts: CollectionParts, order: PromiseOrder): Promise<Written> {
  const { key, loanId, actor, version, amount, payOn } = order;
  const { platform, models, servicing } = parts;
  const loan = await workable(parts, order);
  await caseFor(parts, loan);
  if (await models.promises.exists({ _id: key, loanId })) return 'known';
  const told = await servicing.tell({ loanId });
  const open = await models.promises.findOne({ loanId, state: 'open' }).lean<PaymentPromise>();
  const today = dateText(await platform.bankDay.today());
  const made: PaymentPromise = {
    ...{ _id: key, loanId, amount, madeOn: today, payOn: dateText(payOn) },
    after: told?.transactions.at(-1)?.number ?? 0,
    ...{ state: 'open', paid: zero, decidedOn: null, by: staffOf(actor), at: bsonDate(platform.clock.now()) },
  };
  const details = { amount: toDecimalString(amount, loan.currency), payOn: made.payOn };
  return write(parts, [
    // Before the new one: a loan has one open promise.
    ...(open ? [replaced(open, today)] : []),
    { collection: collectionNames.promises, kind: 'insert', document: { ...made } },
    caseUpdate({ _id: loanId, version }, { broken: false }),
    trailEntry(parts, { actor: actor.userId, action: 'promise-made', loanId, details }),
  ]);
}

function replaced({ _id }: PaymentPromise, today: string): Companion {
  return {
    collection: collectionNames.promises,
    kind: 'update',
    filter: { _id, state: 'open' },
    change: { $set: { state: 'replaced', decidedOn: today } },
  };
}

function caseUpdate(
  { _id, version }: Pick<CollectionCase, '_id' | 'version'>,
  change: Record<string, unknown>,
): Companion {
  return {
    collection: collectionNames.cases,
    kind: 'update',
    filter: { _id, version },
    change: { $set: change, $inc: { version: 1 } },
  };
}

/** A page of promises whose day has come by the end of a date, by id. */
export function duePromises(
  { models }: CollectionParts,
  query: { date: PlainDate; after: string | undefined; size: number },
): Promise<PaymentPromise[]> {
  const filter = {
    state: 'open' as const,
    payOn: operators({ $lte: dateText(query.date) }),
    _id: operators({ $gt: query.after ?? '' }),
  };
  return models.promises.find(filter).sort({ _id: 1 }).limit(query.size).lean<PaymentPromise[]>().exec();
}

/**
 * Decides a promise by what was really paid by its day, and tells the collector; one that is not kept becomes a task of
 * theirs. Done once: a promise that is decided is not open any more.
 */
export async function settlePromise(parts: CollectionParts, one: PaymentPromise, date: PlainDate): Promise<Written> {
  for (let attempt = 1; ; attempt += 1) {
    const written = await decideOnce(parts, one, date);
    if (written !== 'moved' || attempt === mostTries) return written;
    // Somebody worked on the case at the same moment, or the promise itself was replaced.
    if (!(await parts.models.promises.exists({ _id: one._id, state: 'open' }))) return written;
  }
}

const mostTries = 3;

async function decideOnce(parts: CollectionParts, one: PaymentPromise, date: PlainDate): Promise<Written> {
  const told = await parts.servicing.tell({ loanId: one.loanId });
  if (!told) return 'moved';
  const { loan, transactions } = told;
  const file = await caseFor(parts, loan);
  const paid = paidFor(one, transactions);
  const state = outcomeOf(one, paid);
  const today = dateText(date);
  const details = { paid: toDecimalString(paid, loan.currency), of: toDecimalString(one.amount, loan.currency) };
  return write(parts, [
    {
      collection: collectionNames.promises,
      kind: 'update',
      filter: { _id: one._id, state: 'open' },
      change: { $set: { state, paid, decidedOn: today } },
    },
    caseUpdate(file, { broken: state !== 'kept' }),
    trailEntry(parts, { actor: 'close-of-day', action: `promise-${state}`, loanId: loan._id, details }),
    ...(await toldCollector(parts, { one, file, state, paid, today })),
  ]);
}

const sentences = { kept: 'was kept', partly: 'was kept in part', broken: 'was broken' } as const;

async function toldCollector(
  parts: CollectionParts,
  facts: { one: PaymentPromise; file: CollectionCase; state: keyof typeof sentences; paid: Money; today: string },
): Promise<Companion[]> {
  const { one, file, state, paid, today } = facts;
  const { platform } = parts;
  const { collector, loanNumber, partyId, currency } = file;
  const amounts = `${toDecimalString(paid, currency)} of ${toDecimalString(one.amount, currency)} ${currency} came in`;
  const notice = { title: `The promise on loan ${loanNumber} ${sentences[state]}`, text: `${amounts}.` };
  const href = `/collections/${one.loanId}`;
  // A colleague without a file of their own has no inbox; the desk shows them the same.
  const inbox =
    collector?.partyId == null ? [] : [noticeRow(platform.outbox, { ...notice, partyId: collector.partyId, href })];
  if (state === 'kept') return inbox;
  const _id = newId();
  const what = await platform.vault.seal(
    partyId,
    { collection: collectionNames.tasks, document: _id, field: 'what' },
    `The promise to pay by ${platform.formats.date(one.payOn)} ${sentences[state]}: ${amounts}. Call the borrower.`,
  );
  const task: CollectionTask = {
    ...{ _id, loanId: one.loanId, loanNumber, dueOn: today, state: 'open', what, done: null, version: 1 },
    assignee: collector ?? one.by,
    by: { userId: 'close-of-day', name: 'Close of day' },
    at: bsonDate(platform.clock.now()),
  };
  return [...inbox, { collection: collectionNames.tasks, kind: 'insert', document: { ...task } }];
}
