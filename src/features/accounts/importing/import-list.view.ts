import { counted, type Formats } from '#core/format.ts';
import { type FormState } from '#web/forms.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import type { ImportRecord } from './import.model.ts';
import { importBadge, number, person } from './import.view.ts';

/** `/imports`: every file, newest first. */
export function importListPage(facts: {
  imports: readonly ImportRecord[];
  total: number;
  page: number;
  userId: string;
  formats: Formats;
}) {
  const { imports, total, page, userId, formats } = facts;
  return {
    title: 'Imports',
    head: {
      title: 'Imports',
      sub: 'Transactions of a former bank, brought over from files',
      action: { href: paths.uploadImport, text: 'Upload a file', icon: 'plus' },
    },
    table: {
      caption: 'Imports',
      captionHidden: true,
      columns: [
        { key: 'file', label: 'File', grow: true },
        { key: 'by', label: 'Uploaded by', hideSmall: true },
        { key: 'state', label: 'State' },
        { key: 'lines', label: 'Lines', kind: 'num' },
        { key: 'errors', label: 'Errors', kind: 'num', hideSmall: true },
      ],
      rows: imports.map((record) => ({
        cells: {
          file: {
            text: record.fileName,
            href: paths.import(record._id),
            sub: formats.instant(record.uploadedAt),
          },
          by: person(record.uploadedBy, userId),
          state: { badge: importBadge(record) },
          lines: number(record.lines, formats),
          errors: number(record.errorLines, formats),
        },
      })),
    },
    paging: pagingView({ page, total, path: paths.imports }),
    empty: imports.length > 0 ? null : emptyList(total),
  };
}

function emptyList(total: number) {
  if (total > 0) return { title: 'Nothing here', text: `There are ${counted(total, 'import')} in all.` };
  const text = 'Upload a file to see what it would do. Nothing moves until a colleague confirms it.';
  return { title: 'No file yet', text };
}

/** `/imports/upload`: the form, and what a file has to look like. */
export function uploadPage(form: FormState, formats: Formats) {
  const { currency } = formats;
  return {
    title: 'Upload a file',
    crumbs: [{ text: 'Imports', href: paths.imports }, { text: 'Upload a file' }],
    head: { title: 'Upload a file', sub: 'It is checked first. Nothing moves until a colleague has confirmed it.' },
    form,
    action: paths.uploadImport,
    back: paths.imports,
    sample: paths.importSample,
    table: {
      caption: 'Columns',
      captionHidden: true,
      columns: [
        { key: 'column', label: 'Column' },
        { key: 'what', label: 'What it holds', grow: true },
      ],
      rows: columnTexts(currency).map(([column, what]) => ({ cells: { column, what } })),
    },
  };
}

function columnTexts(currency: string): [string, string][] {
  const example = currency === 'JPY' ? '1500 or -1500' : '1500.00 or -1500.00';
  return [
    ['external_id', 'The entry’s id in the old bank, at most 40 characters. Each entry is brought over once.'],
    ['account_number', 'The account at this bank, twelve digits. It has to be open.'],
    ['date', 'The day the entry counts for, as year-month-day. Not after the business date.'],
    ['kind', 'deposit, withdrawal, interest, fee, opening or transfer.'],
    [
      'amount',
      `Like ${example}: without a sign money comes into the account, with a minus it goes out. A deposit comes in; a withdrawal and a fee go out.`,
    ],
    [
      'reference',
      'May be empty or left out. At most 60 characters: a number or a code that the customer will see, and never names or other personal data. It is kept as it is, not sealed.',
    ],
    [
      'counter_account',
      'For a transfer only: the other account at this bank. Give a transfer once, from the side of one of its accounts.',
    ],
  ];
}
