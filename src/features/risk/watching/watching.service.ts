import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { Model } from '../models/loading.ts';
import type { RiskModels, Stage } from '../models/shipped.ts';
import { acknowledge, type Acknowledged, type AcknowledgeOrder } from './alerts.service.ts';
import { countDue, type CountingParts, type WatchingDeps } from './counting.service.ts';
import { monthsBefore } from './due.rules.ts';
import { liveModels, type LiveModels } from './expectations.ts';
import { watchingModels, type ModelAlert } from './month.model.ts';
import type { ModelMonth } from './month.ts';

/** What a page about one month of one stage reads: summaries only. */
export interface WatchedMonth {
  /** Every month there is something of, newest first. */
  months: string[];
  month: string;
  /** The models of the month, the one that judged most first. */
  models: { model: string; records: number }[];
  /** Of the chosen model: the month, and it with the eleven before, oldest first. */
  chosen: ModelMonth;
  year: ModelMonth[];
  /** Of every model of the stage in these twelve months, oldest first. */
  trend: ModelMonth[];
}

export interface AlertPage {
  alerts: ModelAlert[];
  total: number;
}

/** Whether the models still meet the people and the truth that they were made for. */
export interface Watching {
  live: LiveModels;
  /** The model in the shadow, where there is one. */
  challenger: Model | undefined;
  /** Undefined where nothing was counted yet. A month or a model that is not there is the newest one. */
  watched(query: {
    stage: Stage;
    month: string | undefined;
    model: string | undefined;
  }): Promise<WatchedMonth | undefined>;
  /** What waits for somebody: what is to be acted on first, then the newest. */
  open(page: { page: number; size: number }): Promise<AlertPage>;
  alerts(page: { page: number; size: number }): Promise<AlertPage>;
  alert(id: string): Promise<ModelAlert | undefined>;
  acknowledge(order: AcknowledgeOrder): Promise<Acknowledged>;
  /** Counts the months that are due; gives how many. Asked every few minutes, by one instance. */
  follow(): Promise<number>;
  /** Gives up what is being counted; it is counted anew by whoever follows next. */
  stop(): void;
}

const monthsTogether = 12;
const mostMonths = 60;
// A model is changed now and then, not daily; the bound keeps a slip from reading everything.
const mostModels = 10;

export function createWatching(
  platform: Platform,
  deps: WatchingDeps & { models: RiskModels; challenger?: Model | undefined },
): Watching {
  const { models, challenger, records, ports } = deps;
  const live = liveModels(models.models);
  const stopping = new AbortController();
  const { signal } = stopping;
  const own = watchingModels(platform.database.connection);
  const parts: CountingParts = { platform, records, ports, live, stopping: signal, ...own };
  const { alerts } = parts;
  return {
    ...{ live, challenger },
    watched: (query) => watched(parts, query),
    open: async ({ page, size }) => {
      const filter = { state: 'open' as const };
      // `act` stands before `watch` in the alphabet.
      const found = alerts.find(filter).sort({ state: 1, level: 1, month: -1, _id: 1 });
      return paged(found, { page, size, total: await alerts.countDocuments(filter) });
    },
    alerts: async ({ page, size }) => {
      const found = alerts.find({}).sort({ month: -1, _id: 1 });
      return paged(found, { page, size, total: await alerts.estimatedDocumentCount() });
    },
    alert: async (id) => (await alerts.findById(id).lean<ModelAlert>()) ?? undefined,
    acknowledge: (order) => acknowledge(parts, order),
    follow: () => countDue(parts),
    stop: () => {
      stopping.abort();
    },
  };
}

async function paged(
  found: ReturnType<CountingParts['alerts']['find']>,
  { page, size, total }: { page: number; size: number; total: number },
): Promise<AlertPage> {
  const alerts = await found
    .skip((page - 1) * size)
    .limit(size)
    .lean<ModelAlert[]>();
  return { alerts, total };
}

async function watched(
  { months }: CountingParts,
  query: { stage: Stage; month: string | undefined; model: string | undefined },
): Promise<WatchedMonth | undefined> {
  const { stage } = query;
  const kept = await months
    .find({ stage }, { month: 1, _id: 0 })
    .sort({ month: -1 })
    .limit(mostMonths * mostModels)
    .lean<Pick<ModelMonth, 'month'>[]>();
  const all = [...new Set(kept.map(({ month }) => month))].slice(0, mostMonths);
  const month = all.find((one) => one === query.month) ?? all[0];
  if (month === undefined) return undefined;
  const trend = await months
    .find({ stage, month: operators({ $gte: monthsBefore(month, monthsTogether - 1), $lte: month }) })
    .sort({ month: -1, _id: 1 })
    .limit(monthsTogether * mostModels)
    .lean<ModelMonth[]>();
  const busy = ({ population, decided }: ModelMonth) => population.records + decided.approved + decided.declined;
  const here = trend.filter((one) => one.month === month).toSorted((a, b) => busy(b) - busy(a));
  const chosen = here.find(({ model }) => model === query.model) ?? here[0];
  if (!chosen) return undefined;
  const oldestFirst = trend.toReversed();
  return {
    ...{ months: all, month, chosen, trend: oldestFirst },
    models: here.map((one) => ({ model: one.model, records: busy(one) })),
    year: oldestFirst.filter(({ model }) => model === chosen.model),
  };
}
