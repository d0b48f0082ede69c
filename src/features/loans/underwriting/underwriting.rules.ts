import type { Money } from '#core/money.ts';
import { compareRates, RateDecimal, rateOf, type Rate } from '#core/rate.ts';
import { ok, refuse, type Result } from '#core/result.ts';

/** Why a loan is not offered: the officer picks the code, the borrower reads the sentence. */
export const rejectionReasons = [
  {
    code: 'debt-too-high',
    label: 'Debt takes too much of the income',
    sentence: 'Together with what you already pay each month, the instalment would take too much of your income.',
  },
  {
    code: 'income-too-low',
    label: 'Income is too low for the instalment',
    sentence: 'The instalment is too high for the income that you told us about.',
  },
  {
    code: 'income-unverified',
    label: 'Income could not be verified',
    sentence: 'We could not verify the income that you told us about.',
  },
  {
    code: 'security-too-low',
    label: 'Security does not cover the loan',
    sentence: 'The value of the property does not cover a loan of this amount.',
  },
  {
    code: 'employment-too-short',
    label: 'Employment is too recent',
    sentence: 'You have been in your present employment for too short a time.',
  },
  {
    code: 'lent-enough',
    label: 'Total lent to this customer is at its limit',
    sentence: 'Your loans with us already reach the most that we lend to one customer.',
  },
  {
    code: 'details-inconsistent',
    label: 'Answers do not fit together',
    sentence: 'Some of your answers do not fit together, and we could not clear them up.',
  },
  {
    code: 'purpose-not-lent-for',
    label: 'We do not lend for this purpose',
    sentence: 'We do not lend for this purpose.',
  },
] as const;
export type RejectionReason = (typeof rejectionReasons)[number]['code'];

export function rejectionReason(code: string): (typeof rejectionReasons)[number] | undefined {
  return rejectionReasons.find((reason) => reason.code === code);
}

export type DecisionRefusal =
  | { code: 'own-application' }
  | { code: 'not-waiting' }
  | { code: 'amount-outside'; least: Money; most: Money }
  | { code: 'instalments-outside'; least: number; most: number }
  | { code: 'rate-outside'; least: Rate; most: Rate }
  | { code: 'no-schedule' };

export interface DecisionFacts {
  /** The person behind the officer, if there is one. */
  deciderPartyId: string | undefined;
  applicantPartyId: string;
  state: string;
}

/** Nobody decides on their own file, and an application is decided once. */
export function mayDecide(facts: DecisionFacts): Result<'decidable', DecisionRefusal> {
  if (facts.deciderPartyId === facts.applicantPartyId) return refuse({ code: 'own-application' });
  if (facts.state !== 'submitted') return refuse({ code: 'not-waiting' });
  return ok('decidable');
}

export interface ProductLimits {
  minAmount: Money;
  maxAmount: Money;
  minInstalments: number;
  maxInstalments: number;
  annualRate: string;
}

export interface ApprovedTerms {
  amount: Money;
  annualRate: Rate;
  instalments: number;
}

/** An officer may price a risk between half and double of the product's rate. */
export function rateBand(productRate: string): { least: Rate; most: Rate } {
  const rate = new RateDecimal(productRate);
  return { least: rateOf(rate.div(2).toDecimalPlaces(6).toFixed()), most: rateOf(rate.mul(2).toFixed()) };
}

/** The terms must lie within the product version that the application pins. */
export function withinProduct(terms: ApprovedTerms, product: ProductLimits): Result<ApprovedTerms, DecisionRefusal> {
  const { minAmount, maxAmount, minInstalments, maxInstalments } = product;
  if (terms.amount < minAmount || terms.amount > maxAmount)
    return refuse({ code: 'amount-outside', least: minAmount, most: maxAmount });
  if (terms.instalments < minInstalments || terms.instalments > maxInstalments)
    return refuse({ code: 'instalments-outside', least: minInstalments, most: maxInstalments });
  const band = rateBand(product.annualRate);
  if (compareRates(terms.annualRate, band.least) < 0 || compareRates(terms.annualRate, band.most) > 0)
    return refuse({ code: 'rate-outside', ...band });
  return ok(terms);
}
