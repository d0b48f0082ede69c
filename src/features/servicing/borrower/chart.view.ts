import { present } from '#core/assert.ts';
import { counted, type Formats } from '#core/format.ts';
import { sum, zero, type Money } from '#core/money.ts';
import type { Instalment, Loan } from '#features/loans/index.ts';
import { stackedBars, type Bar } from '#web/stacked-bars.ts';

// More bars than this would be thinner than a pixel on a phone: then a bar is a year.
const mostBars = 60;

/** Principal and interest of every instalment as stacked bars, with the figures by year below. */
export function scheduleChart(loan: Loan, formats: Formats) {
  const rows = loan.instalments;
  const first = present(rows[0], 'The first instalment');
  const last = present(rows.at(-1), 'The last instalment');
  const years = [...Map.groupBy(rows, (row) => row.dueOn.slice(0, 4))];
  const bars = rows.length > mostBars ? years.map(([, members]) => barOf(members)) : rows.map((row) => barOf([row]));
  const money = (amount: Money) => formats.money(amount);
  return {
    id: 'chart',
    ...finding(loan, { first, last, formats }),
    svg: {
      label:
        `Stacked bars for ${counted(rows.length, 'instalment')}. Interest goes from ${money(first.interest)} to ` +
        `${money(last.interest)}; principal from ${money(first.principal)} to ${money(last.principal)}.`,
      ...stackedBars(bars, formats),
      marker: markerOf(loan, rows.length > mostBars ? years.map(([, members]) => members) : rows.map((row) => [row])),
      firstText: monthOf(first, formats),
      lastText: monthOf(last, formats),
    },
    summary: 'See the figures by year',
    table: yearTable(years, formats),
  };
}

function barOf(rows: readonly Instalment[]): Bar {
  return { principal: sum(rows.map((row) => row.principal)), interest: sum(rows.map((row) => row.interest)) };
}

function finding(loan: Loan, facts: { first: Instalment; last: Instalment; formats: Formats }) {
  const { first, last, formats } = facts;
  const unit = `Amounts in ${formats.currency}.`;
  if (first.interest === zero) {
    return { title: 'Every instalment goes into the loan itself', lead: `This loan bears no interest. ${unit}` };
  }
  const next = loan.instalments.find((row) => row.paidOn === null);
  const amount = (row: Instalment) => formats.money(row.interest);
  if (!next) {
    const lead = `Interest was ${amount(first)} in the first instalment and ${amount(last)} in the last one. ${unit}`;
    return { title: 'What each instalment repaid', lead };
  }
  if (next.n > 1 && next.interest < first.interest) {
    const lead = `Interest has fallen from ${amount(first)} in the first instalment to ${amount(next)} in the next one. ${unit}`;
    return { title: 'Each instalment now repays more of the loan', lead };
  }
  const lead = `Interest is ${amount(next)} in the next instalment and ${amount(last)} in the last one. ${unit}`;
  return { title: 'What each instalment repays', lead };
}

/** The line between what is paid and what is to come; its words are left out where they would leave the chart. */
function markerOf(loan: Loan, bars: readonly (readonly Instalment[])[]) {
  const paid = loan.paidInstalments;
  const count = loan.instalments.length;
  if (paid === 0 || paid === count) return undefined;
  const place = bars.reduce((x, rows) => x + rows.filter((row) => row.paidOn !== null).length / rows.length, 0);
  const percent = (place / bars.length) * 100;
  return {
    x: percent.toFixed(2),
    before: percent < 20 ? '' : `${paid} paid`,
    after: percent > 75 ? '' : `${count - paid} to come`,
  };
}

function monthOf(row: Instalment, formats: Formats): string {
  return formats.date(row.dueOn).replace(/^\d+ /, '');
}

function yearTable(years: readonly [string, Instalment[]][], formats: Formats) {
  const cells = (year: string, bar: Bar) => ({
    year,
    principal: formats.money(bar.principal),
    interest: formats.money(bar.interest),
    total: formats.money(sum([bar.principal, bar.interest])),
  });
  return {
    caption: `Principal and interest by calendar year, ${formats.currency}`,
    columns: [
      { key: 'year', label: 'Year' },
      { key: 'principal', label: 'Principal', kind: 'num' },
      { key: 'interest', label: 'Interest', kind: 'num' },
      { key: 'total', label: 'Total', kind: 'num', hideSmall: true },
    ],
    rows: years.map(([year, rows]) => ({ cells: cells(year, barOf(rows)) })),
    foot: { cells: cells('All', barOf(years.flatMap(([, rows]) => rows))) },
  };
}
