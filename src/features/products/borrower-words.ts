import { counted, type Formats } from '#core/format.ts';
import { zero, type Money } from '#core/money.ts';
import { basisNames, effectNames, everyText, feeNames, partNames } from './plain-words.ts';
import type { ProductFee, ProductTerms } from './product-terms.ts';

/** The rules of a product in sentences for whoever borrows by them: in key facts before, and in the agreement after. */
export const borrowerWords = { method, rate, every: everyText, fees, penalty, prepayment, payoff, coolingOff, order };

const methods: Record<ProductTerms['method'], string> = {
  'equal-instalment': 'Equal instalments of principal and interest',
  'equal-principal': 'Equal parts of principal with the interest on what is left: the instalments fall',
  flat: 'Equal instalments with flat interest, which runs on the first amount to the end',
  bullet: 'Interest in every instalment, the principal with the last one',
};

function method(product: Pick<ProductTerms, 'method'>): string {
  return methods[product.method];
}

/** `9.60% a year, fixed`. */
function rate(
  product: Pick<ProductTerms, 'rate'>,
  { annualRate, formats }: { annualRate: string; formats: Formats },
): string {
  const now = `${formats.rate(annualRate)} a year`;
  if (product.rate.kind === 'fixed') return `${now}, fixed`;
  const { base, spread } = product.rate;
  return `${now} today, floating: the base rate “${base}” plus ${formats.rate(spread)}. We tell you when it changes.`;
}

/** Every fee the loan can cost beside interest; what is kept back at payout with its amount. */
function fees(
  product: Pick<ProductTerms, 'fees'>,
  { formats, keptBack }: { formats: Formats; keptBack: Money },
): { label: string; value: string }[] {
  const atPayout = product.fees.filter(({ when }) => when === 'disbursement');
  const names = atPayout.map((fee) => `${feeNames[fee.code].toLowerCase()} ${sizeOf(fee, formats)}`);
  const kept = { label: 'Kept back at payout', value: formats.moneyWithCurrency(keptBack) };
  // A loan may have been paid out without the fee that its product asks for.
  const first =
    keptBack === zero ? { ...kept, value: 'Nothing' } : { ...kept, value: [kept.value, ...names].join(': ') };
  const others = product.fees.filter(({ when }) => when !== 'disbursement');
  return [
    atPayout.length > 1
      ? { ...first, value: keptBack === zero ? 'Nothing' : `${kept.value}: ${names.join(', ')}` }
      : first,
    ...others.map((fee) => ({ label: feeNames[fee.code], value: `${sizeOf(fee, formats)}, ${occasions[fee.code]}` })),
  ];
}

const occasions: Record<ProductFee['code'], string> = {
  processing: 'with each instalment',
  insurance: 'with each instalment',
  stamp: 'with each instalment',
  late: 'when an instalment is late',
  prepayment: 'when you repay early',
  bounce: 'when a payment comes back',
};

function sizeOf(fee: ProductFee, formats: Formats): string {
  const size =
    'amount' in fee
      ? formats.moneyWithCurrency(fee.amount)
      : `${formats.rate(fee.percent)} ${basisNames[fee.percentOf]}`;
  return fee.taxPercent === '0' ? size : `${size} plus ${formats.rate(fee.taxPercent)} tax`;
}

function penalty(product: Pick<ProductTerms, 'penalty'>, formats: Formats): string {
  const rule = product.penalty;
  if (rule === null) return 'None';
  const of = rule.percentOf === 'overdue-principal' ? 'the overdue principal' : 'the overdue instalment';
  const never = 'Never on a penalty.';
  const days = counted(rule.graceDays, 'day');
  if (rule.basis === 'once') {
    const when = rule.graceDays === 0 ? 'an instalment is late' : `an instalment is more than ${days} late`;
    return `${formats.rate(rule.percent)} of ${of}, once, when ${when}. ${never}`;
  }
  const from = rule.graceDays === 0 ? '' : ` after the first ${days}`;
  return `${formats.rate(rule.percent)} a year of ${of} for every day late${from}. ${never}`;
}

function prepayment(product: Pick<ProductTerms, 'prepayment' | 'fees'>, formats: Formats): string {
  const { allowed, lockInInstalments, minAmount, effects } = product.prepayment;
  if (!allowed) return 'A part cannot be repaid early.';
  const from =
    lockInInstalments === 0 ? 'at any time' : `once ${counted(lockInInstalments, 'instalment')} have fallen due`;
  const least = minAmount === zero ? '' : `, ${formats.moneyWithCurrency(minAmount)} at least`;
  const choices = effects.filter((effect) => effect !== 'next-instalments').map((effect) => effectNames[effect]);
  const effect =
    choices.length === 0 ? '' : ` It ${choices.join(' or ')}${choices.length > 1 ? ', as you choose' : ''}.`;
  return `You can repay a part early ${from}${least}.${effect} Fee: ${earlyFee(product, formats)}.`;
}

/** What it takes to be done with the loan before its last due date. */
function payoff(product: Pick<ProductTerms, 'prepayment' | 'fees'>, formats: Formats): string {
  const until = product.prepayment.payoffInterest === 'to-date' ? 'to that day' : 'to the next due date';
  return `You can pay the loan off on any day, with the interest ${until}. Fee: ${earlyFee(product, formats)}.`;
}

function earlyFee(product: Pick<ProductTerms, 'fees'>, formats: Formats): string {
  const found = product.fees.filter(({ code, when }) => code === 'prepayment' && when === 'event');
  return found.length === 0 ? 'none' : found.map((fee) => sizeOf(fee, formats)).join(' and ');
}

function coolingOff(product: Pick<ProductTerms, 'coolingOffDays'>): string {
  const { coolingOffDays } = product;
  if (coolingOffDays === 0) return 'None';
  return `${counted(coolingOffDays, 'day')} from the day the money is paid out, in which you can change your mind and pay the loan back`;
}

/** In which order money is used. */
function order(product: Pick<ProductTerms, 'allocation'>): string {
  const { pastDue, due, across } = product.allocation;
  const list = (parts: typeof due) => parts.map((part) => partNames[part]).join(', then ');
  const rows = across === 'instalment' ? 'the oldest instalment first' : 'one part of all instalments before the next';
  const late = list(pastDue) === list(due) ? '' : `; for what is overdue: ${list(pastDue)}`;
  return `Money is used for ${list(due)}${late}; ${rows}.`;
}
