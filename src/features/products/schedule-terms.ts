import { addFrequency, type PlainDate } from '#core/calendar.ts';
import { minus, plus, sum, zero, type Money } from '#core/money.ts';
import { percentOf, RateDecimal, rateOf, type Rate } from '#core/rate.ts';
import { buildSchedule, type Fee, type ScheduleTerms } from '#features/schedules/index.ts';
import type { ProductFee, ProductTerms } from './product-terms.ts';
import type { ProductVersion } from './product.model.ts';

/** The terms of a product that its schedule follows from; a pinned version has them all. */
export type SchedulingTerms = Pick<ProductVersion, 'currency'> &
  Pick<
    ProductTerms,
    | 'method'
    | 'dayCount'
    | 'frequency'
    | 'rounding'
    | 'instalmentBasis'
    | 'fees'
    | 'grace'
    | 'downPaymentPercent'
    | 'balloonPercent'
  >;

export interface LoanFacts {
  principal: Money;
  /** Per cent a year. */
  annualRate: string;
  instalments: number;
  disbursedOn: PlainDate;
  /** One period after the disbursal where not given. */
  firstDueOn?: PlainDate;
}

/** What the schedule engine is asked for a loan of this product: the one place where a product becomes a schedule. */
export function scheduleTermsOf(product: SchedulingTerms, facts: LoanFacts): ScheduleTerms {
  const { currency, method, dayCount, frequency, instalmentBasis, grace } = product;
  const { mode, instalmentTo, instalmentMode } = product.rounding;
  const { principal, instalments, disbursedOn, firstDueOn = addFrequency(disbursedOn, frequency, 1) } = facts;
  const balloon = percentOf(principal, rateOf(product.balloonPercent), mode);
  const downPaymentPercent = rateOf(product.downPaymentPercent);
  const fees = product.fees.flatMap((fee) => engineFees(fee, { principal, mode }));
  return {
    ...{ principal, currency, instalments, frequency, method, dayCount, disbursedOn, firstDueOn },
    annualRate: rateOf(facts.annualRate),
    rounding: { mode, ...(instalmentTo === null ? {} : { instalmentTo, instalmentMode }) },
    ...(instalmentBasis === 'day-count' ? {} : { instalmentBasis }),
    ...(grace.principalInstalments === 0 ? {} : { principalGraceInstalments: grace.principalInstalments }),
    ...(grace.interestInstalments === 0 ? {} : { interestGraceInstalments: grace.interestInstalments }),
    ...(balloon === zero ? {} : { balloon }),
    ...(downPaymentPercent === '0' ? {} : { downPaymentPercent }),
    ...(fees.length === 0 ? {} : { fees }),
  };
}

/**
 * What of the fees at disbursement is tax, and what of those that come with every instalment, over the schedule as it is
 * agreed: the bank collects it and does not earn it.
 */
export function feeTaxOf(product: SchedulingTerms, facts: LoanFacts): { disbursement: Money; instalment?: FeeTax } {
  const { mode } = product.rounding;
  const disbursement = sum(
    product.fees.map((fee) =>
      fee.when === 'disbursement' ? percentOf(netOf(fee, { ...facts, mode }), fee.taxPercent, mode) : zero,
    ),
  );
  if (!product.fees.some(({ when, taxPercent }) => when === 'instalment' && taxPercent !== '0'))
    return { disbursement };
  const untaxed = product.fees.map((fee) => ({ ...fee, taxPercent: rateOf('0') }));
  const [of, net] = [product, { ...product, fees: untaxed }].map((one) => instalmentFees(one, facts));
  if (!of || net === undefined || of === net) return { disbursement };
  return { disbursement, instalment: { tax: minus(of, net), of } };
}

/** A share as two amounts. */
interface FeeTax {
  tax: Money;
  of: Money;
}

function netOf(fee: ProductFee, { principal, mode }: { principal: Money; mode: 'half-even' | 'half-up' }): Money {
  return 'amount' in fee ? fee.amount : percentOf(principal, fee.percent, mode);
}

/** Over the whole schedule, from the first row to the last; undefined where there is no schedule. */
function instalmentFees(product: SchedulingTerms, facts: LoanFacts): Money | undefined {
  const schedule = buildSchedule(scheduleTermsOf(product, facts));
  return schedule.ok ? sum(schedule.value.rows.map((row) => row.fee)) : undefined;
}

/** What of the rules of payment the engine takes beside: for a loan that runs. */
export function servicingTermsOf(product: Pick<ProductTerms, 'allocation' | 'penalty' | 'prepayment'>) {
  const { pastDue, due, across } = product.allocation;
  const { rest, payoffInterest } = product.prepayment;
  return {
    allocation: { pastDue, due, across },
    rest,
    payoffInterest,
    ...(product.penalty === null ? {} : { penalty: product.penalty }),
  } satisfies Partial<ScheduleTerms>;
}

/** Tax is rounded for itself where the fee is known, and is a percentage of the same base where each row has its own. */
function engineFees(fee: ProductFee, facts: { principal: Money; mode: 'half-even' | 'half-up' }): Fee[] {
  const { when } = fee;
  if (when === 'event') return [];
  const { principal, mode } = facts;
  const taxed = fee.taxPercent !== '0';
  if ('amount' in fee) return [{ when, amount: plus(fee.amount, percentOf(fee.amount, fee.taxPercent, mode)) }];
  if (when === 'disbursement') {
    if (!taxed) return [{ when, percentOf: 'loan', percent: fee.percent }];
    const amount = percentOf(principal, fee.percent, mode);
    return [{ when, amount: plus(amount, percentOf(amount, fee.taxPercent, mode)) }];
  }
  const of = fee.percentOf === 'overdue' || fee.percentOf === 'prepaid' ? 'instalment' : fee.percentOf;
  const tax = taxed ? [{ when, percentOf: of, percent: shareOf(fee.percent, fee.taxPercent) }] : [];
  return [{ when, percentOf: of, percent: fee.percent }, ...tax];
}

/** Per cent of per cent, to the six places that a rate has. */
function shareOf(percent: Rate, taxPercent: Rate): Rate {
  return rateOf(new RateDecimal(percent).mul(taxPercent).div(100).toDecimalPlaces(6).toFixed());
}

/** For whoever makes a loan: the rules of its payments, and what of its fees is tax. */
export const agreedTerms = { servicing: servicingTermsOf, feeTax: feeTaxOf };
