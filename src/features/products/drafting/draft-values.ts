import { toDecimalString, type Currency, type Money } from '#core/money.ts';
import { rhythmName } from '../product-needs.ts';
import type { ProductFee, ProductTerms } from '../product-terms.ts';

/** The terms as the form shows them: the reverse of `readTerms`. */
export function valuesOf(terms: ProductTerms, currency: Currency): Record<string, string> {
  const money = (amount: Money) => toDecimalString(amount, currency);
  const { rounding, frequency, grace, rate } = terms;
  return {
    name: terms.name,
    summary: terms.summary,
    ...tick(terms.offered, 'offered'),
    ...needValues(terms),
    purposes: terms.purposes.join('\n'),
    minAmount: money(terms.minAmount),
    maxAmount: money(terms.maxAmount),
    minInstalments: String(terms.minInstalments),
    maxInstalments: String(terms.maxInstalments),
    method: terms.method,
    dayCount: terms.dayCount,
    every: String(frequency.every),
    unit: frequency.unit,
    instalmentBasis: terms.instalmentBasis,
    roundingMode: rounding.mode,
    roundTo: rounding.instalmentTo === null ? '' : money(rounding.instalmentTo),
    roundToMode: rounding.instalmentMode,
    rateKind: rate.kind,
    annualRate: rate.kind === 'fixed' ? rate.annualRate : '',
    base: rate.kind === 'floating' ? rate.base : '',
    spread: rate.kind === 'floating' ? rate.spread : '',
    principalGrace: String(grace.principalInstalments),
    interestGrace: String(grace.interestInstalments),
    moratoriumMost: String(terms.moratorium.mostInstalments),
    downPaymentPercent: terms.downPaymentPercent,
    balloonPercent: terms.balloonPercent,
    mostTranches: String(terms.mostTranches),
    coolingOffDays: String(terms.coolingOffDays),
    ...paymentValues(terms, money),
    ...orderValues(terms.allocation),
    ...rowValues('fee', terms.fees, (fee) => feeValues(fee, money)),
    ...rowValues('bucket', terms.npaBuckets, bucketValues),
  };
}

function needValues(terms: ProductTerms): Record<string, string> {
  const { security, forBusiness, frequencies, documents, participants } = terms;
  const papers = documents.map(({ kind, required, of }) => [
    `document-${kind}`,
    `${required ? 'required' : 'optional'}-${of}`,
  ]);
  return {
    security,
    ...tick(forBusiness, 'forBusiness'),
    mostCoApplicants: String(participants.mostCoApplicants),
    guarantor: participants.guarantor,
    ...(Object.fromEntries(papers) as Record<string, string>),
    ...Object.fromEntries(frequencies.map((frequency) => [`often-${rhythmName(frequency)}`, 'yes'])),
  };
}

function paymentValues({ allocation, penalty, prepayment }: ProductTerms, money: (amount: Money) => string) {
  return {
    across: allocation.across,
    penaltyOf: penalty?.percentOf ?? 'none',
    penaltyPercent: penalty?.percent ?? '',
    penaltyGraceDays: penalty ? String(penalty.graceDays) : '',
    penaltyBasis: penalty?.basis ?? 'annual',
    ...tick(prepayment.allowed, 'prepayAllowed'),
    lockIn: String(prepayment.lockInInstalments),
    prepayMin: money(prepayment.minAmount),
    ...tick(prepayment.effects.includes('shorten-term'), 'effectShorten'),
    ...tick(prepayment.effects.includes('lower-instalment'), 'effectLower'),
    ...tick(prepayment.effects.includes('next-instalments'), 'effectNext'),
    rest: prepayment.rest,
    payoffInterest: prepayment.payoffInterest,
  };
}

const tick = (yes: boolean, name: string): Record<string, string> => (yes ? { [name]: 'yes' } : {});

function orderValues({ pastDue, due, inAdvance }: ProductTerms['allocation']): Record<string, string> {
  const orders = Object.entries({ pastDue, due, inAdvance });
  return Object.fromEntries(
    orders.flatMap(([name, parts]) => parts.map((part, index) => [`${name}${index + 1}`, part])),
  );
}

function rowValues<T>(
  prefix: string,
  items: readonly T[],
  values: (item: T) => Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    items.flatMap((item, index) =>
      Object.entries(values(item)).map(([name, value]) => [`${prefix}${index + 1}${name}`, value]),
    ),
  );
}

function feeValues(fee: ProductFee, money: (amount: Money) => string): Record<string, string> {
  const size = 'amount' in fee ? { Value: money(fee.amount), Of: 'amount' } : { Value: fee.percent, Of: fee.percentOf };
  return { Code: fee.code, When: fee.when, ...size, Tax: fee.taxPercent === '0' ? '' : fee.taxPercent };
}

function bucketValues(bucket: ProductTerms['npaBuckets'][number]): Record<string, string> {
  return {
    Code: bucket.code,
    Name: bucket.name,
    Alias: bucket.alias,
    From: String(bucket.fromDaysPastDue),
    Provision: bucket.provisionPercent,
    ...(bucket.npa ? { Npa: 'yes' } : {}),
  };
}
