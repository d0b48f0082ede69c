import { minus, plus, zero, type Currency, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { afterEntry, entryOn } from './account.rules.ts';
import type { AccountLimits, AccountState, Freeze, Hold, LedgerRefusal, Posting, Spent } from './account.rules.ts';

export interface PostingOrder {
  account: string;
  /** Debits positive, credits negative; never zero. */
  amount: Money;
}

/** What can be asked of the ledger, as far as a decision needs it. */
export type Request =
  | {
      what: 'post';
      currency: Currency;
      postings: readonly PostingOrder[];
      bookedOn: string;
      limitsOf?: string;
      fromHold?: { hold: string; rest: 'keep' | 'release' };
    }
  | {
      what: 'hold';
      key: string;
      account: string;
      amount: Money;
      expiresAt: Date | null;
      reference: string;
      bookedOn: string;
      limitsOf?: string;
    }
  | { what: 'release'; hold: string; as: 'voided' | 'expired' }
  | { what: 'terms'; account: string; freeze?: Freeze; floor?: Money | null; limits?: AccountLimits }
  | { what: 'close'; account: string }
  | { what: 'refuse'; refusal: LedgerRefusal };

/** The accounts and holds that a batch is about, as they are before the order at hand. */
export interface World {
  accounts: ReadonlyMap<string, AccountState>;
  holds: ReadonlyMap<string, Hold>;
  now: Date;
}

export interface Decided {
  entries: Posting[];
  /** The accounts after it. */
  accounts: AccountState[];
  hold?: Hold;
  /** What the account may do has changed, and not only its numbers. */
  termsOf?: string;
}

export type Decision = Result<Decided, LedgerRefusal>;

export function openAccount(world: World, id: string): Result<AccountState, LedgerRefusal> {
  const account = world.accounts.get(id);
  if (!account) return refuse({ code: 'unknown-account', account: id });
  return account.state === 'open' ? ok(account) : refuse({ code: 'closed-account', account: id });
}

export function pendingHold(world: World, id: string): Result<Hold, LedgerRefusal> {
  const hold = world.holds.get(id);
  if (!hold) return refuse({ code: 'unknown-hold', hold: id });
  return hold.state === 'pending' ? ok(hold) : refuse({ code: 'hold-settled', hold: id, state: hold.state });
}

/** What has left the account on its day with this, or that it may not. */
export function spend(
  account: AccountState,
  { taken, on }: { taken: Money; on: string },
): Result<Spent, LedgerRefusal> {
  const { perTransfer, perDay } = account.limits;
  if (perTransfer !== null && taken > perTransfer)
    return refuse({ code: 'over-transfer-limit', account: account._id, limit: perTransfer });
  // A process whose business date lags counts in the day that the account has already seen.
  const day = account.spent && account.spent.on >= on ? account.spent : { on, amount: zero };
  const amount = plus(day.amount, taken);
  if (perDay !== null && amount > perDay)
    return refuse({ code: 'over-daily-limit', account: account._id, limit: perDay, left: minus(perDay, day.amount) });
  return ok({ on: day.on, amount });
}

/** An entry of amount zero: it takes its number, so that whoever decides on an older state finds it taken. */
export function withoutMoney(
  account: AccountState,
  change: { held?: Money; spent?: Spent },
): Pick<Decided, 'entries' | 'accounts'> {
  const entry = entryOn(account, { amount: zero, ...change });
  return { entries: [entry], accounts: [afterEntry(account, entry)] };
}
