import { minus, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';

export type PaymentRefusal =
  | { code: 'already-paid' }
  | { code: 'loan-closed' }
  | { code: 'unknown-instalment' }
  | { code: 'not-the-oldest' }
  | { code: 'amount-changed'; due: Money }
  | { code: 'too-little'; due: Money }
  | { code: 'too-much'; due: Money }
  | { code: 'not-your-account' }
  | { code: 'short-of-funds'; short: Money };

export interface Payable {
  n: number;
  total: Money;
  paidOn: string | null;
}

/** The whole policy of paying an instalment: the oldest unpaid one, exactly, from an account of one's own. */
export function decidePayment<Row extends Payable>(facts: {
  closed: boolean;
  instalments: readonly Row[];
  /** The number of the instalment that the page showed. */
  wanted: number;
  amountShown: Money;
  /** What the borrower wrote, where they wrote an amount at all. */
  amount: Money | undefined;
  /** Undefined where the account chosen is not one of the borrower's. */
  account: { available: Money } | undefined;
}): Result<Row, PaymentRefusal> {
  const row = facts.instalments.find((one) => one.n === facts.wanted);
  if (row && row.paidOn !== null) return refuse({ code: 'already-paid' });
  if (facts.closed) return refuse({ code: 'loan-closed' });
  if (!row) return refuse({ code: 'unknown-instalment' });
  const oldest = facts.instalments.find((one) => one.paidOn === null);
  if (oldest?.n !== row.n) return refuse({ code: 'not-the-oldest' });
  const due = row.total;
  // The amount charged is ours; the amount shown is only compared, since it may have changed before the button was pressed.
  if (facts.amountShown !== due) return refuse({ code: 'amount-changed', due });
  if (facts.amount !== undefined && facts.amount < due) return refuse({ code: 'too-little', due });
  if (facts.amount !== undefined && facts.amount > due) return refuse({ code: 'too-much', due });
  if (!facts.account) return refuse({ code: 'not-your-account' });
  const { available } = facts.account;
  if (available < due) return refuse({ code: 'short-of-funds', short: minus(due, available) });
  return ok(row);
}
