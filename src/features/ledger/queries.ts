import type { PlainDate } from '#core/calendar.ts';
import type { Currency, Money } from '#core/money.ts';
import type { AccountKind } from './chart.rules.ts';
import type { AccountLimits, Freeze, Spent } from './account.rules.ts';

/** An account as it is now. Amounts are positive on its normal side: a customer's money is what they have. */
export interface Balance {
  account: string;
  currency: Currency;
  balance: Money;
  /** What pending holds set aside. */
  held: Money;
  floor: Money | null;
  /** What may be taken: balance less holds and floor. */
  available: Money;
  limits: AccountLimits;
  freeze: Freeze;
  state: 'open' | 'closed';
  /** What left under the limits on the last business date it did. */
  spent: Spent | null;
  /** Its number of entries, holds and the like included. */
  entries: number;
}

/** A line of an account's history. */
export interface Entry {
  key: string;
  kind: string;
  reference: string;
  effectiveOn: string;
  /** The business date it was posted on, where that is another. */
  bookedOn?: string;
  late: boolean;
  postedAt: Date;
  /** Positive where it raised the balance on the account's normal side; zero for holds, freezes and the like. */
  amount: Money;
  /** The balance when it was posted; a statement's lines have the running balance of their days instead. */
  balanceAfter: Money;
  held: Money;
  seq: number;
  hold?: string;
}

/** What to find among an account's entries; everything given must fit. */
export interface EntryFilter {
  from?: PlainDate;
  to?: PlainDate;
  direction?: 'in' | 'out';
  kinds?: readonly string[];
  /** Without sign. */
  amount?: Money;
  /** Stands in the reference, whatever the case. */
  text?: string;
  /** One of these journals, or what `text` finds: at most 100. */
  keys?: readonly string[];
}

export interface Period {
  account: string;
  from: PlainDate;
  to: PlainDate;
}

/** The sums of a period by effective date. */
export interface Statement {
  opening: Money;
  closing: Money;
  paidIn: Money;
  paidOut: Money;
  entries: number;
}

export interface TrialBalanceLine {
  group: string;
  kind: AccountKind;
  currency: Currency;
  accounts: number;
  debit: Money;
  credit: Money;
}

export interface LedgerDifference {
  account: string;
  journal: string | undefined;
  what: string;
}
