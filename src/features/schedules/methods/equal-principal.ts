import { divideRounded, moneyOf } from '#core/money.ts';
import { interestOnBalance, type Loan, type Method } from './method.ts';

/** Every row after the grace pays the same principal, and the interest on what is left. */
export function equalPrincipal(loan: Loan): Method {
  const rows = (loan.instalments ?? 0) - loan.principalGrace;
  const share = moneyOf(divideRounded(loan.principal - loan.balloon, BigInt(rows), loan.mode));
  return {
    instalment: null,
    interest: interestOnBalance(loan),
    principal: () => share,
    paysPrincipalInInterestGrace: true,
    accruesOn: 'balance',
  };
}
