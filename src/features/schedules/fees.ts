import { plus, sum, zero, type Money, type RoundingMode } from '#core/money.ts';
import { percentOf } from '#core/rate.ts';
import type { Fee } from './terms.ts';

export interface FeeBase {
  principal: Money;
  interest: Money;
  /** All that is lent. */
  loan: Money;
}

/** The fees of one kind of occasion, each rounded by itself. */
export function feesDue(
  fees: readonly Fee[],
  occasion: { when: Fee['when']; base: FeeBase; mode: RoundingMode },
): Money {
  const due = fees.filter((fee) => fee.when === occasion.when);
  if (due.length === 0) return zero;
  return sum(due.map((fee) => feeAmount(fee, occasion.base, occasion.mode)));
}

function feeAmount(fee: Fee, base: FeeBase, mode: RoundingMode): Money {
  if ('amount' in fee) return fee.amount;
  switch (fee.percentOf) {
    case 'instalment':
      return percentOf(plus(base.principal, base.interest), fee.percent, mode);
    case 'principal':
    case 'interest':
    case 'loan':
      return percentOf(base[fee.percentOf], fee.percent, mode);
  }
}
