import { counted, type Formats } from '#core/format.ts';
import { toDecimalString, zero, type Money } from '#core/money.ts';
import { borrowerWords, productChoices, rhythmText, termText, type ProductVersion } from '#features/products/index.ts';
import type { FormState } from '#web/forms.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import type { KeyFacts } from '../key-facts/key-facts.ts';
import { scheduleTable } from '../key-facts/key-facts.view.ts';
import { feesOf, usualQuestion, type Asked } from './calculation.ts';
import { calculatorChart } from './calculator-chart.view.ts';

/** What the calculator knows before it can work anything out. */
export interface CalculatorFrame {
  products: readonly ProductVersion[];
  /** In the rhythm that was chosen. */
  product: ProductVersion;
  /** As it is offered, with every rhythm. */
  offered: ProductVersion;
  form: FormState;
  page: number;
  /** Who looks at it: only somebody who may borrow is led on. */
  reader: 'stranger' | 'borrower' | 'staff';
  formats: Formats;
}

/** `/calculator`; without figures where the question cannot be answered. */
export function calculatorPage(frame: CalculatorFrame, facts: KeyFacts | undefined) {
  const { products, product, offered, form, formats } = frame;
  return {
    title: 'Loan calculator',
    scripts: ['calculator.js'],
    form,
    action: paths.calculator,
    currency: product.currency,
    products: products.map(({ code, name }) => ({ value: code, text: name })),
    rhythms: rhythmOptions(offered),
    range: rangeText(product, formats),
    trouble: facts ? undefined : (Object.values(form.errors)[0] ?? 'Enter an amount and a term'),
    result: facts && resultOf(frame, facts),
  };
}

function rhythmOptions(offered: ProductVersion) {
  const rhythms = productChoices.frequenciesOf(offered);
  if (rhythms.length < 2) return [];
  return rhythms.map((frequency) => ({
    value: productChoices.rhythmName(frequency),
    text: `One instalment ${rhythmText({ frequency })}`,
  }));
}

export function rangeText(product: ProductVersion, formats: Formats): string {
  const { minAmount, maxAmount, minInstalments, maxInstalments, annualRate, rate } = product;
  return (
    `${formats.money(minAmount)} to ${formats.moneyWithCurrency(maxAmount)}, ` +
    `${minInstalments} to ${termText(product, maxInstalments)}, ${formats.rate(annualRate)} a year ${rate.kind}.`
  );
}

function resultOf(frame: CalculatorFrame, facts: KeyFacts) {
  const { product, formats, page } = frame;
  const { schedule, terms, paidOut, totalCost, totalRepaid } = facts;
  const instalments = terms.instalments ?? schedule.rows.length;
  const query = queryOf(product, { amount: terms.principal, instalments });
  const { currency } = formats;
  const amount = (label: string, value: Money) => ({ label, value: formats.money(value) });
  return {
    instalment: formats.money(schedule.instalment),
    unit: `${currency} ${rhythmText(product)}`,
    last: `${counted(instalments, 'instalment')}, the last one ${formats.money(schedule.rows.at(-1)?.total ?? schedule.instalment)}`,
    rows: [
      amount('You borrow', terms.principal),
      amount(`Interest, ${formats.rate(product.annualRate)} ${product.rate.kind}`, schedule.totals.interest),
      amount('Fees', feesOf(facts)),
      { ...amount('Total cost of the loan', totalCost), total: true },
      amount('Paid out to you', paidOut),
      amount('You repay in all', totalRepaid),
      { label: 'APR, with the fees', value: schedule.aprPercent === null ? 'None' : `${schedule.aprPercent}%` },
    ],
    chart: calculatorChart(facts, formats),
    schedule: schedulePart(facts, { formats, page, query }),
    notIncluded: notIncluded(product, formats),
    ...applyLinks(frame, query),
  };
}

/** The figures as an address carries them: nothing of it is about a person. */
export function queryOf(product: ProductVersion, asked: Asked): Record<string, string> {
  return {
    product: product.code,
    amount: toDecimalString(asked.amount, product.currency),
    instalments: String(asked.instalments),
    frequency: productChoices.rhythmName(product.frequency),
  };
}

export function addressOf(path: string, query: Record<string, string>): string {
  return `${path}?${new URLSearchParams(query).toString()}`;
}

function schedulePart(
  facts: KeyFacts,
  { formats, page, query }: { formats: Formats; page: number; query: Record<string, string> },
) {
  const size = productChoices.instalmentsAYear(facts.product.frequency);
  const total = facts.schedule.rows.length;
  const paging = pagingView({
    page: Math.min(page, Math.ceil(total / size)),
    total,
    path: paths.calculator,
    size,
    query,
  });
  const { columns, rows, foot } = scheduleTable(facts, formats);
  const shown = rows.slice(paging.from - 1, paging.to);
  return {
    title: paging.pages > 1 ? `Schedule, year ${paging.page} of ${paging.pages}` : 'Schedule',
    note: `As if the money were paid out today. Amounts in ${formats.currency}.`,
    csv: addressOf(paths.calculatorCsv, query),
    table: {
      caption: `Repayment schedule, amounts in ${formats.currency}`,
      captionHidden: true,
      columns,
      rows: shown,
      ...(paging.pages === paging.page ? { foot } : {}),
    },
    paging: {
      ...paging,
      ...(paging.previous ? { previous: `${paging.previous}#schedule` } : {}),
      ...(paging.next ? { next: `${paging.next}#schedule` } : {}),
    },
  };
}

/** What can still cost money, in the words of the product's rules. */
function notIncluded(product: ProductVersion, formats: Formats) {
  const events = product.fees.filter(({ when }) => when === 'event');
  const fees = borrowerWords.fees({ fees: events }, { formats, keptBack: zero }).slice(1);
  return [
    { label: 'Paying late', value: borrowerWords.penalty(product, formats) },
    ...fees,
    ...(product.rate.kind === 'floating'
      ? [{ label: 'A change of the rate', value: 'The rate is floating: the instalment changes with the base rate' }]
      : []),
    { label: 'What others charge', value: othersCharge(product) },
  ];
}

function othersCharge({ security }: ProductVersion): string {
  switch (security) {
    case 'property':
      return 'A valuation, a notary or the land registry, and insurance of the property';
    case 'vehicle':
      return 'Registration and insurance of the vehicle';
    case 'none':
      return 'What your own bank takes for transfers';
  }
}

function applyLinks({ reader, product }: CalculatorFrame, query: Record<string, string>) {
  const carry = addressOf(paths.calculatorApply, query);
  const noun = product.name.charAt(0).toLowerCase() + product.name.slice(1);
  const indicative = { href: addressOf(paths.indicative, query), text: 'Would I get it?' };
  if (reader === 'staff') return { indicative };
  const apply = {
    href: carry,
    text: reader === 'borrower' ? `Apply for this ${noun}` : 'Sign in and apply with these figures',
  };
  const register = { href: addressOf(paths.register, { next: carry }), text: 'Open an account and apply' };
  return { indicative, apply, ...(reader === 'stranger' ? { register } : {}) };
}

/** The form as it starts: a question that can be answered. */
export function startValues(product: ProductVersion): Record<string, string> {
  return queryOf(product, usualQuestion(product));
}
