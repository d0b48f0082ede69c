import { dateOf, dateText, daysBetween } from '#core/calendar.ts';
import { minus, plus, zero, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { ActFacts, ActRefusal } from './act.ts';
import { eventFee, rowsDueBy, totalOf } from './due.ts';

/** What a prepayment costs beside the amount, and whether the product allows it. */
export function prepaymentTerms(
  facts: ActFacts,
  amount: Money,
): Result<{ charge: Money; tax: Money; most: Money }, ActRefusal> {
  const { product, run } = facts;
  const { allowed, lockInInstalments, minAmount } = product.prepayment;
  if (!allowed) return refuse({ code: 'prepayment-not-allowed' });
  if (rowsDueBy(run, facts.on) < lockInInstalments) return refuse({ code: 'locked-in' });
  if (totalOf(run.arrears) > zero) return refuse({ code: 'in-arrears', amount: totalOf(run.arrears) });
  if (amount <= zero) return refuse({ code: 'not-positive' });
  if (amount < minAmount) return refuse({ code: 'below-minimum', amount: minAmount });
  // The last cents are repaid by paying the loan off, which settles the interest as well.
  if (amount >= run.outstandingPrincipal) return refuse({ code: 'too-much', amount: run.outstandingPrincipal });
  const { amount: charge, tax } = eventFee(product, { code: 'prepayment', base: amount });
  return ok({ charge, tax, most: run.outstandingPrincipal });
}

/**
 * What it costs to be done with the loan. The product's fee for leaving early is on principal that is not due yet; there is
 * none within the cooling-off days, and none for the last instalment.
 */
export function payoffTerms({ loan, product, run, on }: Pick<ActFacts, 'loan' | 'product' | 'run' | 'on'>): {
  total: Money;
  charge: Money;
  tax: Money;
} {
  const coming = run.rows.filter((row) => !row.known && row.dueOn > dateText(on));
  const coolsOff = daysBetween(dateOf(loan.disbursedOn), on) <= product.coolingOffDays;
  const early = coming.length > 1 && !coolsOff ? minus(run.outstandingPrincipal, run.arrears.principal) : zero;
  const { amount: charge, tax } =
    early === zero ? { amount: zero, tax: zero } : eventFee(product, { code: 'prepayment', base: early });
  return { total: plus(run.payoff.total, charge), charge, tax };
}
