import { counted, type Formats } from '#core/format.ts';
import { zero } from '#core/money.ts';
import type { Frequency } from '#core/calendar.ts';
import { needsSection } from './needs-words.ts';
import type { ProductFee, ProductTerms } from './product-terms.ts';

/** The terms of a product as a person reads them; the same words on its page, in a comparison and in a request. */

export interface TermsSection {
  title: string;
  rows: { label: string; value: string }[];
}

export const methodNames: Record<ProductTerms['method'], string> = {
  'equal-instalment': 'Equal instalments',
  'equal-principal': 'Equal parts of principal, falling instalments',
  flat: 'Flat interest on the first amount',
  bullet: 'Interest only, all principal at the end',
};
export const dayCountNames: Record<ProductTerms['dayCount'], string> = {
  '30/360': '30/360, every month alike',
  nominal: 'Nominal, the rate divided by the periods of a year',
  'actual/365': 'Actual days over 365',
  'actual/360': 'Actual days over 360',
  'actual/actual': 'Actual days over the days of the year',
  'actual/actual-feb29': 'Actual days, 366 only with 29 February inside',
  'actual/actual-dec31': 'Actual days by the year, split at 31 December',
};
export const feeNames: Record<ProductFee['code'], string> = {
  processing: 'Processing fee',
  insurance: 'Insurance',
  stamp: 'Stamp duty',
  late: 'Late fee',
  prepayment: 'Prepayment fee',
  bounce: 'Bounce fee',
};
export const occasionNames: Record<ProductFee['when'], string> = {
  disbursement: 'kept back at payout',
  instalment: 'with each instalment',
  event: 'when it happens',
};
export const basisNames = {
  loan: 'of the loan',
  principal: 'of the principal',
  interest: 'of the interest',
  instalment: 'of the instalment',
  overdue: 'of what is overdue',
  prepaid: 'of what is prepaid',
} as const;
export const partNames = { penalty: 'penalty', fee: 'fee', interest: 'interest', principal: 'principal' } as const;
export const effectNames = {
  'shorten-term': 'ends the loan sooner',
  'lower-instalment': 'lowers the instalments',
  'next-instalments': 'pays the next instalments',
} as const;

const otherRhythms = ({ frequencies }: ProductTerms) =>
  frequencies.length === 0 ? 'None' : frequencies.map((frequency) => `one ${rhythmText({ frequency })}`).join(', ');
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const yesNo = (yes: boolean) => (yes ? 'Yes' : 'No');
const orNone = (percent: string, formats: Formats, of: string) =>
  percent === '0' ? 'None' : `${formats.rate(percent)} ${of}`;

/** `month`, `2 weeks`: the time between two instalments. */
export function everyText({ every, unit }: Frequency): string {
  return every === 1 ? unit : counted(every, unit);
}

/** `36 months` where an instalment is a month, a week or a day; else `12 instalments, one every 3 months`. */
export function termText(product: Pick<ProductTerms, 'frequency'>, instalments: number): string {
  const { every, unit } = product.frequency;
  if (every === 1) return counted(instalments, unit);
  return `${counted(instalments, 'instalment')}, one every ${counted(every, unit)}`;
}

/** `a month`, `every 2 weeks`: how often an instalment comes; by a method whose instalments fall, of the first one. */
export function rhythmText({ frequency, method }: Pick<ProductTerms, 'frequency'> & Partial<ProductTerms>): string {
  const often = frequency.every === 1 ? `a ${frequency.unit}` : `every ${everyText(frequency)}`;
  return method === 'equal-principal' || method === 'bullet' ? `${often} at first` : often;
}

export function describeTerms(terms: ProductTerms, formats: Formats): TermsSection[] {
  return [
    aboutSection(terms, formats),
    needsSection(terms),
    repaymentSection(terms, formats),
    { title: 'Fees', rows: terms.fees.map((fee) => feeRow(fee, formats)) },
    startSection(terms, formats),
    paymentSection(terms, formats),
    prepaymentSection(terms, formats),
    {
      title: 'Days past due',
      rows: terms.npaBuckets.map((bucket) => ({
        label: `${bucket.name} (${bucket.alias})`,
        value: `From ${counted(bucket.fromDaysPastDue, 'day')}, provision ${formats.rate(bucket.provisionPercent)}${bucket.npa ? ', non-performing' : ''}`,
      })),
    },
  ];
}

function aboutSection(terms: ProductTerms, formats: Formats): TermsSection {
  const { minAmount, maxAmount, minInstalments, maxInstalments } = terms;
  return {
    title: 'About',
    rows: [
      { label: 'Name', value: terms.name },
      { label: 'Summary', value: terms.summary },
      { label: 'Offered to new borrowers', value: yesNo(terms.offered) },
      { label: 'Purposes', value: terms.purposes.join(', ') },
      { label: 'Amounts', value: `${formats.money(minAmount)} to ${formats.moneyWithCurrency(maxAmount)}` },
      { label: 'Term', value: `${minInstalments} to ${termText(terms, maxInstalments)}` },
    ],
  };
}

function repaymentSection(terms: ProductTerms, formats: Formats): TermsSection {
  const { rate, rounding, frequency } = terms;
  const half = rounding.mode === 'half-even' ? 'halves to the even cent' : 'halves up';
  const to =
    rounding.instalmentTo === null
      ? 'the smallest unit'
      : `${formats.moneyWithCurrency(rounding.instalmentTo)}, ${rounding.instalmentMode === 'up' ? 'always up' : 'to the nearest'}`;
  return {
    title: 'Interest and instalments',
    rows: [
      {
        label: 'Rate a year',
        value:
          rate.kind === 'fixed'
            ? `${formats.rate(rate.annualRate)} fixed`
            : `Base rate “${rate.base}” plus ${formats.rate(rate.spread)}, floating`,
      },
      { label: 'Method', value: methodNames[terms.method] },
      { label: 'Days are counted', value: dayCountNames[terms.dayCount] },
      { label: 'Instalments', value: `One ${rhythmText({ frequency })}` },
      { label: 'Or, as the borrower chooses', value: otherRhythms(terms) },
      {
        label: 'Instalment solved from',
        value: terms.instalmentBasis === 'nominal' ? 'The nominal rate a period' : 'The counted days',
      },
      { label: 'Rounding', value: `Interest with ${half}; instalments to ${to}` },
    ],
  };
}

function feeRow(fee: ProductFee, formats: Formats) {
  const size =
    'amount' in fee
      ? formats.moneyWithCurrency(fee.amount)
      : `${formats.rate(fee.percent)} ${basisNames[fee.percentOf]}`;
  const tax = fee.taxPercent === '0' ? '' : `, plus ${formats.rate(fee.taxPercent)} tax`;
  return { label: `${feeNames[fee.code]}, ${occasionNames[fee.when]}`, value: `${size}${tax}` };
}

function startSection(terms: ProductTerms, formats: Formats): TermsSection {
  const { grace, moratorium, mostTranches, coolingOffDays } = terms;
  const many = (count: number, text: string) => (count === 0 ? 'None' : `${counted(count, 'instalment')} ${text}`);
  return {
    title: 'Start and end',
    rows: [
      { label: 'Principal grace', value: many(grace.principalInstalments, 'without principal') },
      { label: 'Interest grace', value: many(grace.interestInstalments, 'without interest, which falls due after') },
      { label: 'Moratorium', value: many(moratorium.mostInstalments, 'at most') },
      { label: 'Down payment', value: orNone(terms.downPaymentPercent, formats, 'of the amount') },
      { label: 'Extra last payment', value: orNone(terms.balloonPercent, formats, 'of the amount') },
      { label: 'Paid out in', value: mostTranches === 1 ? 'One sum' : `Up to ${mostTranches} parts` },
      { label: 'Cooling-off', value: coolingOffDays === 0 ? 'None' : counted(coolingOffDays, 'day') },
    ],
  };
}

function paymentSection({ allocation, penalty }: ProductTerms, formats: Formats): TermsSection {
  const order = (parts: readonly (keyof typeof partNames)[]) =>
    capital(parts.map((part) => partNames[part]).join(', then '));
  const of = penalty?.percentOf === 'overdue-principal' ? 'overdue principal' : 'the overdue instalment';
  const days = penalty?.graceDays === 0 ? 'at once' : `after ${counted(penalty?.graceDays ?? 0, 'day')}`;
  const basis = penalty?.basis === 'annual' ? 'a year, by the day' : 'once';
  return {
    title: 'Payments',
    rows: [
      { label: 'Past due is paid', value: order(allocation.pastDue) },
      { label: 'Due is paid', value: order(allocation.due) },
      { label: 'In advance is paid', value: order(allocation.inAdvance) },
      {
        label: 'Several instalments',
        value: allocation.across === 'instalment' ? 'One after the other' : 'One part of all of them after the other',
      },
      {
        label: 'Penalty',
        value:
          penalty === null ? 'None' : `${formats.rate(penalty.percent)} of ${of} ${basis}, ${days}; never on a penalty`,
      },
    ],
  };
}

function prepaymentSection({ prepayment }: ProductTerms, formats: Formats): TermsSection {
  const { allowed, lockInInstalments, minAmount, effects, rest, payoffInterest } = prepayment;
  if (!allowed) return { title: 'Prepayment', rows: [{ label: 'Allowed', value: 'No' }] };
  return {
    title: 'Prepayment',
    rows: [
      { label: 'Allowed', value: 'Yes' },
      {
        label: 'Not before',
        value: lockInInstalments === 0 ? 'From the first day' : `${counted(lockInInstalments, 'instalment')} paid`,
      },
      { label: 'Smallest', value: minAmount === zero ? 'Any amount' : formats.moneyWithCurrency(minAmount) },
      { label: 'What it does', value: capital(effects.map((effect) => effectNames[effect]).join(', or ')) },
      { label: 'Interest falls', value: rest === 'daily' ? 'From the day of payment' : 'From the next period' },
      {
        label: 'Paying off early',
        value: payoffInterest === 'to-date' ? 'Interest to that day' : 'Interest to the next due date',
      },
    ],
  };
}

export interface Difference {
  section: string;
  label: string;
  /** Undefined where there is nothing to compare with; empty where that version does not have it. */
  before: string | undefined;
  after: string;
}

/** What one version says otherwise than another, in the order of its page. */
export function differences(before: ProductTerms | undefined, after: ProductTerms, formats: Formats): Difference[] {
  const old = before && describeTerms(before, formats);
  return describeTerms(after, formats).flatMap(({ title, rows }, index) => {
    const former = old?.[index]?.rows ?? [];
    const changed = rows.flatMap(({ label, value }): Difference[] => {
      const was = former.find((row) => row.label === label)?.value ?? '';
      if (old && was === value) return [];
      return [{ section: title, label, before: old ? was : undefined, after: value }];
    });
    const gone = former
      .filter(({ label }) => !rows.some((row) => row.label === label))
      .map(({ label, value }) => ({ section: title, label, before: value, after: '' }));
    return [...changed, ...gone];
  });
}
