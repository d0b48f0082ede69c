import { dateText, type PlainDate } from '#core/calendar.ts';
import { larger, minus, plus, smaller, sum, zero, type Money } from '#core/money.ts';
import { percentOf } from '#core/rate.ts';
import type { ProductVersion } from '#features/products/index.ts';
import type { LoanRun, PartAmounts, RunRow } from '#features/schedules/index.ts';

export function totalOf(amounts: PartAmounts): Money {
  return sum([amounts.principal, amounts.interest, amounts.fee, amounts.penalty]);
}

/** What should be paid now: everything in arrears, or where nothing is what the next instalment still wants. */
export function dueNow(run: LoanRun): Money {
  const arrears = totalOf(run.arrears);
  if (arrears > zero) return arrears;
  const next = nextRow(run);
  // The last instalment costs less before its day: it is never asked for more than pays everything off.
  return smaller(larger(zero, minus(next ? leftOf(next) : zero, waiting(run))), run.payoff.total);
}

/** What of a row is still to pay. */
export function leftOf(row: RunRow): Money {
  return minus(row.total, sum([row.paid, row.waived, row.moved].map(totalOf)));
}

/** Money that was paid ahead and waits for an instalment to come. */
export function waiting(run: LoanRun): Money {
  return sum(Array.from(run.applied.values(), ({ ahead }) => ahead));
}

/** The first row that has neither fallen due nor been paid. */
export function nextRow(run: LoanRun): RunRow | undefined {
  return run.rows.find((row) => !row.known);
}

type FeeCode = ProductVersion['fees'][number]['code'];

/** A fee of the product for an occasion, with its tax; zero where the product has none. */
export function eventFee(
  product: Pick<ProductVersion, 'fees' | 'rounding'>,
  occasion: { code: FeeCode; base: Money },
): { amount: Money; tax: Money } {
  const { mode } = product.rounding;
  let amount = zero;
  let tax = zero;
  for (const fee of product.fees) {
    if (fee.code !== occasion.code || fee.when !== 'event') continue;
    const net = 'amount' in fee ? fee.amount : percentOf(occasion.base, fee.percent, mode);
    const taxed = percentOf(net, fee.taxPercent, mode);
    amount = plus(amount, plus(net, taxed));
    tax = plus(tax, taxed);
  }
  return { amount, tax };
}

/** How many rows had fallen due by a date: what a lock-in is counted in. */
export function rowsDueBy(run: LoanRun, date: PlainDate): number {
  const text = dateText(date);
  return run.rows.filter((row) => row.dueOn <= text).length;
}
