import { formatsIn, type Formats } from '#core/format.ts';
import { negate, zero } from '#core/money.ts';
import type { ChartAccount, Journal } from '#features/ledger/index.ts';
import type { Loan } from '#features/loans/index.ts';
import { paths } from '#web/paths.ts';

/** `/staff/loans/:id/journals/:key`: a journal that touches the loan, as the ledger keeps it. */
export function loanJournalPage(facts: {
  loan: Loan;
  journal: Journal;
  chart: ReadonlyMap<string, ChartAccount>;
  formats: Formats;
}) {
  const { loan, journal, chart } = facts;
  const formats = formatsIn(loan.currency, facts.formats);
  const isRefused = journal.outcome !== 'posted';
  return {
    title: 'Journal',
    crumbs: [
      { text: 'Loans', href: paths.staffLoans },
      { text: loan.number, href: paths.staffLoanTab(loan._id, 'ledger') },
      { text: 'Journal' },
    ],
    head: {
      title: `Journal: ${journal.kind}`,
      sub: journal.reference,
      badge: isRefused ? { kind: 'neutral', text: 'Refused' } : { kind: 'ok', text: 'Posted' },
    },
    rows: [
      { label: 'Key', value: journal._id },
      { label: 'Counts from', value: formats.date(journal.effectiveOn) },
      { label: 'Booked on', value: formats.date(journal.bookedOn ?? journal.effectiveOn) },
      { label: 'Posted at', value: formats.instant(journal.postedAt) },
    ],
    table: {
      caption: `Postings, amounts in ${formats.currency}`,
      captionHidden: false,
      columns: [
        { key: 'account', label: 'Account', grow: true },
        { key: 'debit', label: 'Debit', kind: 'num' },
        { key: 'credit', label: 'Credit', kind: 'num' },
      ],
      rows: journal.postings.map(({ account, amount, seq }) => ({
        cells: {
          account: { text: chart.get(account)?.name ?? account, sub: `Entry ${seq}` },
          debit: amount > zero ? formats.money(amount) : '',
          credit: amount < zero ? formats.money(negate(amount)) : '',
        },
      })),
    },
  };
}
