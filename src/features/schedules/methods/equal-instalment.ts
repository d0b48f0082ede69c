import { minus, type Money } from '#core/money.ts';
import type { Fraction } from '../fraction.ts';
import { solveInstalment } from '../instalment.ts';
import { interestOnBalance, type Loan, type Method } from './method.ts';

/** Every row pays the same; its principal is what its interest leaves. */
export function equalInstalment(
  loan: Loan,
  options: { fixed: Money | undefined; nominalFactor: Fraction | null },
): Method {
  const instalment =
    options.fixed ?? solveInstalment({ ...loan, factors: factorsAfterGrace(loan, options) }, loan.rounding);
  return {
    instalment,
    interest: interestOnBalance(loan),
    principal: (_row, interest) => minus(instalment, interest),
    paysPrincipalInInterestGrace: false,
    accruesOn: 'balance',
  };
}

function factorsAfterGrace(loan: Loan, options: { nominalFactor: Fraction | null }): Fraction[] {
  const first = Math.max(loan.principalGrace, loan.interestGrace);
  const count = (loan.instalments ?? 0) - first;
  return Array.from({ length: count }, (_, k) => options.nominalFactor ?? loan.timeline.period(first + k).factor);
}
