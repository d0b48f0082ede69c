import { zero } from '#core/money.ts';
import { interestOnBalance, type Loan, type Method } from './method.ts';

/** Rows pay interest only; the last one repays all principal. */
export function bullet(loan: Loan): Method {
  return {
    instalment: null,
    interest: interestOnBalance(loan),
    principal: () => zero,
    paysPrincipalInInterestGrace: false,
    accruesOn: 'balance',
  };
}
