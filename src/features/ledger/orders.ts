import type { PlainDate } from '#core/calendar.ts';
import type { Currency, Money } from '#core/money.ts';
import type { Result } from '#core/result.ts';
import type { Companion } from '#platform/companion.ts';
import type { AccountLimits, Freeze, LedgerRefusal } from './account.rules.ts';
import type { PostingOrder } from './request.rules.ts';

/** What every order to the ledger says. */
export interface OrderHead {
  /** The client's idempotency key: the journal's identity. */
  key: string;
  /** Over everything the client asked for: the same key with another hash is refused. */
  requestHash: string;
  actor: string;
  /** A structured reference such as `loan L-4402-7719, instalment 3`: no free text of a person, since journals stay for good. */
  reference: string;
  /** The day whose balance the journal counts in. */
  effectiveOn: PlainDate;
  /** The business date on which it is posted, where that is another: daily limits are dated by it. */
  bookedOn?: PlainDate;
  /** Guarded writes of other collections that commit with the journal or not at all. */
  companions?: readonly Companion[];
}

/** Moves money: postings that sum to zero in one currency. */
export interface PostOrder extends OrderHead {
  kind: string;
  currency: Currency;
  postings: readonly PostingOrder[];
  /** The journal that this one reverses; a journal is reversed once. */
  reverses?: string;
  /** The account whose limits (per transfer, per day) this order counts towards. */
  limitsOf?: string;
  /**
   * Takes from a pending hold what the postings take from its account, which is at most what the hold still has; the
   * rest is kept pending or released.
   */
  fromHold?: { hold: string; rest: 'keep' | 'release' };
}

/** Sets money of one account aside. The key is the hold's id. */
export interface HoldOrder extends OrderHead {
  account: string;
  /** Above zero, in minor units of the account's currency. */
  amount: Money;
  /** Counts towards the account's limits, for money that will leave it by a posting from this hold. */
  limits?: 'counted';
  /** From this instant on the hold no longer counts; without it, it stays until it is posted or voided. */
  expiresAt?: Temporal.Instant;
}

/** Gives what a pending hold still has back to its account. */
export interface VoidOrder extends OrderHead {
  hold: string;
}

/** Changes what an account may do; what is left out stays as it is. */
export interface TermsOrder extends OrderHead {
  account: string;
  freeze?: Freeze;
  /** The least the balance may be on its normal side: negative for an overdraft, null for none. */
  floor?: Money | null;
  limits?: AccountLimits;
}

/** Closes an account for good: refused unless its balance is zero and nothing is held. */
export interface CloseOrder extends OrderHead {
  account: string;
}

export interface Posted {
  key: string;
  postedAt: Date;
  /** True where the key had been posted before: the effect happened then, not now. */
  replayed: boolean;
}

export type PostOutcome = Result<Posted, LedgerRefusal>;

/**
 * May hold a posting before it commits (monitoring gives one). `load` sees a whole batch and reads what it needs once;
 * `judge` is pure.
 */
export interface PostingGuard {
  name: string;
  load(batch: readonly PostOrder[]): Promise<{ judge(order: PostOrder): string | undefined }>;
}
