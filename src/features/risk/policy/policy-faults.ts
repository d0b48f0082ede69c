import { RateDecimal } from '#core/rate.ts';
import { comparisonsOf, factKinds, isWhole, type FactKind } from './fact-kinds.ts';
import type { PolicyContent, PolicyLimits, PolicyRule, PricingCell } from './policy.ts';
import { mostPrices, mostRules } from './policy-content.ts';
import { bandsOf, everyProduct } from './pricing.ts';

/** What a policy may name that other features own. */
export interface KnownNames {
  products: readonly string[];
  reasons: readonly string[];
}

/** Why a policy cannot be published, at a field of the form of its part. */
export interface PolicyFault {
  field: string;
  message: string;
}

/** Words of addresses below the draft's rules. */
const reserved: readonly string[] = ['new'];
const spreadRange = { least: -10, most: 30 };

export function ruleFaults(rule: PolicyRule, known: KnownNames): PolicyFault[] {
  const { code, fact, comparison, reason, products, security } = rule;
  const kind = factKinds[fact];
  const faults: PolicyFault[] = [];
  const add = (field: string, message: string) => faults.push({ field, message });
  if (reserved.includes(code)) add('code', 'Choose another name for the rule');
  if (!comparisonsOf(fact).includes(comparison))
    add(
      'comparison',
      `Choose “${kind.better === 'more' ? 'at least' : 'at most'}” for this figure: ${betterText(kind)}`,
    );
  faults.push(...limitFaultsOf('refer', rule.refer, kind), ...limitFaultsOf('decline', rule.decline, kind));
  if (rule.refer === null && rule.decline === null)
    add('refer', 'Enter a limit: where a person looks at it, where it is declined, or both');
  else if (faults.length === 0) faults.push(...orderFault(rule));
  if (!known.reasons.includes(reason)) add('reason', 'Choose a reason from the list');
  if (fact === 'loanToValue' && security === 'none')
    add('security', 'Choose a security: a loan without one has no loan to value');
  for (const product of products)
    if (!known.products.includes(product)) add('products', `There is no product ${product} any more. Leave it out`);
  return faults;
}

const betterText = ({ better }: FactKind) => (better === 'more' ? 'more of it is better' : 'less of it is better');

function limitFaultsOf(field: 'refer' | 'decline', limit: string | null, kind: FactKind): PolicyFault[] {
  if (limit === null) return [];
  const value = new RateDecimal(limit);
  if (isWhole(kind) && !value.isInteger()) return [{ field, message: 'Enter a whole number' }];
  if (value.gte(kind.least) && value.lte(kind.most)) return [];
  return [{ field, message: `Enter a limit from ${kind.least} to ${kind.most} for this figure` }];
}

/** A limit to decline at that comes first would leave nothing for a person to look at. */
function orderFault({ comparison, refer, decline }: PolicyRule): PolicyFault[] {
  if (refer === null || decline === null) return [];
  const difference = new RateDecimal(decline).comparedTo(new RateDecimal(refer));
  if (comparison === 'at-least' ? difference < 0 : difference > 0) return [];
  const side = comparison === 'at-least' ? 'below' : 'above';
  return [{ field: 'decline', message: `Enter a limit to decline at ${side} the one to refer at` }];
}

/** A fault of the grid, at the grade of a line; without a grade at the line, without an end at the product. */
export interface PricingFault {
  product: string;
  upToMonths?: number | null;
  grade?: PricingCell['grade'];
  /** What of the line is wrong where no grade is. */
  part?: 'product' | 'term';
  message: string;
}

export function pricingFaults(pricing: readonly PricingCell[], { products }: KnownNames): PricingFault[] {
  const seen = new Set<string>();
  const faults: PricingFault[] = [];
  for (const { product, grade, upToMonths, spread } of pricing) {
    const key = JSON.stringify([product, upToMonths, grade]);
    if (seen.has(key))
      faults.push({
        product,
        upToMonths,
        grade,
        message: 'This grade has a price in this band already. Keep one of them',
      });
    seen.add(key);
    const value = new RateDecimal(spread);
    if (value.lt(spreadRange.least) || value.gt(spreadRange.most)) {
      const message = `Enter percentage points from ${spreadRange.least} to ${spreadRange.most}`;
      faults.push({ product, upToMonths, grade, message });
    }
  }
  return [...faults, ...productFaults(pricing, products)];
}

function productFaults(pricing: readonly PricingCell[], products: readonly string[]): PricingFault[] {
  const bands = bandsOf(pricing);
  return [...new Set(bands.map(({ product }) => product))].flatMap((product): PricingFault[] => {
    if (product !== everyProduct && !products.includes(product))
      return [{ product, part: 'product', message: `There is no product ${product} any more. Leave it out` }];
    const open = bands.find((band) => band.product === product && band.upToMonths === null);
    if (!open)
      return [
        {
          product,
          part: 'term',
          message: 'Leave the term of the last line empty, so that longer terms have a price too',
        },
      ];
    const unpriced = pricing.find((cell) => cell.product === product && !(cell.grade in open.spreads));
    if (!unpriced) return [];
    const message = `Grade ${unpriced.grade} has a price for short terms only. Enter one without a longest term too`;
    return [{ product, upToMonths: null, grade: unpriced.grade, message }];
  });
}

export function limitsFaults(limits: PolicyLimits): PolicyFault[] {
  const shares = (['productShare', 'weakGradesShare'] as const).filter((name) => outside(limits[name], 100));
  const { customerExposure } = limits;
  const exposure = factKinds.exposure.most;
  return [
    ...(outside(customerExposure, exposure) ||
    (customerExposure !== null && !new RateDecimal(customerExposure).isInteger())
      ? [{ field: 'customerExposure', message: 'Enter a whole amount above zero, or leave it empty for no limit' }]
      : []),
    ...shares.map((field) => ({
      field,
      message: 'Enter a share above 0 and up to 100, or leave it empty for no limit',
    })),
  ];
}

const outside = (limit: string | null, most: number) =>
  limit !== null && (new RateDecimal(limit).lte(0) || new RateDecimal(limit).gt(most));

/** Every reason why this policy cannot be published, as sentences that name the rule or the part. */
export function policyFaults(content: PolicyContent, known: KnownNames): string[] {
  const { rules, pricing, limits } = content;
  const codes = rules.map(({ code }) => code);
  const twice = codes.filter((code, place) => codes.indexOf(code) !== place);
  return [
    ...(rules.length === 0 ? ['Add a rule: without one every application would be approved'] : []),
    ...(rules.length > mostRules ? [`Keep at most ${mostRules} rules`] : []),
    ...(pricing.length > mostPrices ? [`Keep at most ${mostPrices} prices`] : []),
    ...[...new Set(twice)].map((code) => `Two rules have the name ${code}: rename one of them`),
    ...rules.flatMap((rule) => ruleFaults(rule, known).map(({ message }) => `Rule ${rule.code}: ${message}`)),
    ...pricingFaults(pricing, known).map(({ product, message }) => `Prices of ${productText(product)}: ${message}`),
    ...limitsFaults(limits).map(({ message }) => `Limits: ${message}`),
  ];
}

const productText = (product: string) => (product === everyProduct ? 'every product' : product);
