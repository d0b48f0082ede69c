import type { Connection, Model } from 'mongoose';
import { documentSchema } from '../schema.ts';
import type { SubjectFailure } from './step.ts';

/** One close of day: its id is the business date that it closes, so that there is one across all instances. */
export interface DayRun {
  _id: string;
  /** `stopped`: a step could not be finished; it is tried again every minute, and by hand. */
  state: 'running' | 'stopped' | 'done';
  /** The lease under which it was written last; an older one writes nothing here. */
  token: number;
  holder: string;
  /** A user's id, `calendar` or `command-line`. */
  startedBy: string;
  startedAt: Date;
  finishedAt: Date | null;
  /** Where the step in hand waits for a moment. */
  notBefore: Date | null;
  /** How often it was gone on with after its process died or was stopped. */
  takeovers: number;
  /** How often steps with failures were run again by hand. */
  retries: number;
  /** How many subjects need somebody to look at them. */
  failed: number;
  steps: StepRecord[];
}

export interface StepRecord {
  name: string;
  title: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  startedAt: Date | null;
  finishedAt: Date | null;
  cursor: string | null;
  done: number;
  failed: number;
  total: number | null;
  /** Why it could not be finished the last time. */
  error: string | null;
  /** The first of the subjects that failed. */
  failures: SubjectFailure[];
}

const failureSchema = { subject: { type: String, required: true }, sentence: { type: String, required: true } };

const stepSchema = {
  name: { type: String, required: true },
  title: { type: String, required: true },
  state: { type: String, required: true },
  startedAt: { type: Date, default: null },
  finishedAt: { type: Date, default: null },
  cursor: { type: String, default: null },
  done: { type: Number, required: true },
  failed: { type: Number, required: true },
  total: { type: Number, default: null },
  error: { type: String, default: null },
  failures: { type: [{ ...failureSchema, _id: false }], required: true },
};

export const dayRunCollection = 'closeOfDayRuns';

const dayRunSchema = documentSchema(
  {
    state: { type: String, required: true },
    token: { type: Number, required: true },
    holder: { type: String, default: '' },
    startedBy: { type: String, required: true },
    startedAt: { type: Date, required: true },
    finishedAt: { type: Date, default: null },
    notBefore: { type: Date, default: null },
    takeovers: { type: Number, required: true },
    retries: { type: Number, required: true },
    failed: { type: Number, required: true },
    steps: { type: [{ ...stepSchema, _id: false }], required: true },
  },
  dayRunCollection,
)
  // What is not finished, oldest first: never more than the days that were missed.
  .index({ state: 1, _id: 1 });

export const dayRunModel = (connection: Connection): Model<DayRun> =>
  connection.model<DayRun>('DayRun', dayRunSchema as never);

export function newStepRecord({ name, title }: { name: string; title: string }): StepRecord {
  return {
    ...{ name, title, state: 'waiting', startedAt: null, finishedAt: null, cursor: null },
    ...{ done: 0, failed: 0, total: null, error: null, failures: [] },
  };
}
