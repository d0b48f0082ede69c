import type { Formats } from '#core/format.ts';
import type { Loan } from '#features/loans/index.ts';
import { paths } from '#web/paths.ts';
import type { Told } from '../life/act.service.ts';
import { termRows } from './terms.view.ts';
import { amountToCome, type PartToCome } from './to-come.view.ts';

interface DocumentFacts {
  told: Told;
  loan: Loan;
  toCome: readonly PartToCome[];
  formats: Formats;
}

/** The tab of documents: what can be read and kept, and what was agreed. */
export function documentsTab({ told, loan, toCome, formats }: DocumentFacts) {
  const { _id } = loan;
  const from = Number(loan.disbursedOn.slice(0, 4));
  const to = loan.closedOn === null ? told.today.year : Number(loan.closedOn.slice(0, 4));
  const years = Array.from({ length: to - from + 1 }, (_, index) => String(to - index));
  // What was agreed with another bank is not ours to print.
  const isOurs = !loan.applicationId.startsWith('import:');
  return {
    items: [
      ...(loan.state === 'closed'
        ? [{ href: paths.loanNoDues(_id), title: 'Certificate of no dues', sub: 'That nothing is owed any more' }]
        : []),
      { href: paths.loanStatement(_id), title: 'Statement', sub: 'Everything that happened, as a page, PDF or CSV' },
      ...years.map((year) => ({
        href: paths.loanInterest(_id, year),
        title: `Interest certificate ${year}`,
        sub: 'Interest and principal paid in the year, for the tax office',
      })),
      ...(isOurs
        ? [
            { href: paths.loanKeyFacts(_id), title: 'Key facts', sub: 'Cost, rate and schedule as they were agreed' },
            { href: paths.loanAgreement(_id), title: 'Loan agreement', sub: 'PDF' },
          ]
        : []),
    ],
    terms: [...stillToCome(toCome, formats), ...termRows(told, formats)],
  };
}

/** Stands first: the amount below is only what is paid out so far. */
function stillToCome(toCome: readonly PartToCome[], formats: Formats) {
  return toCome.length === 0
    ? []
    : [{ label: `Agreed, and still to be paid out, ${formats.currency}`, value: formats.money(amountToCome(toCome)) }];
}
