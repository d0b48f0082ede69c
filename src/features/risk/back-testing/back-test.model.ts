import type { Connection, Model } from 'mongoose';
import { documentSchema } from '#platform/schema.ts';
import type { BackTest, Flip } from './back-test.ts';

export const backTestCollection = 'backTests';
export const flipCollection = 'backTestFlips';

const text = { type: String, required: true };
const textOrNull = { type: String, default: null };
const count = { type: Number, required: true };
const countOrNull = { type: Number, default: null };
const moment = { type: Date, default: null };
const part = { type: Object, required: true };

const backTestSchema = documentSchema(
  {
    ...{ state: text, policy: part, policyHash: text, modelChoice: text, models: [String], from: text, to: text },
    ...{ askedBy: text, askedAt: { type: Date, required: true }, startedAt: moment, endedAt: moment },
    ...{
      token: count,
      takeovers: count,
      attempts: count,
      restsUntil: moment,
      error: textOrNull,
      place: { type: Object, default: null },
    },
    ...{ tally: part, kept: count, truncated: { type: Boolean, required: true } },
  },
  backTestCollection,
)
  // What is to be done, oldest first, and the newest test of a policy.
  .index({ state: 1, _id: 1 })
  .index({ policyHash: 1, state: 1, _id: -1 });

const flipSchema = documentSchema(
  {
    ...{ testId: text, place: count, token: count, applicationId: text, on: text },
    ...{ then: text, now: text, change: text, rulesThen: [String], rulesNow: [String] },
    ...{ probabilityThen: countOrNull, probabilityNow: countOrNull, decision: textOrNull },
  },
  flipCollection,
)
  .index({ testId: 1, place: 1 })
  .index({ testId: 1, change: 1, place: 1 });

export const backTestModel = (connection: Connection): Model<BackTest> =>
  connection.model<BackTest>('BackTest', backTestSchema as never);
export const flipModel = (connection: Connection): Model<Flip> =>
  connection.model<Flip>('BackTestFlip', flipSchema as never);
