import type { PlainDate } from '#core/calendar.ts';
import { larger, minus, plus, smaller, zero, type Money } from '#core/money.ts';
import type { Loan, Method } from './methods/method.ts';
import { mostRows } from './terms.ts';

/** A row before fees: what falls due on a date, and what is owed after it. */
export interface RepaymentRow {
  dueOn: PlainDate;
  principal: Money;
  interest: Money;
  balance: Money;
}

/**
 * Walks the periods: interest runs on what is owed, grace rows hold back their part, the last row takes the rest and
 * adds the balloon. Null where a fixed instalment never pays the loan off.
 */
export function amortise(loan: Loan, method: Method): RepaymentRow[] | null {
  const rows: RepaymentRow[] = [];
  const most = loan.instalments ?? mostRows;
  let balance = loan.principal;
  let deferred = zero;
  for (let index = 0; index < most; index += 1) {
    const row = { index, opening: balance };
    const own = method.interest(row);
    const principal = principalOf(loan, { ...row, method, interest: own });
    balance = minus(balance, principal);
    const owed = plus(deferred, own);
    const isDeferred = index < loan.interestGrace;
    deferred = isDeferred ? owed : zero;
    rows.push({ dueOn: loan.timeline.period(index).dueOn, principal, interest: isDeferred ? zero : owed, balance });
    if (balance === 0n && deferred === 0n && method.accruesOn === 'balance') return rows;
  }
  return balance === 0n ? rows : null;
}

function principalOf(loan: Loan, row: { index: number; opening: Money; method: Method; interest: Money }): Money {
  const { index, opening, method, interest } = row;
  if (loan.instalments !== null && index === loan.instalments - 1) return opening;
  if (index < loan.principalGrace) return zero;
  if (index < loan.interestGrace && !method.paysPrincipalInInterestGrace) return zero;
  const wanted = method.principal(row, interest);
  const payable = minus(opening, loan.balloon);
  // With a fixed instalment the row that can clear the rest is the last one, and takes the balloon with it.
  if (loan.instalments === null && wanted >= payable) return opening;
  return larger(zero, smaller(wanted, payable));
}
