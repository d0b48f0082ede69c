import { dateText } from '#core/calendar.ts';
import type { Currency } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { bsonDate } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import type { LedgerRefusal } from './account.rules.ts';
import type { Decided, Request } from './request.rules.ts';
import type { Journal } from './ledger.model.ts';
import type { CloseOrder, HoldOrder, OrderHead, PostOrder, PostOutcome, TermsOrder, VoidOrder } from './orders.ts';

/** An order as the writer sees it, whatever it asks for. */
export interface Task {
  key: string;
  requestHash: string;
  kind: string;
  currency: Currency | null;
  effectiveOn: string;
  bookedOn: string;
  actor: string;
  reference: string;
  reverses?: string;
  hold?: string;
  companions: readonly Companion[];
  request: Request;
  /** The accounts that it may move: two batches at once never share one. */
  accounts: readonly string[];
  /** What posting guards look at. */
  posting?: PostOrder;
}

function headOf(order: OrderHead): Omit<Task, 'kind' | 'currency' | 'request' | 'accounts'> {
  const { key, requestHash, actor, reference, companions = [] } = order;
  const effectiveOn = dateText(order.effectiveOn);
  const bookedOn = order.bookedOn ? dateText(order.bookedOn) : effectiveOn;
  return { key, requestHash, actor, reference, companions, effectiveOn, bookedOn };
}

export function postTask(order: PostOrder): Task {
  const head = headOf(order);
  const { kind, currency, postings, reverses, limitsOf, fromHold } = order;
  return {
    ...head,
    kind,
    currency,
    ...(reverses === undefined ? {} : { reverses }),
    ...(fromHold === undefined ? {} : { hold: fromHold.hold }),
    request: {
      what: 'post',
      currency,
      postings,
      bookedOn: head.bookedOn,
      ...(limitsOf === undefined ? {} : { limitsOf }),
      ...(fromHold === undefined ? {} : { fromHold }),
    },
    accounts: postings.map(({ account }) => account),
    posting: order,
  };
}

export function holdTask(order: HoldOrder): Task {
  const { key, account, amount, reference, expiresAt, limits } = order;
  const head = headOf(order);
  const until = expiresAt ? bsonDate(expiresAt) : null;
  const request: Request = {
    what: 'hold',
    key,
    account,
    amount,
    expiresAt: until,
    reference,
    bookedOn: head.bookedOn,
    ...(limits ? { limitsOf: account } : {}),
  };
  return { ...head, kind: 'hold', currency: null, hold: key, request, accounts: [account] };
}

/** `account` is the hold's own; undefined where there is no such hold. */
export function voidTask(order: VoidOrder, account: string | undefined): Task {
  const { hold } = order;
  const request: Request = { what: 'release', hold, as: 'voided' };
  const accounts = account === undefined ? [] : [account];
  return { ...headOf(order), kind: 'hold-void', currency: null, hold, request, accounts };
}

/** What a hold's end asks for by itself; whoever comes first writes it. */
export function expiryTask(facts: { hold: string; account: string; on: string }): Task {
  return {
    key: `expire:${facts.hold}`,
    requestHash: 'expiry',
    kind: 'hold-expiry',
    currency: null,
    effectiveOn: facts.on,
    bookedOn: facts.on,
    actor: 'system',
    reference: 'the hold has expired',
    hold: facts.hold,
    companions: [],
    request: { what: 'release', hold: facts.hold, as: 'expired' },
    accounts: [facts.account],
  };
}

export function termsTask(order: TermsOrder): Task {
  const { account, freeze, floor, limits } = order;
  const request: Request = {
    what: 'terms',
    account,
    ...(freeze === undefined ? {} : { freeze }),
    ...(floor === undefined ? {} : { floor }),
    ...(limits === undefined ? {} : { limits }),
  };
  return { ...headOf(order), kind: 'terms', currency: null, request, accounts: [account] };
}

export function closeTask(order: CloseOrder): Task {
  const { account } = order;
  return {
    ...headOf(order),
    kind: 'close',
    currency: null,
    request: { what: 'close', account },
    accounts: [account],
  };
}

export function refusalTask(order: Omit<PostOrder, 'postings' | 'companions'>, refusal: LedgerRefusal): Task {
  const { kind, currency } = order;
  return { ...headOf(order), companions: [], kind, currency, request: { what: 'refuse', refusal }, accounts: [] };
}

/** The journal of a decided task; who writes it and as which line is added when it is written. */
export function journalOf(
  task: Task,
  facts: { decision: Result<Decided, LedgerRefusal>; currency: Currency | null; at: Date },
): Omit<Journal, 'writer' | 'line'> {
  const { decision, currency, at } = facts;
  const { bookedOn, effectiveOn, reverses, hold } = task;
  return {
    _id: task.key,
    requestHash: task.requestHash,
    kind: task.kind,
    outcome: decision.ok ? 'posted' : 'refused',
    refusal: decision.ok ? null : decision.refusal,
    currency: task.currency ?? currency,
    effectiveOn,
    ...(bookedOn === effectiveOn ? {} : { bookedOn }),
    ...(effectiveOn < bookedOn ? { late: true } : {}),
    postedAt: at,
    actor: task.actor,
    reference: task.reference,
    ...(decision.ok && reverses !== undefined ? { reverses } : {}),
    ...(decision.ok && hold !== undefined ? { hold } : {}),
    postings: decision.ok ? decision.value.entries : [],
  };
}

/** The outcome that a journal keeps, for a request with this hash. */
export function outcomeOf(
  journal: Omit<Journal, 'writer' | 'line'>,
  facts: { requestHash: string; replayed: boolean },
): PostOutcome {
  if (journal.requestHash !== facts.requestHash) return refuse({ code: 'key-reused' });
  if (journal.refusal) return refuse(journal.refusal);
  return ok({ key: journal._id, postedAt: journal.postedAt, replayed: facts.replayed });
}
