import type { Formats } from '#core/format.ts';
import { type Money } from '#core/money.ts';
import { rhythmText, termText } from '#features/products/index.ts';
import { paths } from '#web/paths.ts';
import { employmentTexts, optionsOf } from '../applying/application-texts.ts';
import type { KeyFacts } from '../key-facts/key-facts.ts';
import { lendingLimits } from '../underwriting/limits.rules.ts';
import { addressOf, calculatorPage, queryOf, rangeText, type CalculatorFrame } from './calculator.view.ts';
import type { Indication, IndicativeReason } from './indication.ts';

export interface IndicativeAnswer {
  facts: KeyFacts;
  indication: Indication;
  /** Undefined where not even the least of the product fits. */
  most: Money | undefined;
  rates: { least: string; most: string };
}

/** `/indicative`: the questions, and the answer where they were sent. */
export function indicativePage(frame: CalculatorFrame, answer: IndicativeAnswer | undefined) {
  const { products, product, form, formats } = frame;
  const { rhythms } = calculatorPage(frame, undefined);
  return {
    title: 'Would I get a loan?',
    crumbs: [{ text: 'Loan calculator', href: paths.calculator }, { text: 'Would I get a loan?' }],
    form,
    action: paths.indicative,
    currency: product.currency,
    products: products.map(({ code, name }) => ({ value: code, text: name })),
    rhythms,
    range: rangeText(product, formats),
    works: [{ value: '', text: 'Choose one' }, ...optionsOf(employmentTexts)],
    answer: answer && answerOf(frame, answer),
  };
}

const headlines: Record<Indication['verdict'], { title: string; badge: { kind: string; text: string }; text: string }> =
  {
    likely: {
      title: 'We would probably lend you this',
      badge: { kind: 'ok', text: 'Likely' },
      text: 'On what you told us, this loan is within what we lend.',
    },
    'may-be': {
      title: 'We might lend you this',
      badge: { kind: 'alert', text: 'May be' },
      text: 'On what you told us, an officer would have to look closer before deciding.',
    },
    unlikely: {
      title: 'We would probably not lend you this',
      badge: { kind: 'neutral', text: 'Unlikely' },
      text: 'On what you told us, this loan is more than we lend. A smaller one, or a longer term, may do.',
    },
  };

function answerOf(frame: CalculatorFrame, { facts, indication, most, rates }: IndicativeAnswer) {
  const { formats, reader } = frame;
  const { product, schedule, terms } = facts;
  const instalments = terms.instalments ?? schedule.rows.length;
  const { debtWithLoan, loanToValue } = indication.affordability;
  const best = most === undefined ? undefined : queryOf(product, { amount: most, instalments });
  const query = queryOf(product, { amount: terms.principal, instalments });
  return {
    ...headlines[indication.verdict],
    reasons: indication.reasons.map((reason) => reasonText(reason, indication, formats)),
    rows: [
      { label: `Instalment ${rhythmText(product)}`, value: formats.moneyWithCurrency(schedule.instalment) },
      ...(debtWithLoan ? [{ label: 'Debts with it, of your income', value: `${debtWithLoan.percent}%` }] : []),
      ...(loanToValue ? [{ label: 'The loan, of the value', value: `${loanToValue.percent}%` }] : []),
      { label: 'Our usual rate a year', value: `${formats.rate(product.annualRate)} ${product.rate.kind}` },
    ],
    rateNote: `The figures use our usual rate. Your own depends on your whole application: it may be lower or higher, never above ${formats.rate(rates.most)}, and our offer says it before you sign anything.`,
    most: {
      label: `The most we could lend over ${termText(product, instalments)}`,
      value: most === undefined ? 'Nothing at this income' : formats.moneyWithCurrency(most),
      ...(best && most !== terms.principal
        ? { href: addressOf(paths.calculator, best), text: 'See what that would cost' }
        : {}),
    },
    apply:
      reader === 'staff' || indication.verdict === 'unlikely'
        ? undefined
        : { href: addressOf(paths.calculatorApply, query), text: 'Apply with these figures' },
    calculator: { href: addressOf(paths.calculator, query), text: 'See every instalment' },
  };
}

function reasonText(reason: IndicativeReason, { affordability }: Indication, formats: Formats): string {
  const { debtWithLoan, loanToValue, fixedWithLoan, facts } = affordability;
  const shares = {
    debts: debtWithLoan?.percent ?? '',
    fixed: fixedWithLoan?.percent ?? '',
    value: loanToValue?.percent ?? '',
    toValue: loanToValue?.limitPercent ?? '',
  };
  const { debtToIncomePercent, fixedToIncomePercent, stressPercent } = lendingLimits;
  const texts: Record<IndicativeReason, string> = {
    'within-income': `With this loan, your loans and cards take ${shares.debts}% of your income. Up to ${debtToIncomePercent}% is within our limit.`,
    'no-income': 'Without an income we cannot see how the loan would be paid back.',
    'debts-over-limit': `With this loan, your loans and cards take ${shares.debts}% of your income. We look for at most ${debtToIncomePercent}%.`,
    'debts-far-over-limit': `With this loan, your loans and cards take ${shares.debts}% of your income. We look for at most ${debtToIncomePercent}%, and this is far over it.`,
    'fixed-over-limit': `Everything that you must pay each month takes ${shares.fixed}% of your income. We look for at most ${fixedToIncomePercent}%.`,
    'nothing-left': 'What you must pay each month, with this loan, is more than your income.',
    'rate-might-rise': `The rate may change. If it rose by ${stressPercent} points, the loan would take more of your income than our limit.`,
    covered: `The loan is ${shares.value}% of what secures it, within our limit of ${shares.toValue}%.`,
    'value-under-limit': `The loan is ${shares.value}% of what secures it. We look for at most ${shares.toValue}%.`,
    'value-under-loan': `The loan of ${formats.moneyWithCurrency(facts.amount)} is more than what secures it.`,
    'no-regular-work':
      'Your income may not be regular; an officer would ask where it comes from and how long it lasts.',
  };
  return texts[reason];
}

/** From the calculator come the figures of the loan and nothing else. */
export function carriedValues(question: Record<string, unknown>): Record<string, string> {
  const names = ['product', 'amount', 'instalments', 'frequency'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = question[name];
      return typeof value === 'string' ? [[name, value.slice(0, 60)]] : [];
    }),
  );
}

/** A step that an amount is rounded down to: a thousandth of the largest, to one leading digit. */
export function stepOf(most: Money): Money {
  const thousandth = most / 1_000n;
  return (thousandth < 1n ? 1n : 10n ** BigInt(thousandth.toString().length - 1)) as Money;
}
