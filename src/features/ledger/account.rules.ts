import { minus, plus, zero, type Currency, type Money } from '#core/money.ts';
import { onNormalSide, type AccountKind } from './chart.rules.ts';

/** What may not be done with an account: take from it, put into it, neither. */
export type Freeze = 'none' | 'debit' | 'credit' | 'full';

/** The most that may leave an account; null where there is no limit. */
export interface AccountLimits {
  perTransfer: Money | null;
  /** Of one business date. */
  perDay: Money | null;
}

/** What left an account under its limits on a business date. */
export interface Spent {
  on: string;
  amount: Money;
}

/** All that a decision about an account needs to know. */
export interface AccountState {
  readonly _id: string;
  readonly kind: AccountKind;
  readonly currency: Currency;
  /** The least the balance may be on its normal side; null where there is no floor. */
  readonly floor: Money | null;
  readonly freeze: Freeze;
  readonly limits: AccountLimits;
  readonly state: 'open' | 'closed';
  /** Debits positive. */
  readonly balance: Money;
  /** What pending holds set aside, on the normal side. */
  readonly held: Money;
  readonly spent: Spent | null;
  /** The number of entries so far; the next one is `seq + 1`. */
  readonly seq: number;
}

/** An entry of one account. Holds, freezes and the like are entries too, of amount zero: they have their place in the order. */
export interface Posting {
  account: string;
  /** Debits positive, credits negative. */
  amount: Money;
  seq: number;
  /** The account's balance after this posting, debits positive. */
  balanceAfter: Money;
  /** What is held after this posting, where anything is. */
  heldAfter?: Money;
  /** What left under the limits, where anything has. */
  spentAfter?: Spent;
}

export type HoldState = 'pending' | 'posted' | 'voided' | 'expired';

/** Money of an account that is set aside. */
export interface Hold {
  /** The key of the order that placed it. */
  _id: string;
  account: string;
  amount: Money;
  /** What of it is still set aside. */
  remaining: Money;
  state: HoldState;
  placedAt: Date;
  expiresAt: Date | null;
  reference: string;
}

/** What was refused under a key, as it is kept: amounts stay bigint in BSON. */
export type LedgerRefusal =
  | { code: 'unknown-account'; account: string }
  | { code: 'closed-account'; account: string }
  | { code: 'frozen'; account: string; freeze: Freeze }
  | { code: 'wrong-currency'; account: string }
  | { code: 'insufficient-funds'; account: string; short: Money }
  | { code: 'over-transfer-limit'; account: string; limit: Money }
  | { code: 'over-daily-limit'; account: string; limit: Money; left: Money }
  | { code: 'unknown-hold'; hold: string }
  | { code: 'hold-settled'; hold: string; state: HoldState }
  | { code: 'exceeds-hold'; hold: string; remaining: Money }
  | { code: 'not-empty'; account: string; balance: Money; held: Money }
  | { code: 'already-reversed'; journal: string }
  | { code: 'guard-missed'; collection: string }
  | { code: 'held-by-guard'; guard: string; reason: string }
  | { code: 'key-reused' }
  | { code: 'by-policy'; reason: string; short?: Money };

/** The balance and its like after an entry: the entry says all that changes with money. */
export function afterEntry<S extends AccountState>(state: S, entry: Omit<Posting, 'account' | 'amount'>): S {
  return {
    ...state,
    seq: entry.seq,
    balance: entry.balanceAfter,
    held: entry.heldAfter ?? zero,
    spent: entry.spentAfter ?? null,
  };
}

/** The entry that follows on the state. */
export function entryOn(state: AccountState, change: { amount: Money; held?: Money; spent?: Spent | null }): Posting {
  const held = change.held ?? state.held;
  const spent = change.spent ?? state.spent;
  return {
    account: state._id,
    amount: change.amount,
    seq: state.seq + 1,
    balanceAfter: plus(state.balance, change.amount),
    ...(held === zero ? {} : { heldAfter: held }),
    ...(spent ? { spentAfter: spent } : {}),
  };
}

/** By how much taking so much would leave less than holds and floor need; zero or less where it would not. */
export function shortfall(state: AccountState, facts: { taken: Money; held: Money }): Money {
  if (state.floor === null) return zero;
  const left = minus(onNormalSide(state.balance, state.kind), facts.taken);
  return minus(plus(state.floor, facts.held), left);
}

export function frozenFor(freeze: Freeze, direction: 'debit' | 'credit'): boolean {
  return freeze === 'full' || freeze === direction;
}
