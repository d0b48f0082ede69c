import { zero, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';

export type CloseRefusal =
  | { code: 'not-empty'; balance: Money; held: Money }
  /** Nothing is said of why: whoever is looked into must not learn of it here. */
  | { code: 'not-now' }
  | { code: 'not-your-account' }
  | { code: 'interest-not-taken' }
  | { code: 'interest-paid-in'; amount: Money }
  | { code: 'changed-meanwhile' };

/** Only an empty account is closed, and none whose payments are stopped. */
export function closable(facts: { balance: Money; held: Money; freeze: string }): Result<'closable', CloseRefusal> {
  const { balance, held, freeze } = facts;
  if (balance !== zero || held !== zero) return refuse({ code: 'not-empty', balance, held });
  return freeze === 'none' ? ok('closable') : refuse({ code: 'not-now' });
}
