import { z } from 'zod';
import { RateDecimal } from '#core/rate.ts';
import { choiceField, longTextField, operationKeyField, versionField } from '#web/fields.ts';
import { factNames, type PolicyContent, type PolicyRule, type PricingCell } from '../policy.ts';
import { grades, mostBands, ruleCode, securities } from '../policy-content.ts';
import type { PricingFault } from '../policy-faults.ts';
import { bandsOf } from '../pricing.ts';

/** Decimal text in its one form; empty is none. */
function decimalOrEmpty(pattern: RegExp, message: string) {
  return z
    .string()
    .default('')
    .transform((text, context): string | null => {
      const given = text.trim();
      if (given === '') return null;
      if (pattern.test(given)) return new RateDecimal(given).toFixed();
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    });
}
const limit = (example: string) =>
  decimalOrEmpty(/^\d{1,13}(\.\d{1,6})?$/, `Enter the limit as a number like ${example}, with digits only`);
const spread = decimalOrEmpty(/^[+-]?\d{1,4}(\.\d{1,6})?$/, 'Enter percentage points like 1.25 or -0.5');

const ticked = z.literal('yes', { error: 'Tick this or leave it' }).optional();
const comparisons = ['at-least', 'at-most'] as const;
export const productField = (code: string) => `product-${code}`;

/** One rule; products are ticked one by one, by the codes that there are. */
export function ruleForm(products: readonly string[]) {
  return z.strictObject({
    version: versionField,
    fact: choiceField(factNames, 'Choose what the rule looks at'),
    comparison: choiceField(comparisons, 'Choose at least or at most'),
    refer: limit('40'),
    decline: limit('60'),
    whenUnknown: choiceField(['refer', 'decline'], 'Choose what happens where it is not known'),
    security: choiceField(['', ...securities], 'Choose a security, or every loan').default(''),
    reason: z.string({ error: 'Choose a reason' }).max(60),
    ...Object.fromEntries(products.map((code) => [productField(code), ticked] as const)),
  });
}

/** A new rule is given its name too, which never changes. */
export const newRuleForm = (products: readonly string[]) =>
  ruleForm(products).extend({
    code: z
      .string({ error: 'Enter a name' })
      .transform((text) => text.trim())
      .refine((code) => ruleCode.safeParse(code).success, 'Use small letters, digits and dashes, like debt-to-income'),
  });

type RuleAnswers = z.output<ReturnType<typeof ruleForm>>;

export function ruleOf(code: string, answers: RuleAnswers, products: readonly string[]): PolicyRule {
  const { fact, comparison, refer, decline, whenUnknown, security, reason } = answers;
  const chosen = answers as Record<string, unknown>;
  return {
    ...{ code, fact, comparison, refer, decline, whenUnknown, reason },
    products: products.filter((product) => chosen[productField(product)] === 'yes'),
    security: security === '' ? null : security,
  };
}

export function ruleValues(rule: PolicyRule): Record<string, string> {
  const { fact, comparison, whenUnknown, reason } = rule;
  return {
    ...{ fact, comparison, whenUnknown, reason },
    refer: rule.refer ?? '',
    decline: rule.decline ?? '',
    security: rule.security ?? '',
    ...Object.fromEntries(rule.products.map((code) => [productField(code), 'yes'])),
  };
}

export const priceRows = Array.from({ length: mostBands }, (_, index) => index + 1);
export const priceField = (row: number, name: string) => `price${row}${name}`;

const upTo = z
  .string()
  .default('')
  .transform((text, context): number | null => {
    const given = text.trim();
    if (given === '') return null;
    if (/^\d{1,3}$/.test(given) && Number(given) >= 1 && Number(given) <= 600) return Number(given);
    context.addIssue({ code: 'custom', message: 'Enter the longest term as a whole number from 1 to 600 months' });
    return z.NEVER;
  });

const priceFields = Object.fromEntries(
  priceRows.flatMap((row): [string, z.ZodType][] => [
    [priceField(row, 'Product'), z.string().max(30, 'Choose a product from the list').default('')],
    [priceField(row, 'UpTo'), upTo],
    ...grades.map((grade): [string, z.ZodType] => [priceField(row, grade), spread]),
  ]),
);
export const pricesForm = z.strictObject({ version: versionField, ...priceFields });

interface PriceRow {
  row: number;
  product: string;
  upToMonths: number | null;
  spreads: (string | null)[];
}

function rowsOf(answers: object): PriceRow[] {
  const read = answers as Record<string, unknown>;
  return priceRows.map((row) => ({
    row,
    product: read[priceField(row, 'Product')] as string,
    upToMonths: read[priceField(row, 'UpTo')] as number | null,
    spreads: grades.map((grade) => read[priceField(row, grade)] as string | null),
  }));
}

/** The grid of the answers, and what is wrong with single lines of it. */
export function pricesOf(answers: object): { pricing: PricingCell[]; errors: Record<string, string> } {
  const errors: Record<string, string> = {};
  const pricing = rowsOf(answers).flatMap(({ row, product, upToMonths, spreads }): PricingCell[] => {
    const given = spreads.some((one) => one !== null);
    if (product === '') {
      if (given || upToMonths !== null) errors[priceField(row, 'Product')] = 'Choose a product, or empty the line';
      return [];
    }
    if (!given) errors[priceField(row, 'A')] = 'Enter a price for a grade, or choose “no line”';
    return grades.flatMap((grade, place) => {
      const value = spreads[place] ?? null;
      return value === null ? [] : [{ product, grade, upToMonths, spread: value }];
    });
  });
  return { pricing, errors };
}

/** Faults of the grid at the last line that they are about. */
export function priceErrors(answers: object, faults: readonly PricingFault[]): Record<string, string> {
  const rows = rowsOf(answers);
  const errors: Record<string, string> = {};
  for (const { product, upToMonths, grade, part, message } of faults) {
    const about = (one: PriceRow) =>
      one.product === product && (upToMonths === undefined || one.upToMonths === upToMonths);
    const row = rows.findLast(about)?.row ?? 1;
    const field = grade ?? (part === 'term' ? 'UpTo' : 'Product');
    errors[priceField(row, field)] ??= message;
  }
  return errors;
}

export function priceValues({ pricing }: Pick<PolicyContent, 'pricing'>): Record<string, string> {
  return Object.fromEntries(
    bandsOf(pricing).flatMap(({ product, upToMonths, spreads }, index): [string, string][] => [
      [priceField(index + 1, 'Product'), product],
      [priceField(index + 1, 'UpTo'), upToMonths === null ? '' : String(upToMonths)],
      ...grades.map((grade): [string, string] => [priceField(index + 1, grade), spreads[grade] ?? '']),
    ]),
  );
}

export const limitsForm = z.strictObject({
  version: versionField,
  customerExposure: limit('250000'),
  productShare: limit('60'),
  weakGradesShare: limit('25'),
});

export const limitsValues = ({ limits }: Pick<PolicyContent, 'limits'>): Record<string, string> => ({
  customerExposure: limits.customerExposure ?? '',
  productShare: limits.productShare ?? '',
  weakGradesShare: limits.weakGradesShare ?? '',
});

export const draftVersionForm = z.strictObject({ version: versionField });
export const restoreForm = z.strictObject({});
const reason = longTextField({ what: 'why it should be published', max: 500 });
export const publicationForm = z.strictObject({ key: operationKeyField, version: versionField, reason });
