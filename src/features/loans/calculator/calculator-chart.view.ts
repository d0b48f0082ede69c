import type { Formats } from '#core/format.ts';
import { divideRounded, zero } from '#core/money.ts';
import { stackedBars } from '#web/stacked-bars.ts';
import type { KeyFacts } from '../key-facts/key-facts.ts';
import { loanYears, type LoanYear } from './calculation.ts';

/** Principal and interest of each year of the loan; of each instalment where there is one year only. */
export function calculatorChart(facts: KeyFacts, formats: Formats) {
  const years = loanYears(facts);
  const { rows } = facts.schedule;
  const ofYears = years.length > 1;
  const bars = (ofYears ? years : rows).map(({ principal, interest }) => ({ principal, interest }));
  const edge = (text: string, n: number) => `${text} ${n}`;
  const unit = ofYears ? 'Year' : 'Instalment';
  return {
    id: 'chart',
    ...finding(facts, formats),
    svg: {
      label: `Stacked bars of principal and interest, one for each ${unit.toLowerCase()} of the loan. The figures are in the table below.`,
      ...stackedBars(bars, formats),
      marker: undefined,
      firstText: edge(unit, 1),
      lastText: edge(unit, bars.length),
    },
    summary: 'See the figures by year',
    table: yearTable(years, facts, formats),
  };
}

function finding({ schedule }: KeyFacts, formats: Formats) {
  const { totals } = schedule;
  const unit = `Amounts in ${formats.currency}.`;
  if (totals.interest === zero || totals.principal === zero)
    return { title: 'Every instalment goes into the loan itself', lead: `This loan bears no interest. ${unit}` };
  const share = divideRounded(totals.interest * 100n, totals.interest + totals.principal, 'half-even');
  return {
    title: share === 0n ? 'Nearly all of it repays the loan' : `${share}% of what you repay is interest`,
    lead: `What you repay in each year of the loan, and how much of it is interest. ${unit}`,
  };
}

function yearTable(years: readonly LoanYear[], { schedule }: KeyFacts, formats: Formats) {
  const { totals } = schedule;
  const hasFees = totals.fee > zero;
  const cells = (one: Pick<LoanYear, 'principal' | 'interest' | 'fee' | 'total'>) => ({
    principal: formats.money(one.principal),
    interest: formats.money(one.interest),
    fee: formats.money(one.fee),
    total: formats.money(one.total),
  });
  return {
    caption: `By year of the loan, amounts in ${formats.currency}`,
    columns: [
      { key: 'year', label: 'Year' },
      { key: 'principal', label: 'Principal', kind: 'num' },
      { key: 'interest', label: 'Interest', kind: 'num' },
      ...(hasFees ? [{ key: 'fee', label: 'Fee', kind: 'num', hideSmall: true }] : []),
      { key: 'total', label: 'You pay', kind: 'num', hideSmall: true },
      { key: 'balance', label: 'Left', kind: 'num', hideSmall: true },
    ],
    rows: years.map((year) => ({
      cells: { year: String(year.n), ...cells(year), balance: formats.money(year.balance) },
    })),
    foot: { cells: { year: 'All', ...cells(totals), balance: '' } },
  };
}
