import { sum, zero, type Money } from '#core/money.ts';
import type { LoanTransaction } from '#features/loans/index.ts';
import { effective } from '../life/story.ts';
import type { PaymentPromise } from './collection.model.ts';

const moneyIn: readonly LoanTransaction['kind'][] = ['payment', 'prepayment', 'payoff'];

/** What came in for a promise: recorded after it was made, counting from a day up to the one that was agreed, not undone. */
export function paidFor(
  promise: Pick<PaymentPromise, 'after' | 'payOn' | 'madeOn'>,
  transactions: readonly LoanTransaction[],
): Money {
  const counted = effective(transactions).filter(
    ({ kind, number, on }) =>
      moneyIn.includes(kind) && number > promise.after && on >= promise.madeOn && on <= promise.payOn,
  );
  return sum(counted.map(({ amount }) => amount));
}

/** Decided by the money alone; a promise never changes the days past due. */
export function outcomeOf({ amount }: Pick<PaymentPromise, 'amount'>, paid: Money): 'kept' | 'partly' | 'broken' {
  if (paid >= amount) return 'kept';
  return paid > zero ? 'partly' : 'broken';
}
