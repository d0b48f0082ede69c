import type { Money } from '#core/money.ts';
import { compareRates, RateDecimal, rateOf, type Rate } from '#core/rate.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { rejectionReason, rejectionReasons, type RejectionReason } from './deciding/reasons.rules.ts';
import type { NeededAuthority } from './deciding/authority.rules.ts';

export { rejectionReason, rejectionReasons, type RejectionReason };

export type DecisionRefusal =
  | { code: 'own-application' }
  | { code: 'not-waiting' }
  /** A second person decides on what was recommended. */
  | { code: 'proposed' }
  | { code: 'amount-outside'; least: Money; most: Money }
  | { code: 'instalments-outside'; least: number; most: number }
  | { code: 'rate-outside'; least: Rate; most: Rate }
  /** Neither the product's rate nor the policy's, and nobody said why. */
  | { code: 'rate-needs-note'; productRate: Rate; policyRate: Rate }
  | { code: 'no-schedule' }
  /** What this officer may lend to this customer by themselves; null where only two seniors together may. */
  | { code: 'above-authority'; room: Money; needed: NeededAuthority }
  | { code: 'kyc-rejected'; names: readonly string[] }
  | { code: 'people-incomplete'; names: readonly string[] }
  /** The one that the product asks for was let go. */
  | { code: 'guarantor-missing' }
  | { code: 'already-recommended' }
  /** No credit report on the file shows what this reason says. */
  | { code: 'untrue-reason'; reason: RejectionReason };

export interface DecisionFacts {
  /** The person behind the officer, if there is one. */
  deciderPartyId: string | undefined;
  applicantPartyId: string;
  state: string;
}

/** Nobody decides on their own file, and an application is decided once. */
export function mayDecide(facts: DecisionFacts): Result<'decidable', DecisionRefusal> {
  if (facts.deciderPartyId === facts.applicantPartyId) return refuse({ code: 'own-application' });
  if (facts.state === 'proposed') return refuse({ code: 'proposed' });
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
