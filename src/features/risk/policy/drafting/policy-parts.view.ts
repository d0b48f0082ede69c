import type { Formats } from '#core/format.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { policyCrumbs } from '../policy.view.ts';
import { factKinds } from '../fact-kinds.ts';
import { factNames } from '../policy.ts';
import { grades } from '../policy-content.ts';
import { limitNames, type PolicyNames } from '../policy-words.ts';
import { everyProduct } from '../pricing.ts';
import { priceField, priceRows, productField } from './policy-draft.forms.ts';

interface PartFacts {
  form: FormState;
  names: PolicyNames;
  formats: Formats;
}

const crumbs = [...policyCrumbs, { text: 'Draft', href: paths.riskPolicyDraft }];
const optionsOf = (names: Iterable<readonly [string, string]>) => [...names].map(([value, text]) => ({ value, text }));

const unitWords = {
  money: 'a whole amount',
  percent: 'per cent',
  years: 'years',
  months: 'months',
  days: 'days',
  count: 'how many',
  points: 'points',
} as const;

/** `/risk/policies/draft/rules/:code`; a rule that is new has no code yet. */
export function rulePage(facts: PartFacts & { code: string | undefined }) {
  const { code, form, names, formats } = facts;
  const title = code === undefined ? 'Add a rule' : `Rule ${code}`;
  return {
    title,
    crumbs: [...crumbs, { text: title }],
    head: { title, sub: 'The worst vote of all rules is the word of the policy' },
    form,
    isNew: code === undefined,
    action: paths.riskPolicyRule(code ?? 'new'),
    remove: code === undefined ? null : { action: paths.removeRiskPolicyRule(code) },
    version: form.values.version ?? '0',
    facts: [
      { value: '', text: 'Choose one' },
      ...factNames.map((fact) => ({
        value: fact,
        text: `${factKinds[fact].label}, ${unitWords[factKinds[fact].unit]}`,
      })),
    ],
    comparisons: [
      { value: '', text: 'Choose one' },
      { value: 'at-least', text: 'It should be at least so much' },
      { value: 'at-most', text: 'It should be at most so much' },
    ],
    unknowns: [
      { value: 'refer', text: 'A person looks at it' },
      { value: 'decline', text: 'The policy declines' },
    ],
    securities: [
      { value: '', text: 'Every loan' },
      { value: 'none', text: 'Loans without security' },
      { value: 'property', text: 'Loans secured by property' },
      { value: 'vehicle', text: 'Loans secured by a vehicle' },
    ],
    reasons: [{ value: '', text: 'Choose one' }, ...optionsOf(names.reasons)],
    limitHint: `Amounts in ${formats.currency}, shares in per cent, terms in months. A value at the limit still keeps it`,
    products: optionsOf(names.products).map(({ value, text }) => ({ name: productField(value), label: text })),
  };
}

/** `/risk/policies/draft/prices`: lines that hold something and one empty one; the others are folded away. */
export function pricesPage({ form, names }: PartFacts) {
  const used = (row: number) => (form.values[priceField(row, 'Product')] ?? '') !== '';
  const rows = priceRows.map((row) => ({
    legend: `Line ${row}`,
    product: priceField(row, 'Product'),
    upTo: priceField(row, 'UpTo'),
    grades: grades.map((grade) => ({ name: priceField(row, grade), label: `Grade ${grade}` })),
  }));
  const shown = (priceRows.findLast(used) ?? 0) + 1;
  const folded = rows.slice(shown);
  const namesOf = (row: (typeof rows)[number]) => [row.product, row.upTo, ...row.grades.map(({ name }) => name)];
  return {
    title: 'Prices',
    crumbs: [...crumbs, { text: 'Prices' }],
    head: { title: 'Prices', sub: 'Percentage points added to the rate of the product, by grade and term' },
    form,
    action: paths.riskPolicyPrices,
    version: form.values.version ?? '0',
    products: [
      { value: '', text: 'No line' },
      { value: everyProduct, text: 'Every other product' },
      ...optionsOf(names.products),
    ],
    rows: rows.slice(0, shown),
    folded,
    open: folded.some((row) => namesOf(row).some((name) => form.errors[name] !== undefined)),
  };
}

/** `/risk/policies/draft/limits`. */
export function limitsPage({ form, formats }: PartFacts) {
  return {
    title: 'Limits',
    crumbs: [...crumbs, { text: 'Limits' }],
    head: { title: 'Limits', sub: 'How much of the bank’s lending may lie in one place' },
    form,
    action: paths.riskPolicyLimits,
    version: form.values.version ?? '0',
    fields: [
      { name: 'customerExposure', label: limitNames.customerExposure, unit: formats.currency },
      { name: 'productShare', label: limitNames.productShare, unit: '%' },
      { name: 'weakGradesShare', label: limitNames.weakGradesShare, unit: '%' },
    ],
  };
}
