import { formatsIn, type Formats } from '#core/format.ts';
import type { LoanTerms } from '#features/loans/index.ts';
import type { LoanRecord } from './loan-record.service.ts';

const reasonNames: Record<LoanTerms['reason'], string> = {
  agreement: 'The agreement',
  advance: 'Further part paid out',
  'rate-change': 'Rate change',
  moratorium: 'Moratorium',
  reschedule: 'More time',
  restructure: 'Restructuring',
};

export function termsTab(record: LoanRecord, bank: Formats) {
  const { loan, product } = record.told;
  const formats = formatsIn(loan.currency, bank);
  const current = loan.terms.at(-1);
  return {
    table: {
      caption: 'Versions of the terms, newest first',
      captionHidden: false,
      columns: [
        { key: 'version', label: 'Version' },
        { key: 'from', label: 'From', hideSmall: true },
        { key: 'rate', label: 'Rate a year', kind: 'num' },
        { key: 'rows', label: 'Instalments', kind: 'num', hideSmall: true },
        { key: 'instalment', label: 'Instalment', kind: 'num' },
      ],
      rows: loan.terms.toReversed().map((terms) => ({
        ...(terms === current ? { state: 'now' } : {}),
        cells: {
          version: {
            text: `${terms.version}. ${reasonNames[terms.reason]}`,
            subSmall: `From ${formats.date(terms.from)}, ${terms.instalments} instalments`,
          },
          from: formats.date(terms.from),
          rate: formats.rate(terms.annualRate),
          rows: String(terms.instalments),
          instalment: formats.money(terms.instalment),
        },
      })),
    },
    facts: current ? termRows(current, { product, formats }) : [],
  };
}

function termRows(
  terms: LoanTerms,
  { product, formats }: { product: { name: string; version: number }; formats: Formats },
) {
  const { penalty, rounding, frequency } = terms;
  return [
    { label: 'Principal agreed', value: formats.moneyWithCurrency(terms.principal) },
    { label: 'Method', value: terms.method },
    { label: 'Days are counted', value: terms.dayCount },
    {
      label: 'An instalment every',
      value: frequency.every === 1 ? frequency.unit : `${frequency.every} ${frequency.unit}s`,
    },
    { label: 'First due', value: formats.date(terms.firstDueOn) },
    { label: 'Rounding', value: rounding.mode },
    { label: 'Grace', value: `${terms.principalGrace} without principal, ${terms.interestGrace} without interest` },
    { label: 'Extra last payment', value: formats.money(terms.balloon) },
    {
      label: 'Penalty',
      value:
        penalty === null ? 'None' : `${formats.rate(penalty.percent)} ${penalty.basis} after ${penalty.graceDays} days`,
    },
    { label: 'Past due is paid', value: terms.allocation.pastDue.join(', ') },
    { label: 'Product', value: `${product.name}, version ${product.version}` },
  ];
}
