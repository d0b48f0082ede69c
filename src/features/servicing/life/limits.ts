import { assert } from '#core/assert.ts';
import { dateText, isBefore } from '#core/calendar.ts';
import { larger, minus, plus, smaller, sum, zero, type Money } from '#core/money.ts';
import type { ActFacts, ActRefusal } from './act.ts';
import { dueNow, eventFee, leftOf, rowsDueBy, totalOf, waiting } from './due.ts';
import { payoffTerms } from './early.ts';
import { tell } from './story.ts';

type Facts = Pick<ActFacts, 'loan' | 'product' | 'run' | 'on'>;

/**
 * How many instalments that are still to come a payment may cover where repaying early has its price or is not possible
 * yet: enough to pay before a journey, too few to repay the loan around the product's terms.
 */
export const mostAhead = 3;

/**
 * The most that an ordinary payment may be, in minor units: what is due, and in advance as far as the product lets it.
 * Instalments paid ahead of their day before count with those still to be paid.
 */
export function mostToPay(facts: Facts): Money {
  const { run, product, on } = facts;
  const mayPayAhead = product.prepayment.effects.includes('next-instalments');
  if (!mayPayAhead) return dueNow(run);
  if (!hasPrice(facts)) return run.payoff.total;
  const coming = run.rows.filter(({ dueOn }) => dueOn > dateText(on)).slice(0, mostAhead);
  const ahead = larger(zero, minus(sum(coming.map(leftOf)), waiting(run)));
  return smaller(plus(totalOf(run.arrears), ahead), run.payoff.total);
}

/** Whether repaying early costs something, or is not allowed on that day. */
function hasPrice({ product, run, on }: Facts): boolean {
  const { allowed, lockInInstalments } = product.prepayment;
  const fee = eventFee(product, { code: 'prepayment', base: run.outstandingPrincipal });
  return !allowed || fee.amount > zero || rowsDueBy(run, on) < lockInInstalments;
}

/** The whole loan is paid off, with the fee that has, and not paid like an instalment. */
export function tooMuch(amount: Money, facts: Facts): ActRefusal | undefined {
  const { run } = facts;
  const { total, charge } = payoffTerms(facts);
  if (amount === run.payoff.total && charge > zero) return { code: 'pays-off', amount: total };
  const most = mostToPay(facts);
  if (amount <= most) return undefined;
  return most === zero ? { code: 'nothing-due' } : { code: 'too-much', amount: most };
}

/** What is owed today is no measure for money that came earlier: the loan is told as it stood on the day it counts from. */
export function onItsDay(facts: ActFacts): ActFacts {
  const { loan, product, transactions, on, today } = facts;
  if (!isBefore(on, today)) return facts;
  const told = tell(loan, transactions, { asOf: on, payoffInterest: product.prepayment.payoffInterest });
  assert(told.ok, 'A loan can be told at the end of any day since it was paid out');
  return { ...facts, run: told.value };
}
