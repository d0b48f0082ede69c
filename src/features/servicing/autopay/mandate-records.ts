import { dateText, type PlainDate } from '#core/calendar.ts';
import { bsonDate } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import {
  mandateCollection,
  mostEvents,
  takingCollection,
  type Mandate,
  type MandateEvent,
  type PauseReason,
  type Taking,
} from './mandate.model.ts';

export function eventOf(
  platform: Platform,
  facts: { what: MandateEvent['what']; today: PlainDate; reason?: PauseReason },
): MandateEvent {
  const { what, today, reason = null } = facts;
  return { what, reason, on: dateText(today), at: bsonDate(platform.clock.now()) };
}

/** Guarded by the version: a mandate that was cancelled, or that another run has moved on, is left as it is. */
export function mandateUpdate(
  { _id, version, state }: Pick<Mandate, '_id' | 'version' | 'state'>,
  set: Partial<Mandate>,
  event?: MandateEvent,
): Companion {
  const history = event === undefined ? {} : { $push: { history: { $each: [event], $slice: -mostEvents } } };
  return {
    collection: mandateCollection,
    kind: 'update',
    filter: { _id, version, state },
    change: { $set: set, $inc: { version: 1 }, ...history },
  };
}

type Facts = Pick<Taking, '_id' | 'outcome'> & Partial<Pick<Taking, 'amount' | 'short' | 'reason' | 'againOn' | 'fee'>>;

export function takingInsert(
  platform: Platform,
  mandate: Mandate,
  { today, ...facts }: Facts & { today: PlainDate },
): Companion {
  const { _id: mandateId, loanId, partyId, accountId, dueOn, attempt } = mandate;
  const document: Taking = {
    ...{ mandateId, loanId, partyId, accountId, dueOn, attempt },
    on: dateText(today),
    at: bsonDate(platform.clock.now()),
    ...{ amount: null, short: null, reason: null, againOn: null, fee: null },
    ...facts,
  };
  return { collection: takingCollection, kind: 'insert', document: { ...document } };
}

export function auditOfMandate(
  platform: Platform,
  mandate: Pick<Mandate, '_id' | 'loanNumber'>,
  fact: { actor: string; action: string; details?: Record<string, string> },
): Companion {
  const { actor, action, details = {} } = fact;
  return platform.audit.entry({
    actor,
    action,
    subject: { type: 'mandate', id: mandate._id },
    details: { loan: mandate.loanNumber, ...details },
  });
}
