import { createHash } from 'node:crypto';
import type { Currency, Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';

export interface RailRefusal {
  code: 'over-limit';
  limit: Money;
}

/** The way money comes in from and goes out to other banks. */
export interface PaymentRail {
  /** Collects money from the customer's account at another bank. The same key again is the same collection. */
  collect(order: {
    key: string;
    amount: Money;
    currency: Currency;
  }): Promise<Result<{ railReference: string }, RailRefusal>>;
}

/**
 * The embedded default: it settles at once, keeps nothing, and refuses what a real rail would refuse for its size. Its
 * reference is made from the key, so that a repeated order is seen to be the same.
 */
export function createSandboxRail(options: { largestCollection: Money }): PaymentRail {
  return {
    collect: ({ key, amount }) => {
      if (amount > options.largestCollection) {
        return Promise.resolve(refuse({ code: 'over-limit', limit: options.largestCollection }));
      }
      const digest = createHash('sha256').update(key).digest('hex').slice(0, 12).toUpperCase();
      return Promise.resolve(ok({ railReference: `SBX-${digest}` }));
    },
  };
}
