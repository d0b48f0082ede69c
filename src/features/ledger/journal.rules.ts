import { assert } from '#core/assert.ts';
import { minus, moneyOf, plus, sum, zero, type Currency, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { onNormalSide, type AccountKind } from './chart.rules.ts';

export interface PostingOrder {
  account: string;
  /** Debits positive, credits negative; never zero. */
  amount: Money;
}

interface AccountFacts {
  _id: string;
  kind: AccountKind;
  currency: Currency;
  floor: Money | null;
  balance: Money;
  seq: number;
  state: 'open' | 'closed';
}

export interface DecidedPosting {
  account: string;
  amount: Money;
  seq: number;
  balanceAfter: Money;
}

type Refusal =
  | { code: 'unknown-account'; account: string }
  | { code: 'closed-account'; account: string }
  | { code: 'wrong-currency'; account: string }
  | { code: 'insufficient-funds'; account: string; short: Money };

const mostPostings = 100;

/** What no caller may ever ask for; a fault of the program, not of its user. */
export function assertWellFormed(order: { key: string; postings: readonly PostingOrder[] }): void {
  const { key, postings } = order;
  assert(/^[\w:.-]{8,120}$/.test(key), 'A journal key has 8 to 120 letters, digits, colons, dots and dashes');
  assert(postings.length >= 2 && postings.length <= mostPostings, 'A journal has 2 to 100 postings');
  assert(
    postings.every((posting) => posting.amount !== 0n),
    'A posting moves something',
  );
  assert(
    new Set(postings.map((posting) => posting.account)).size === postings.length,
    'An account stands once in a journal',
  );
  assert(sum(postings.map((posting) => posting.amount)) === 0n, 'A journal is balanced');
}

/** Numbers the postings and computes the balances after them, or says why the journal cannot be posted. */
export function decideJournal(facts: {
  currency: Currency;
  postings: readonly PostingOrder[];
  accounts: ReadonlyMap<string, AccountFacts>;
}): Result<DecidedPosting[], Refusal> {
  const decided: DecidedPosting[] = [];
  for (const { account: id, amount } of facts.postings) {
    const account = facts.accounts.get(id);
    if (!account) return refuse({ code: 'unknown-account', account: id });
    if (account.state !== 'open') return refuse({ code: 'closed-account', account: id });
    if (account.currency !== facts.currency) return refuse({ code: 'wrong-currency', account: id });
    const balanceAfter = plus(account.balance, amount);
    const short = shortfall({ account, amount, balanceAfter });
    if (short > 0n) return refuse({ code: 'insufficient-funds', account: id, short });
    decided.push({ account: id, amount, seq: account.seq + 1, balanceAfter });
  }
  return ok(decided);
}

/** By how much the account would end below its floor. What raises a balance is never refused for the floor. */
function shortfall(facts: { account: AccountFacts; amount: Money; balanceAfter: Money }): Money {
  const { account, amount, balanceAfter } = facts;
  if (account.floor === null || onNormalSide(amount, account.kind) > 0n) return zero;
  const after = onNormalSide(balanceAfter, account.kind);
  return after < account.floor ? minus(account.floor, after) : zero;
}

/** The equal and opposite postings of a journal. */
export function reversed(postings: readonly PostingOrder[]): PostingOrder[] {
  return postings.map(({ account, amount }) => ({ account, amount: moneyOf(0n - amount) }));
}
