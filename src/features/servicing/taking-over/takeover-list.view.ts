import { counted, type Formats } from '#core/format.ts';
import { type FormState } from '#web/forms.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import type { TakeoverRecord } from './takeover.model.ts';
import { number, person, takeoverBadge } from './takeover.view.ts';

/** `/loan-imports`: every file, newest first. */
export function takeoverListPage(facts: {
  imports: readonly TakeoverRecord[];
  total: number;
  page: number;
  userId: string;
  formats: Formats;
}) {
  const { imports, total, page, userId, formats } = facts;
  return {
    title: 'Loan imports',
    head: {
      title: 'Loan imports',
      sub: 'Running loans of a former bank, taken over from files',
      action: { href: paths.uploadLoanImport, text: 'Upload a file', icon: 'plus' },
    },
    table: {
      caption: 'Loan imports',
      captionHidden: true,
      columns: [
        { key: 'file', label: 'File', grow: true },
        { key: 'by', label: 'Uploaded by', hideSmall: true },
        { key: 'state', label: 'State' },
        { key: 'lines', label: 'Lines', kind: 'num' },
        { key: 'loans', label: 'Loans', kind: 'num', hideSmall: true },
        { key: 'errors', label: 'Errors', kind: 'num', hideSmall: true },
      ],
      rows: imports.map((record) => ({
        cells: {
          file: { text: record.fileName, href: paths.loanImport(record._id), sub: formats.instant(record.uploadedAt) },
          by: person(record.uploadedBy, userId),
          state: { badge: takeoverBadge(record) },
          lines: number(record.lines, formats),
          loans: number(record.loans, formats),
          errors: number(record.errorLines, formats),
        },
      })),
    },
    paging: pagingView({ page, total, path: paths.loanImports }),
    empty: imports.length > 0 ? null : emptyList(total),
  };
}

function emptyList(total: number) {
  if (total > 0) return { title: 'Nothing here', text: `There are ${counted(total, 'import')} in all.` };
  const text = 'Upload a file to see how its loans would stand here. Nothing moves until a colleague confirms it.';
  return { title: 'No file yet', text };
}

/** `/loan-imports/upload`: the form, and what a file has to look like. */
export function uploadPage(form: FormState, formats: Formats) {
  return {
    title: 'Upload running loans',
    crumbs: [{ text: 'Loan imports', href: paths.loanImports }, { text: 'Upload a file' }],
    head: {
      title: 'Upload running loans',
      sub: 'They are checked first. Nothing moves until a colleague has confirmed it.',
    },
    form,
    action: paths.uploadLoanImport,
    back: paths.loanImports,
    sample: paths.loanImportSample,
    table: {
      caption: 'Columns',
      captionHidden: true,
      columns: [
        { key: 'column', label: 'Column' },
        { key: 'what', label: 'What it holds', grow: true },
      ],
      rows: columnTexts(formats.currency).map(([column, what]) => ({ cells: { column, what } })),
    },
  };
}

function columnTexts(currency: string): [string, string][] {
  const example = currency === 'JPY' ? '1500' : '1500.00';
  return [
    ['kind', 'loan, payment or prepayment. A loan has one line; each payment has a line of its own.'],
    ['loan', 'The loan’s number in the old bank, at most 40 characters. Each loan is taken over once.'],
    ['customer', 'The e-mail address or the reference of somebody who is a customer here already.'],
    ['product', 'The code of one of our products. The loan follows its rules as they are today.'],
    ['principal', `What was lent at the start, like ${example}.`],
    ['annual_rate', 'Per cent a year, like 9.6.'],
    ['instalments', 'How many in all, from 1 to 600.'],
    ['disbursed_on', 'The day the loan was paid out, as year-month-day.'],
    ['first_due_on', 'The day the first instalment fell or falls due.'],
    [
      'paid_instalments',
      'May be empty. How many instalments, from the first on, were paid in full on their days. Give all others as lines of kind payment.',
    ],
    ['fee', 'May be empty. What was kept back from the loan at the start; it counts in the annual percentage rate.'],
    [
      'expected_outstanding',
      'May be empty. The principal outstanding in the old bank’s books today: a difference beyond 0.05 is an error.',
    ],
    ['account', 'May be empty. An account of this customer here, for money that is paid back.'],
    ['on, amount', 'For a payment or prepayment: its day and what was paid.'],
    ['effect', 'For a prepayment: shorten-term, lower-instalment or next-instalments.'],
  ];
}
