import type { Money } from '#core/money.ts';
import type { Result } from '#core/result.ts';
import type { Companion } from '#platform/companion.ts';
import type { Loan } from '../loan.ts';

/** Why nothing was done: a sentence, and where it belongs on a page. */
export interface LifeRefusal {
  field: string;
  message: string;
  status: 409 | 422;
}

interface LifeOrder {
  /** The idempotency key. */
  key: string;
  actor: string;
  loanId: string;
  partyId: string;
  accountId: string;
  /** What commits with it or keeps it from being done. */
  companions: readonly Companion[];
}

/** What a cancellation comes to on the business date. */
export interface CancellationFacts {
  loan: Loan;
  /** The last day of the cooling-off time; undefined where the loan has none. */
  until: string | undefined;
  terms: { principal: Money; interest: Money; returned: Money; total: Money } | undefined;
  /** Where it cannot be cancelled: why, as a sentence. */
  refusal: string | undefined;
  payoff: Money;
  seen: number;
}

/** What a loan that runs can do for its application. Servicing stands to the right of loans, so that it is a port. */
export interface LoanLife {
  /** Pays part `n` of the loan out, from 2 on. */
  advance(order: LifeOrder & { amount: Money; n: number }): Promise<Result<void, LifeRefusal>>;
  /** Undefined where the party has no such loan. */
  cancellation(query: { loanId: string; partyId: string }): Promise<CancellationFacts | undefined>;
  cancel(order: LifeOrder & { shown: Money; seen: number }): Promise<Result<{ key: string }, LifeRefusal>>;
}
