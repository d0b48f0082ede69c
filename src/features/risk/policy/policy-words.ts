import { counted, type Formats } from '#core/format.ts';
import { RateDecimal } from '#core/rate.ts';
import { factKinds } from './fact-kinds.ts';
import type { LimitFault } from './limits.ts';
import type { FactName, PolicyContent, PolicyLimits, PolicyRule } from './policy.ts';
import { bandsOf, everyProduct, type PricingBand } from './pricing.ts';

/** Names that stand in a policy as codes, as staff read them. */
export interface PolicyNames {
  products: ReadonlyMap<string, string>;
  reasons: ReadonlyMap<string, string>;
}

export const securityNames = { none: 'no security', property: 'property', vehicle: 'a vehicle' } as const;
export const limitNames: Readonly<Record<keyof PolicyLimits, string>> = {
  customerExposure: 'The most to one customer, owed and promised',
  productShare: 'The most of the book in one product',
  weakGradesShare: 'The most of the book in grades D and E',
};

/** A fact's value or limit with its unit: `40%`, `1,000 USD`, `12 months`. */
export function factText(fact: FactName, value: string, formats: Formats): string {
  const { unit } = factKinds[fact];
  const shown = numberText(value, formats);
  if (unit === 'percent') return `${shown}%`;
  if (unit === 'money') return `${shown} ${formats.currency}`;
  if (unit === 'years' || unit === 'months' || unit === 'days')
    return value === '1' ? `1 ${unit.slice(0, -1)}` : `${shown} ${unit}`;
  return shown;
}

function numberText(value: string, { locale }: Formats): string {
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });
  return format.format(value as Intl.StringNumericLiteral).replace('-', '−');
}

/** What a rule asks, as a sentence without an end: `Referred above 40%, declined above 60%`. */
export const asksText = (rule: PolicyRule, formats: Formats) => sentence(asksWords(rule, formats));

function asksWords({ fact, comparison, refer, decline }: PolicyRule, formats: Formats): string {
  const beyond = (limit: string) => {
    if (comparison === 'at-least') return `below ${factText(fact, limit, formats)}`;
    // Nobody has more than no default but from the first on.
    return isCounted(fact)
      ? `from ${factText(fact, new RateDecimal(limit).plus(1).toFixed(), formats)}`
      : `above ${factText(fact, limit, formats)}`;
  };
  const parts = [
    ...(refer === null ? [] : [`referred ${beyond(refer)}`]),
    ...(decline === null ? [] : [`declined ${beyond(decline)}`]),
  ];
  return parts.join(', ');
}

const isCounted = (fact: FactName) => factKinds[fact].unit === 'count' || factKinds[fact].unit === 'days';

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Which loans a rule is about: `Every loan`, `Home loan, with property`. */
export function scopeText({ products, security }: PolicyRule, { products: names }: PolicyNames): string {
  const about = products.length === 0 ? 'Every loan' : products.map((code) => names.get(code) ?? code).join(', ');
  if (security === null) return about;
  return `${about} ${security === 'none' ? 'without security' : `with ${securityNames[security]}`}`;
}

export const unknownText = ({ whenUnknown }: PolicyRule) => (whenUnknown === 'refer' ? 'Referred' : 'Declined');
export const factLabel = (fact: FactName) => factKinds[fact].label;
export const reasonText = ({ reason }: PolicyRule, { reasons }: PolicyNames) => reasons.get(reason) ?? reason;

export function productText(product: string, { products }: PolicyNames): string {
  return product === everyProduct ? 'Every other product' : (products.get(product) ?? product);
}
export const bandText = ({ upToMonths }: Pick<PricingBand, 'upToMonths'>) =>
  upToMonths === null ? 'every longer term' : `up to ${counted(upToMonths, 'month')}`;

/** A line of the grid beside the others: what stands alone is not called another or longer. */
export function lineText(band: PricingBand, { bands, names }: { bands: readonly PricingBand[]; names: PolicyNames }) {
  const { product, upToMonths } = band;
  const only = bands.every((one) => one.product === everyProduct);
  const unbanded = bands.filter((one) => one.product === product).length === 1;
  return {
    product: product === everyProduct && only ? 'Every product' : productText(product, names),
    band: upToMonths === null && unbanded ? 'every term' : bandText(band),
  };
}

/** `1.25`, `−0.50`: percentage points, with as many decimals as it has and at least two. */
export function spreadText(spread: string, { locale }: Formats): string {
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 6 });
  return format.format(spread as Intl.StringNumericLiteral).replace('-', '−');
}

export function limitText(name: keyof PolicyLimits, limit: string | null, formats: Formats): string {
  if (limit === null) return 'No limit';
  return name === 'customerExposure' ? factText('exposure', limit, formats) : `${numberText(limit, formats)}%`;
}

/** A limit that a loan would break, as a sentence for an officer: `The most … is 2,000,000 USD: with this loan it would be …`. */
export function limitFaultText({ limit, value, most }: LimitFault, formats: Formats): string {
  return `${limitNames[limit]} is ${limitText(limit, most, formats)}: with this loan it would be ${limitText(limit, value, formats)}`;
}

export interface Difference {
  section: string;
  label: string;
  /** Empty where there is nothing on that side. */
  before: string;
  after: string;
}

interface WordParts {
  names: PolicyNames;
  formats: Formats;
}

/** What one policy says otherwise than another, in the order of the pages. */
export function differences(
  { before, after }: { before: PolicyContent; after: PolicyContent },
  parts: WordParts,
): Difference[] {
  const compared = (section: string, read: (content: PolicyContent) => Map<string, string>) => {
    const [old, now] = [read(before), read(after)];
    return [...new Set([...old.keys(), ...now.keys()])]
      .map((label) => ({ section, label, before: old.get(label) ?? '', after: now.get(label) ?? '' }))
      .filter((one) => one.before !== one.after);
  };
  return [
    ...compared('Rule', ({ rules }) => new Map(rules.map((rule) => [rule.code, wholeRule(rule, parts)]))),
    ...compared('Price in points', ({ pricing }) => pricesOf(pricing, parts)),
    ...compared('Limit', ({ limits }) => limitsOf(limits, parts)),
  ];
}

/** Everything that a rule says, so that whoever publishes it overlooks nothing. */
export function wholeRule(rule: PolicyRule, { names, formats }: WordParts): string {
  const start = `${factLabel(rule.fact)}: ${asksWords(rule, formats)}`;
  const unknown = `${unknownText(rule).toLowerCase()} where not known`;
  return `${start}, ${unknown}. ${scopeText(rule, names)}. Reason: ${reasonText(rule, names)}`;
}

function pricesOf(pricing: PolicyContent['pricing'], { names, formats }: WordParts): Map<string, string> {
  return new Map(
    bandsOf(pricing).map((band) => [
      `${productText(band.product, names)}, ${bandText(band)}`,
      Object.entries(band.spreads)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([grade, spread]) => `${grade} ${spreadText(spread, formats)}`)
        .join(', '),
    ]),
  );
}

function limitsOf(limits: PolicyLimits, { formats }: WordParts): Map<string, string> {
  const names = Object.keys(limitNames) as (keyof PolicyLimits)[];
  return new Map(names.map((name) => [limitNames[name], limitText(name, limits[name], formats)]));
}
