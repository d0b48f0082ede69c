import { operators } from '#platform/mongo.ts';
import type { Application } from '../applying/application.model.ts';
import type { DeskActor, DeskParts } from './desk-parts.ts';
import {
  countByTab,
  entriesOf,
  filterOf,
  mostCounted,
  orders,
  tabFilter,
  type Queue,
  type QueueEntry,
  type QueueTab,
} from './queue.service.ts';
import type { SlaState } from './sla.rules.ts';

/** What an officer's home shows. */
export interface DeskToday {
  /** Most urgent first. */
  mine: QueueEntry[];
  /** Recommended by a colleague, and waiting for a second person. */
  recommended: QueueEntry[];
  byTab: Queue['byTab'];
  late: number;
  dueToday: number;
}

const shownAtHome = 8;

export async function deskToday(parts: DeskParts, actor: DeskActor): Promise<DeskToday> {
  const top = (tab: QueueTab, others: Record<string, unknown> = {}) =>
    parts.applications
      .find({ ...others, ...tabFilter(tab, actor) })
      .sort(orders.due)
      .limit(shownAtHome)
      .lean<Application[]>();
  const count = (sla: SlaState) =>
    parts.applications.countDocuments(filterOf(parts, { actor, tab: 'waiting', sla })).limit(mostCounted);
  const running = { dueAt: operators({ $ne: null }) };
  const [mine, recommended, byTab, late, dueToday] = await Promise.all([
    top('mine', running),
    top('recommended'),
    countByTab(parts, actor),
    count('late'),
    count('today'),
  ]);
  return {
    mine: await entriesOf(parts, { actor, found: mine }),
    recommended: await entriesOf(parts, { actor, found: recommended }),
    ...{ byTab, late, dueToday },
  };
}

/** The most urgent of the files on this officer's own desk that wait for us. */
export async function nextOfMine({ applications }: DeskParts, actor: DeskActor): Promise<string | undefined> {
  const [found] = await applications
    .find({ 'assignee.userId': actor.userId, state: 'submitted' })
    .sort(orders.due)
    .limit(1)
    .lean<Application[]>();
  return found?._id;
}
