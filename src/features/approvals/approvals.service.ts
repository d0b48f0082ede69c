import type { SortOrder } from 'mongoose';
import { assert } from '#core/assert.ts';
import { may, rolesWith, type Actor } from '#core/roles.ts';
import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { Result } from '#core/result.ts';
import { approvalModel, type ApprovalRecord } from './approval.model.ts';
import {
  listed,
  requestOf,
  type ApprovalHandler,
  type ApprovalParts,
  type ApprovalRequest,
  type ListedApproval,
} from './approval-parts.ts';
import { ask, type ApprovalOrder, type AskRefusal } from './asking.service.ts';
import {
  approve,
  finishBegun,
  reject,
  withdraw,
  type ApproveOrder,
  type Decided,
  type RejectOrder,
  type WithdrawOrder,
} from './deciding.service.ts';
import { expireDue } from './expiring.service.ts';

export interface ApprovalPage {
  page: number;
  size: number;
  kind?: string | undefined;
}

export interface ApprovalList {
  requests: ListedApproval[];
  total: number;
}

/** Anything that needs a second pair of eyes: one person asks, another, who may, decides. */
export interface Approvals {
  /** Says what a kind of request does; once a kind, before anything of it is asked for. */
  handle(kind: string, handler: ApprovalHandler): void;
  kinds(): { kind: string; handler: ApprovalHandler }[];
  request(order: ApprovalOrder): Promise<Result<ApprovalRequest, AskRefusal>>;
  approve(order: ApproveOrder): Promise<Decided>;
  reject(order: RejectOrder): Promise<Decided>;
  withdraw(order: WithdrawOrder): Promise<Decided>;
  /** What this person may decide, the longest waiting first: never their own, and not on their own file. */
  pendingFor(actor: Actor, page: ApprovalPage): Promise<ApprovalList>;
  /** What this person asked for, newest first. */
  mine(actor: Actor, page: ApprovalPage): Promise<ApprovalList>;
  /** What is decided of the kinds that this person may decide on or watch over, the latest first. */
  recent(actor: Actor, page: ApprovalPage): Promise<ApprovalList>;
  find(id: string): Promise<ApprovalRequest | undefined>;
  /** What is open for a subject, of every kind. */
  pendingOf(subject: { type: string; id: string }): Promise<ApprovalRequest[]>;
  /** Ends what nobody decided in time and what a dead process had begun; for the background. Gives how many. */
  tidy(): Promise<number>;
}

export const usualExpiryDays = 14;
/** Before every date: what is open has none. */
const beginning = new Date(0);
/** No list counts further. */
const mostCounted = 10_000;
const mostOpen = 100;

export function createApprovals(platform: Platform, options: { expiresAfterDays?: number } = {}): Approvals {
  const handlers = new Map<string, ApprovalHandler>();
  const parts: ApprovalParts = {
    platform,
    handlers,
    records: approvalModel(platform.database.connection),
    expiresAfterDays: options.expiresAfterDays ?? usualExpiryDays,
  };
  return {
    handle: (kind, handler) => {
      assert(!handlers.has(kind), `Approvals of the kind ${kind} have a handler already`);
      const deciders = rolesWith('approval:decide');
      const all = rolesWith(handler.permission).every((role) => deciders.includes(role));
      assert(all, `Who has ${handler.permission} must have approval:decide`);
      handlers.set(kind, handler);
    },
    kinds: () => [...handlers].map(([kind, handler]) => ({ kind, handler })),
    request: (order) => ask(parts, order),
    approve: (order) => approve(parts, order),
    reject: (order) => reject(parts, order),
    withdraw: (order) => withdraw(parts, order),
    ...listsOf(parts),
    find: async (id) => {
      const record = await parts.records.findOne({ _id: id }).lean<ApprovalRecord>();
      return record ? requestOf(parts, record) : undefined;
    },
    pendingOf: async ({ type, id }) => {
      const open = { 'subject.id': id, 'subject.type': type, state: 'pending' as const };
      const found = await parts.records.find(open).sort({ at: 1 }).limit(mostOpen).lean<ApprovalRecord[]>();
      return Promise.all(found.map((record) => requestOf(parts, record)));
    },
    tidy: () => tidy(parts),
  };
}

function listsOf(parts: ApprovalParts): Pick<Approvals, 'pendingFor' | 'mine' | 'recent'> {
  const kindsOf = (actor: Actor, kind: string | undefined, watches: boolean) =>
    [...parts.handlers]
      .filter(([name]) => kind === undefined || name === kind)
      .filter(([, handler]) => watches || may(actor, handler.permission))
      .map(([name]) => name);
  return {
    pendingFor: (actor, page) => {
      const filter = {
        state: 'pending' as const,
        kind: operators({ $in: kindsOf(actor, page.kind, false) }),
        'maker.userId': operators({ $ne: actor.userId }),
        ...(actor.partyId === undefined ? {} : { partyId: operators({ $ne: actor.partyId }) }),
      };
      return list(parts, { filter, sort: { at: 1, _id: 1 }, page });
    },
    mine: (actor, page) => {
      const filter = { 'maker.userId': actor.userId, ...(page.kind === undefined ? {} : { kind: page.kind }) };
      return list(parts, { filter, sort: { at: -1, _id: -1 }, page });
    },
    recent: (actor, page) => {
      const kinds = kindsOf(actor, page.kind, may(actor, 'audit:view'));
      const filter = { kind: operators({ $in: kinds }), decidedAt: operators({ $gt: beginning }) };
      return list(parts, { filter, sort: { decidedAt: -1, _id: -1 }, page });
    },
  };
}

async function list(
  { records }: ApprovalParts,
  wanted: { filter: object; sort: Record<string, SortOrder>; page: ApprovalPage },
): Promise<ApprovalList> {
  const { filter, sort, page } = wanted;
  const [found, total] = await Promise.all([
    records
      .find(filter)
      .sort(sort)
      .skip((page.page - 1) * page.size)
      .limit(page.size)
      .lean<ApprovalRecord[]>(),
    records.countDocuments(filter).limit(mostCounted),
  ]);
  return { requests: found.map(listed), total };
}

/** An attempt that is older than this is nobody's any more: a request of the web is answered long before. */
const deadAfter = { minutes: 2 } as const;

async function tidy(parts: ApprovalParts): Promise<number> {
  const expired = await expireDue(parts);
  const before = new Date(parts.platform.clock.now().subtract(deadAfter).epochMilliseconds);
  const dead = { state: 'pending' as const, 'attempt.at': operators({ $lt: before }) };
  const begun = await parts.records.find(dead).sort({ 'attempt.at': 1 }).limit(mostOpen).lean<ApprovalRecord[]>();
  let finished = 0;
  for (const record of begun) {
    const done = await finishBegun(parts, record).catch((error: unknown) => {
      // What stands in the way of one must not keep the others waiting.
      parts.platform.logger.error({ err: error, request: record._id }, 'An approval could not be finished');
      return false;
    });
    if (done) finished += 1;
  }
  return expired + finished;
}
