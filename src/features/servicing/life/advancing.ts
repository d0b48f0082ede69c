import { negate, zero } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Act, ActFacts, ActRefusal, Plan } from './act.ts';
import { totalOf } from './due.ts';
import { sideAccount } from './sides.ts';
import { effective } from './story.ts';

/** A further tranche: more is owed from its day on, and the instalments to come are solved again. */
export function planAdvance(act: Extract<Act, { kind: 'advance' }>, facts: ActFacts): Result<Plan, ActRefusal> {
  const { loan, run, transactions } = facts;
  if (act.amount <= zero) return refuse({ code: 'not-positive' });
  // Their order is their number: the first one made the loan.
  const paidOut = effective(transactions).filter(({ kind }) => kind === 'disbursal').length;
  if (act.n <= paidOut) return refuse({ code: 'tranche-paid' });
  if (act.n > paidOut + 1) return refuse({ code: 'changed-meanwhile' });
  // Who is late is not lent more: what is paid out next would pay what is overdue.
  const arrears = totalOf(run.arrears);
  if (arrears > zero) return refuse({ code: 'in-arrears', amount: arrears });
  // Where every row has fallen due there is none that could repay it.
  if (!run.rows.some(({ known }) => !known)) return refuse({ code: 'no-schedule' });
  const accountId = sideAccount(act.to, loan.currency);
  const { amount } = act;
  return ok({
    drafts: [{ kind: 'disbursal', amount, principal: amount, accountId, code: `tranche-${act.n}` }],
    legs: [{ account: accountId, amount: negate(amount) }],
  });
}
