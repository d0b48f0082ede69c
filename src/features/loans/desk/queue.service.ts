import { notFound } from '#core/errors.ts';
import { zero, type Money } from '#core/money.ts';
import { operators, readCount } from '#platform/mongo.ts';
import type { Application } from '../applying/application.model.ts';
import { undecidedStates, type ApplicationState } from '../applying/application-states.ts';
import { lockOfOther } from '../underwriting/working.rules.ts';
import { nowOf, type DeskActor, type DeskParts } from './desk-parts.ts';
import { slaBounds, slaOf, type Sla, type SlaState } from './sla.rules.ts';

export const queueTabs = ['waiting', 'mine', 'unassigned', 'borrower', 'recommended', 'offered', 'to-pay'] as const;
export type QueueTab = (typeof queueTabs)[number];
export const queueSorts = ['due', 'age', 'amount'] as const;
export type QueueSort = (typeof queueSorts)[number];

export interface QueueFilters {
  productCode?: string | undefined;
  level?: 'officer' | 'senior' | undefined;
  /** Sent at least so many days ago. */
  olderThanDays?: number | undefined;
  sla?: SlaState | undefined;
  /** A user's id. */
  assignee?: string | undefined;
  contested?: 'yes' | undefined;
}

export interface QueueQuery extends QueueFilters {
  actor: DeskActor;
  tab: QueueTab;
  sort: QueueSort;
  page: number;
  size: number;
}

export interface QueueEntry {
  applicationId: string;
  reference: string;
  partyId: string;
  applicant: string;
  productName: string;
  state: ApplicationState;
  level: Application['level'];
  contested: boolean;
  /** What was asked for, or offered. */
  amount: Money;
  instalments: number;
  submittedAt: Date;
  sla: Sla;
  /** Null where it is on nobody's desk. */
  assignee: { userId: string; name: string } | null;
  /** A colleague who works on it at this moment. */
  lockedBy: string | null;
}

export interface Queue {
  entries: QueueEntry[];
  total: number;
  /** Of the tab, by product. */
  byProduct: { productCode: string; productName: string; count: number }[];
  byTab: Record<QueueTab, number>;
}

/** No list is counted further than this; a page shows that there are more. */
export const mostCounted = 3_000;

const tabStates: Record<QueueTab, readonly ApplicationState[]> = {
  waiting: ['submitted'],
  mine: undecidedStates,
  unassigned: ['submitted'],
  borrower: ['asked', 'returned'],
  recommended: ['proposed'],
  offered: ['offered'],
  'to-pay': ['accepted', 'part-disbursed'],
};

/** Where the time limit runs; elsewhere the oldest comes first. */
const clocked: readonly QueueTab[] = ['waiting', 'mine', 'unassigned', 'recommended'];

export function sortOf(tab: QueueTab, sort: QueueSort): QueueSort {
  return sort === 'due' && !clocked.includes(tab) ? 'age' : sort;
}

export const orders = {
  due: { dueAt: 1, _id: 1 },
  age: { submittedAt: 1, _id: 1 },
  amount: { 'sections.terms.amount': -1, _id: 1 },
} as const;

export function orderOf(tab: QueueTab, sort: QueueSort): Record<string, 1 | -1> {
  return orders[sortOf(tab, sort)];
}

/** A tab as a filter whose first fields an index has. */
export function tabFilter(tab: QueueTab, actor: Pick<DeskActor, 'userId'>): Record<string, unknown> {
  const [only, ...others] = tabStates[tab];
  const state = others.length === 0 ? only : operators({ $in: [...tabStates[tab]] });
  if (tab === 'mine') return { 'assignee.userId': actor.userId, state };
  return tab === 'unassigned' ? { 'assignee.userId': null, state } : { state };
}

export function filterOf(parts: DeskParts, query: Omit<QueueQuery, 'page' | 'size' | 'sort'>): Record<string, unknown> {
  const { actor, tab, productCode, level, olderThanDays, sla, assignee, contested } = query;
  const now = nowOf(parts);
  return {
    ...(productCode === undefined ? {} : { productCode }),
    ...(level === undefined ? {} : { level }),
    ...(olderThanDays === undefined ? {} : { submittedAt: operators({ $lte: daysBefore(now, olderThanDays) }) }),
    ...(sla === undefined ? {} : { dueAt: rangeOf(slaBounds(sla, { now, endOfToday: endOfToday(parts) })) }),
    ...(assignee === undefined ? {} : { 'assignee.userId': assignee }),
    ...(contested === undefined ? {} : { contest: operators({ $ne: null }) }),
    // Last, so that "mine" and "unassigned" stay what they are.
    ...tabFilter(tab, actor),
  };
}

function rangeOf({ least, below }: { least?: Date; below?: Date }) {
  return operators({ ...(least ? { $gte: least } : {}), ...(below ? { $lt: below } : {}) });
}

function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * 86_400_000);
}

export function endOfToday({ platform }: DeskParts): Date {
  const now = platform.clock.now().toZonedDateTimeISO(platform.timeZone);
  return new Date(now.startOfDay().add({ days: 1 }).epochMilliseconds);
}

export async function listQueue(parts: DeskParts, query: QueueQuery): Promise<Queue> {
  const { tab, sort, page, size } = query;
  const filter = filterOf(parts, query);
  const [found, total, byProduct, byTab] = await Promise.all([
    parts.applications
      .find(filter)
      .sort(orderOf(tab, sort))
      .skip((page - 1) * size)
      .limit(size)
      .lean<Application[]>(),
    parts.applications.countDocuments(filter).limit(mostCounted),
    countByProduct(parts, query),
    countByTab(parts, query.actor),
  ]);
  return { entries: await entriesOf(parts, { actor: query.actor, found }), total, byProduct, byTab };
}

export async function entriesOf(
  parts: DeskParts,
  { actor, found }: { actor: DeskActor; found: readonly Application[] },
): Promise<QueueEntry[]> {
  const now = nowOf(parts);
  const [applicants, staff] = await Promise.all([
    parts.customers.names(found.map((application) => application.partyId)),
    parts.identity.displayNames(
      found.flatMap(({ assignee, lock }) => [assignee, lock].flatMap((one) => (one ? [one.userId] : []))),
    ),
  ]);
  const nameIn = (userId: string) => staff.get(userId) ?? 'A colleague';
  const today = endOfToday(parts);
  return found.map((application) => {
    const { assignee, dueAt, dueLeftMs, lock } = application;
    const other = lockOfOther({ userId: actor.userId, lock, now });
    return {
      ...factsOf(application),
      applicant: applicants.get(application.partyId) ?? '',
      sla: slaOf({ dueAt, dueLeftMs, now, endOfToday: today }),
      assignee: assignee && { userId: assignee.userId, name: nameIn(assignee.userId) },
      lockedBy: other ? nameIn(other.userId) : null,
    };
  });
}

function factsOf(application: Application) {
  const { _id, reference, partyId, productName, submittedAt, createdAt, sections, offer, state, level } = application;
  const terms = offer ?? sections.terms;
  return {
    ...{ applicationId: _id, reference, partyId, productName, state, level },
    contested: application.contest !== null,
    amount: terms?.amount ?? zero,
    instalments: terms?.instalments ?? 0,
    submittedAt: submittedAt ?? createdAt,
  };
}

async function countByProduct({ applications }: DeskParts, { tab, actor }: QueueQuery): Promise<Queue['byProduct']> {
  const groups = await applications.aggregate<{ _id: { code: string; name: string }; count: unknown }>([
    { $match: tabFilter(tab, actor) },
    { $limit: mostCounted },
    { $group: { _id: { code: '$productCode', name: '$productName' }, count: { $sum: 1 } } },
    { $sort: { '_id.name': 1 } },
    { $limit: 100 },
  ]);
  return groups.map(({ _id, count }) => ({ productCode: _id.code, productName: _id.name, count: readCount(count) }));
}

export async function countByTab(parts: DeskParts, actor: DeskActor): Promise<Queue['byTab']> {
  const counts = await Promise.all(
    queueTabs.map(
      async (tab) => [tab, await parts.applications.countDocuments(tabFilter(tab, actor)).limit(mostCounted)] as const,
    ),
  );
  return Object.fromEntries(counts) as Queue['byTab'];
}

/** The file with the reference that somebody read aloud. Throws `not-found`, also for a draft. */
export async function byReference({ applications }: DeskParts, reference: string): Promise<string> {
  const found = await applications.findOne({ reference }, { state: 1 }).lean<Pick<Application, '_id' | 'state'>>();
  if (!found || found.state === 'draft') throw notFound('Application');
  return found._id;
}
