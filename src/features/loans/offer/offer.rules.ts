import { dateOf, isBefore, type PlainDate } from '#core/calendar.ts';
import { ok, refuse, type Result } from '#core/result.ts';

/** An offer stands for two weeks, its last day included. */
const offerDays = 14;

export function offerValidUntil(madeOn: PlainDate): PlainDate {
  return madeOn.add({ days: offerDays });
}

export function hasExpired(validUntil: string, today: PlainDate): boolean {
  return isBefore(dateOf(validUntil), today);
}

export type AnswerRefusal =
  | { code: 'expired' }
  /** Answered otherwise before, or withdrawn. */
  | { code: 'not-open'; state: string }
  /** The papers are not those that were shown. */
  | { code: 'documents-changed' }
  | { code: 'wrong-name' }
  | { code: 'bank-not-proved' }
  | { code: 'choose-account' }
  | { code: 'not-your-account' };

interface AnswerFacts {
  state: string;
  validUntil: string;
  today: PlainDate;
}

/** Only an open offer within its time can be answered. */
export function mayAnswer(facts: AnswerFacts): Result<'open', AnswerRefusal> {
  if (facts.state === 'expired') return refuse({ code: 'expired' });
  if (facts.state !== 'offered') return refuse({ code: 'not-open', state: facts.state });
  return hasExpired(facts.validUntil, facts.today) ? refuse({ code: 'expired' }) : ok('open');
}

export type PayoutChoice = { kind: 'own'; accountId: string } | { kind: 'open-one' };

/** How long the conditions of an accepted offer may stay open, the last day included. */
export const conditionDays = 60;

export interface ShownDocument {
  kind: string;
  sha256: string;
}

/** Whether what was read is what is signed: every paper, with the same fingerprint. */
export function sameDocuments(shown: readonly ShownDocument[], now: readonly ShownDocument[]): boolean {
  const lines = (documents: readonly ShownDocument[]) => documents.map(({ kind, sha256 }) => `${kind} ${sha256}`);
  return lines(shown).toSorted().join() === lines(now).toSorted().join();
}

/** Which account is paid into: one of the borrower's own; where there is none, one is opened. */
export function choosePayoutAccount(facts: {
  chosen: string | undefined;
  own: readonly string[];
}): Result<PayoutChoice, AnswerRefusal> {
  const { chosen, own } = facts;
  if (chosen === undefined || chosen === '')
    return own.length === 0 ? ok({ kind: 'open-one' }) : refuse({ code: 'choose-account' });
  return own.includes(chosen) ? ok({ kind: 'own', accountId: chosen }) : refuse({ code: 'not-your-account' });
}
