import type { Currency, Money } from '#core/money.ts';
import type { Result } from '#core/result.ts';
import type { Companion } from './companion.ts';

/** `in` collects from a customer's account at another bank, `out` pays to one. */
export const railDirections = ['in', 'out'] as const;
export type RailDirection = (typeof railDirections)[number];

export interface RailOrder {
  /** The idempotency key: the same key again is the same payment. */
  key: string;
  direction: RailDirection;
  amount: Money;
  currency: Currency;
  /** What the other bank shows its customer beside the amount. */
  text?: string;
}

/** Where the rail has a payment. It may come back also after it was settled. */
export interface RailStatus {
  railReference: string;
  state: 'pending' | 'settled' | 'returned';
  /** When it settled, also where it came back later; absent where it never did. */
  settledAt?: Date;
  /** Why it came back: a code. */
  reason?: string;
}

export interface RailRefusal {
  code: 'over-limit';
  limit: Money;
}

/** What a rail takes of one payment. */
export interface RailTerms {
  largest: Money;
  /** Up to here it usually settles at once. */
  usuallyAtOnce: Money;
}

/** The way money comes in from and goes out to other banks. Every call may fail or stay silent; all may be repeated. */
export interface PaymentRail {
  terms(direction: RailDirection, currency: Currency): RailTerms;
  submit(order: RailOrder): Promise<Result<RailStatus, RailRefusal>>;
  /** Undefined where the rail has never taken a payment of that key. */
  statusOf(key: string): Promise<RailStatus | undefined>;
  /** Sends a settled payment back to where it came from, because it cannot be booked here. */
  giveBack(order: { key: string; reason: string }): Promise<RailStatus>;
  /** Names who is told, at least once, when a payment moved after it was submitted. */
  onMoved(listener: (key: string) => Promise<void>): void;
  /** Where staff stand in for the other bank: only a sandbox has it. */
  desk?: RailDesk;
}

export interface DeskDecision {
  /** The payment's. */
  key: string;
  /** The decision's own key: a form that is sent twice decides once. */
  decisionKey: string;
  /** The state that was shown when it was decided. */
  from: 'pending' | 'settled';
  to: 'settled' | 'returned';
  reason?: string;
  /** Guarded writes that commit with the decision or not at all. */
  companions: readonly Companion[];
}

export interface RailDesk {
  /** Refuses with `moved` where the payment is no longer in the state that was shown, or a companion's guard is gone. */
  decide(decision: DeskDecision): Promise<Result<{ replayed: boolean }, 'moved'>>;
}
