import { assert, present } from '#core/assert.ts';
import { bsonDate } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import type { Application, HistoryEvent } from './application.model.ts';
import { next, type ApplicationAction, type ApplicationState } from './application-states.ts';

/** One move along an edge of the table, with what else changes on the application. */
export interface Move {
  application: Application;
  action: ApplicationAction;
  /** The user's id, or the name of a job of ours. */
  actor: string;
  by: HistoryEvent['by'];
  /** For the audit: ids, states and amounts, never a personal value. */
  details?: Record<string, string>;
  set?: Record<string, unknown>;
}

export interface Moved {
  /** The guarded change and its audit entry: to be committed together with whatever else the move promises. */
  companions: Companion[];
  /** The application as it is once they are committed. */
  application: Application;
}

const mostHistory = 100;

const auditActions: Record<ApplicationAction, string> = {
  save: 'application-saved',
  submit: 'application-submitted',
  withdraw: 'application-withdrawn',
  answer: 'application-answered',
  contest: 'application-contested',
  ask: 'application-asked',
  return: 'application-returned',
  refer: 'application-referred',
  resume: 'application-resumed',
  propose: 'application-recommended',
  approve: 'application-approved',
  reject: 'application-rejected',
  'send-back': 'recommendation-sent-back',
  accept: 'offer-accepted',
  decline: 'offer-declined',
  cancel: 'loan-cancelled',
  expire: 'offer-expired',
  'disburse-part': 'loan-part-disbursed',
  disburse: 'loan-disbursed',
};

/**
 * The writes that move an application along an edge of the table. The caller has refused an edge that is not there; the
 * guard of version and state refuses whoever comes second. Every state is written here and nowhere else.
 */
export function moveApplication(platform: Pick<Platform, 'audit' | 'clock'>, move: Move): Moved {
  const { application, action, actor, by, details = {}, set = {} } = move;
  const { _id, version, state, reference } = application;
  const to = present(next(state, action), `The state after ${action} of an application that is ${state}`);
  assert(!('state' in set), 'The state follows from the table');
  const at = bsonDate(platform.clock.now());
  const event: HistoryEvent = { at, action, from: state, to, actor, by };
  const change = { ...clockOf(application, { to, at }), ...set, state: to, changedAt: at };
  // Saving an answer is no turn in the life of an application: the section says when it was saved.
  const told = action !== 'save';
  const subject = { type: 'application', id: _id };
  const entry = { actor, action: auditActions[action], subject, details: { reference, from: state, ...details } };
  const history = told ? [...application.history, event].slice(-mostHistory) : application.history;
  return {
    companions: [
      {
        collection: 'applications',
        kind: 'update',
        filter: { _id, version, state },
        change: {
          $set: change,
          $inc: { version: 1 },
          ...(told ? { $push: { history: { $each: [event], $slice: -mostHistory } } } : {}),
        },
      },
      ...(told ? [platform.audit.entry(entry)] : []),
    ],
    application: { ...application, ...change, version: version + 1, history },
  };
}

/** The time that we give ourselves to decide runs while the file waits for us, and stands still while it does not. */
export const decisionTimeMs = 48 * 60 * 60 * 1_000;
const running: readonly ApplicationState[] = ['submitted', 'proposed'];
const paused: readonly ApplicationState[] = ['asked', 'returned'];

function clockOf({ dueAt, dueLeftMs }: Application, { to, at }: { to: ApplicationState; at: Date }) {
  if (running.includes(to)) {
    if (dueAt !== null) return {};
    return { dueAt: new Date(at.getTime() + (dueLeftMs ?? decisionTimeMs)), dueLeftMs: null };
  }
  const left = dueAt === null ? dueLeftMs : dueAt.getTime() - at.getTime();
  return paused.includes(to) ? { dueAt: null, dueLeftMs: left } : { dueAt: null, dueLeftMs: null };
}
