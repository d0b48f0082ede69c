import { present } from '#core/assert.ts';
import { counted, type Formats } from '#core/format.ts';
import { plus, zero } from '#core/money.ts';
import { borrowerWords, rhythmText } from '#features/products/index.ts';
import { paths } from '#web/paths.ts';
import type { KeyFacts } from './key-facts.ts';
import { trancheSection } from './tranches.view.ts';

/** What the key facts are of, and what a reader can do from there. */
export interface KeyFactsFrame {
  crumbs: { text: string; href?: string }[];
  /** `Application 7K3M-92QX`. */
  about: string;
  /** What the due dates rest on, where they may still move. */
  note?: string;
  pdf: string;
  back: { href: string; text: string };
  formats: Formats;
}

export const keyFactsTitle = 'Key facts';

/** The page; the PDF says the same by the same parts. */
export function keyFactsPage(facts: KeyFacts, frame: KeyFactsFrame) {
  const { formats } = frame;
  return {
    title: keyFactsTitle,
    crumbs: frame.crumbs,
    head: {
      title: keyFactsTitle,
      sub: frame.about,
      action: { href: frame.pdf, text: 'Download PDF' },
      secondary: frame.back,
    },
    figures: keyFigures(facts, formats),
    sections: factSections(facts, formats),
    schedule: {
      note: frame.note,
      table: {
        caption: `Repayment schedule, amounts in ${formats.currency}`,
        captionHidden: true,
        ...scheduleTable(facts, formats),
      },
    },
  };
}

export function keyFigures({ schedule, paidOut, totalCost, product }: KeyFacts, formats: Formats) {
  const { currency } = formats;
  return [
    { label: 'You get', value: formats.money(paidOut), note: currency },
    { label: 'Instalment', value: formats.money(schedule.instalment), note: `${currency} ${rhythmText(product)}` },
    { label: 'Cost in all', value: formats.money(totalCost), note: 'interest and fees' },
    { label: 'APR', value: aprText(schedule.aprPercent), note: 'with interest and fees' },
  ];
}

function aprText(aprPercent: string | null): string {
  return aprPercent === null ? 'none' : `${aprPercent}%`;
}

export interface FactSection {
  title: string;
  items: { label: string; value: string; total?: boolean; href?: string }[];
}

export function factSections(facts: KeyFacts, formats: Formats): FactSection[] {
  return [
    { title: 'The loan', items: loanItems(facts, formats) },
    ...trancheSection(facts, formats),
    { title: 'What it costs', items: costItems(facts, formats) },
    { title: 'Fees', items: feeItems(facts, formats) },
    { title: 'Rules', items: ruleItems(facts, formats) },
  ];
}

function loanItems({ product, terms, schedule, paidOut }: KeyFacts, formats: Formats) {
  const { rows } = schedule;
  const first = present(rows[0], 'The first row of a schedule');
  const last = present(rows.at(-1), 'The last row of a schedule');
  const instalments = `${counted(rows.length, 'instalment')}, one every ${borrowerWords.every(product.frequency)}`;
  return [
    { label: 'Product', value: product.name },
    { label: 'Amount of the loan', value: formats.moneyWithCurrency(terms.principal) },
    { label: 'Paid out to you', value: formats.moneyWithCurrency(paidOut) },
    { label: 'Interest rate', value: borrowerWords.rate(product, { annualRate: terms.annualRate, formats }) },
    { label: 'How you repay', value: borrowerWords.method(product) },
    { label: 'Instalments', value: instalments },
    { label: 'Each instalment', value: formats.moneyWithCurrency(schedule.instalment) },
    { label: 'First due date', value: formats.date(first.dueOn) },
    { label: 'Last due date', value: `${formats.date(last.dueOn)}, ${formats.moneyWithCurrency(last.total)}` },
  ];
}

function costItems({ schedule, totalCost, totalRepaid }: KeyFacts, formats: Formats) {
  const { totals, feeAtDisbursement, aprPercent } = schedule;
  const apr = 'yearly cost of the loan with interest and all fees above, by the actuarial method';
  return [
    { label: 'Interest in all', value: formats.moneyWithCurrency(totals.interest) },
    { label: 'Fees in all', value: formats.moneyWithCurrency(plus(totals.fee, feeAtDisbursement)) },
    { label: 'Cost in all', value: formats.moneyWithCurrency(totalCost), total: true },
    { label: 'You pay back in all', value: formats.moneyWithCurrency(totalRepaid) },
    { label: 'APR', value: aprPercent === null ? 'None' : `${aprPercent}%, the ${apr}` },
  ];
}

function feeItems({ product, schedule }: KeyFacts, formats: Formats) {
  return borrowerWords.fees(product, { formats, keptBack: schedule.feeAtDisbursement });
}

function ruleItems({ product }: KeyFacts, formats: Formats) {
  return [
    { label: 'Cooling-off', value: borrowerWords.coolingOff(product) },
    { label: 'Penalty when you pay late', value: borrowerWords.penalty(product, formats) },
    { label: 'Repaying a part early', value: borrowerWords.prepayment(product, formats) },
    { label: 'Paying off early', value: borrowerWords.payoff(product, formats) },
    {
      label: 'Questions and complaints',
      href: paths.contact,
      value: `Write to us on our contact page (${paths.contact}) and name the reference above. Anybody may, free of charge.`,
    },
  ];
}

export function scheduleTable({ schedule }: KeyFacts, formats: Formats) {
  const { rows, totals } = schedule;
  const hasFees = totals.fee > zero;
  const amount = { kind: 'num' } as const;
  return {
    columns: [
      { key: 'n', label: 'No.' },
      { key: 'due', label: 'Due' },
      { key: 'principal', label: 'Principal', ...amount, hideSmall: true },
      { key: 'interest', label: 'Interest', ...amount, hideSmall: true },
      ...(hasFees ? [{ key: 'fee', label: 'Fee', ...amount, hideSmall: true }] : []),
      { key: 'total', label: 'Instalment', ...amount },
      { key: 'balance', label: 'Left to pay', ...amount },
    ],
    rows: rows.map((row) => ({
      cells: {
        n: String(row.n),
        due: formats.date(row.dueOn),
        ...amounts(row, formats),
        balance: formats.money(row.balance),
      },
    })),
    foot: { cells: { n: 'All', due: '', ...amounts(totals, formats), balance: '' } },
  };
}

function amounts(row: KeyFacts['schedule']['totals'], formats: Formats) {
  const { principal, interest, fee, total } = row;
  return {
    principal: formats.money(principal),
    interest: formats.money(interest),
    fee: formats.money(fee),
    total: formats.money(total),
  };
}
