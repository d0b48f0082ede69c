import type { Connection, Model } from 'mongoose';
import type { Frequency } from '#core/calendar.ts';
import type { Currency, Money } from '#core/money.ts';
import { documentSchema } from '#platform/schema.ts';
import { sealedField, type Sealed } from '#platform/vault/vault.ts';

export type ScheduleState = 'active' | 'done' | 'cancelled';

/** What became of the last date that was tried. */
export interface ScheduleOutcome {
  /** The date it was due. */
  due: string;
  /** The business date it was tried on. */
  on: string;
  outcome: 'sent' | 'failed' | 'failed-once';
  /** The transfer's key, where it was sent. */
  key: string | null;
  /** The refusal's code, where it failed. */
  reason: string | null;
}

/** A transfer that the bank makes by itself on a date, or on every date of a rhythm. */
export interface ScheduleRecord {
  /** The key of the form that made it. */
  _id: string;
  /** Over all that was asked for: the same form with another body is refused. */
  requestHash: string;
  number: string;
  partyId: string;
  fromAccount: string;
  toAccount: string;
  amount: Money;
  currency: Currency;
  /** The other side's masked name or the own account's name as it was confirmed, under the person's key. */
  name: Sealed;
  reference: Sealed | null;
  startOn: string;
  /** Null where it happens once. */
  every: Frequency | null;
  /** The last day it may happen on, and the number of times; null where it has no such end. */
  until: string | null;
  times: number | null;
  state: ScheduleState;
  /** One of a person's places for active schedules: unique among them, so that nobody has more than the most. */
  place: number;
  /** Which date is next, counted from 0, and when it is tried: later than its own date where it failed once. */
  next: number;
  nextOn: string;
  /** True where the next date has failed once and is tried a second time. */
  retrying: boolean;
  sent: number;
  last: ScheduleOutcome | null;
  createdAt: Date;
  version: number;
}

const lastField = {
  type: {
    due: { type: String },
    on: { type: String },
    outcome: { type: String },
    key: { type: String },
    reason: { type: String },
  },
  default: null,
  _id: false,
};

const scheduleSchema = documentSchema(
  {
    requestHash: { type: String, required: true },
    number: { type: String, required: true },
    partyId: { type: String, required: true },
    fromAccount: { type: String, required: true },
    toAccount: { type: String, required: true },
    amount: { type: BigInt, required: true },
    currency: { type: String, required: true },
    name: sealedField,
    reference: { type: sealedField, default: null },
    startOn: { type: String, required: true },
    every: { type: { every: { type: Number }, unit: { type: String } }, default: null, _id: false },
    until: { type: String, default: null },
    times: { type: Number, default: null },
    state: { type: String, required: true },
    place: { type: Number, required: true },
    next: { type: Number, required: true },
    nextOn: { type: String, required: true },
    retrying: { type: Boolean, required: true },
    sent: { type: Number, required: true },
    last: lastField,
    createdAt: { type: Date, required: true },
    version: { type: Number, required: true },
  },
  'transferSchedules',
)
  .index({ number: 1 }, { unique: true })
  .index({ partyId: 1, place: 1 }, { unique: true, name: 'activePlaces', partialFilterExpression: { state: 'active' } })
  .index({ partyId: 1, state: 1, _id: 1 })
  // What is due: the day's job walks this and nothing else.
  .index({ nextOn: 1, _id: 1 }, { name: 'due', partialFilterExpression: { state: 'active' } });

export const scheduleCollection = 'transferSchedules';

export const scheduleModel = (connection: Connection): Model<ScheduleRecord> =>
  connection.model<ScheduleRecord>('TransferSchedule', scheduleSchema as never);
