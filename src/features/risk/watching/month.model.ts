import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';
import type { Stage } from '../models/shipped.ts';
import type { ModelMonth } from './month.ts';

export const alertAbout = ['score', 'feature', 'unscored', 'decisions', 'loans'] as const;
export type AlertAbout = (typeof alertAbout)[number];
export type AlertLevel = 'watch' | 'act';

/** A figure of a model that passed its threshold: written once a month, model, figure and level. */
export interface ModelAlert {
  /** A hash of these, so that it fits into an address. */
  _id: string;
  month: string;
  model: string;
  stage: Stage;
  about: AlertAbout;
  /** The model's column, of a feature. */
  feature: string | null;
  level: AlertLevel;
  /** The index, or the share or gap as a fraction, among so many records: of the month, or of twelve months to it. */
  value: number;
  records: number;
  over: 'month' | 'year';
  /** The business date it was found on. */
  raisedOn: string;
  raisedAt: Date;
  /** `replaced`: the same figure passed the higher threshold before anybody looked. */
  state: 'open' | 'acknowledged' | 'replaced';
  acknowledged: { by: { userId: string; name: string }; at: Date; note: string } | null;
}

/** That a month was counted, also where there was nothing in it; its id is the month. */
export interface CountMark {
  _id: string;
  through: string;
  at: Date;
  records: number;
}

export const watchingNames = { months: 'riskMonths', marks: 'riskMonthMarks', alerts: 'riskAlerts' } as const;

const text = { type: String, required: true };
const count = { type: Number, required: true };
const facts = { type: Object, required: true };
const at = { type: Date, required: true };

const monthSchema = documentSchema(
  {
    month: text,
    model: text,
    stage: text,
    through: text,
    at,
    population: facts,
    decided: facts,
    went: facts,
    grades: facts,
    shadows: { type: [Object], required: true },
  },
  watchingNames.months,
).index({ stage: 1, month: -1, _id: 1 });

const alertSchema = documentSchema(
  {
    month: text,
    model: text,
    stage: text,
    about: text,
    feature: { type: String, default: null },
    level: text,
    value: count,
    records: count,
    over: text,
    raisedOn: text,
    raisedAt: at,
    state: text,
    acknowledged: { type: Object, default: null },
  },
  watchingNames.alerts,
)
  // What waits for somebody, what is to be acted on first; and all of them, newest first.
  .index({ state: 1, level: 1, month: -1, _id: 1 })
  .index({ month: -1, _id: 1 });

const markSchema = documentSchema({ through: text, at, records: count }, watchingNames.marks);

export interface WatchingModels {
  months: Model<ModelMonth>;
  marks: Model<CountMark>;
  alerts: Model<ModelAlert>;
}

export const watchingModels = (connection: Connection): WatchingModels => ({
  months: connection.model<ModelMonth>('RiskMonth', monthSchema as never),
  marks: connection.model<CountMark>('RiskMonthMark', markSchema as never),
  alerts: connection.model<ModelAlert>('RiskAlert', alertSchema as never),
});
