import { zero } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { parts } from '#features/schedules/index.ts';
import type { NpaBucket, ProductTerms } from './product-terms.ts';

/**
 * Days past due by the Reserve Bank of India's classes (Master Circular on income recognition and asset
 * classification), with the names that lenders in the United States use for the same days.
 */
export function usualBuckets(): NpaBucket[] {
  const bucket = (code: string, facts: [name: string, alias: string, from: number, percent: string, npa: boolean]) => {
    const [name, alias, fromDaysPastDue, percent, npa] = facts;
    return { code, name, alias, fromDaysPastDue, provisionPercent: rateOf(percent), npa };
  };
  return [
    bucket('standard', ['Standard', 'Current', 0, '0.4', false]),
    bucket('sma-0', ['SMA-0', '1 to 29 days', 1, '1', false]),
    bucket('sma-1', ['SMA-1', '30 days', 31, '5', false]),
    bucket('sma-2', ['SMA-2', '60 days', 61, '10', false]),
    bucket('substandard', ['NPA, substandard', '90 days', 91, '25', true]),
    bucket('doubtful', ['NPA, doubtful', 'Over a year', 456, '50', true]),
    bucket('loss', ['NPA, loss', 'Charged off', 1186, '100', true]),
  ];
}

/** What every product did before its terms were data: equal monthly instalments, 30/360, the fee kept back. */
export function firstTerms(facts: { annualRate: string; feePercent: string }) {
  const fee = {
    code: 'processing' as const,
    when: 'disbursement' as const,
    taxPercent: rateOf('0'),
    percent: rateOf(facts.feePercent),
    percentOf: 'loan' as const,
  };
  return {
    offered: true,
    method: 'equal-instalment',
    dayCount: '30/360',
    frequency: { every: 1, unit: 'month' },
    rounding: { mode: 'half-even', instalmentTo: null, instalmentMode: 'nearest' },
    instalmentBasis: 'day-count',
    rate: { kind: 'fixed', annualRate: rateOf(facts.annualRate) },
    fees: [fee],
    grace: { principalInstalments: 0, interestInstalments: 0 },
    moratorium: { mostInstalments: 0 },
    downPaymentPercent: rateOf('0'),
    balloonPercent: rateOf('0'),
    mostTranches: 1,
    allocation: { pastDue: [...parts], due: [...parts], inAdvance: [...parts], across: 'instalment' },
    penalty: null,
    prepayment: {
      allowed: true,
      lockInInstalments: 0,
      minAmount: zero,
      effects: ['shorten-term', 'lower-instalment', 'next-instalments'],
      rest: 'daily',
      payoffInterest: 'to-date',
    },
    coolingOffDays: 0,
    npaBuckets: usualBuckets(),
  } satisfies Partial<ProductTerms>;
}
