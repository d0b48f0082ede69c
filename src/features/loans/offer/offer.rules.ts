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
