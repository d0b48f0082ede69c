import { counted, formatsIn, type Formats } from '#core/format.ts';
import { may, type Actor } from '#core/roles.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import type { ImportAccount, ImportLine, ImportRecord } from './import.model.ts';
import type { LineFilter } from './imports.service.ts';

const results = {
  error: { kind: 'critical', text: 'Error' },
  warning: { kind: 'alert', text: 'Warning' },
} as const;

export function linesTable(lines: readonly ImportLine[], { caption, formats }: { caption: string; formats: Formats }) {
  return {
    caption,
    captionHidden: true,
    columns: [
      { key: 'line', label: 'Line' },
      { key: 'entry', label: 'Entry', hideSmall: true },
      { key: 'amount', label: 'Amount', kind: 'num', hideSmall: true },
      { key: 'report', label: 'Report' },
    ],
    rows: lines.map((line) => ({ cells: cellsOf(line, formats) })),
  };
}

function cellsOf({ line, cells, severity, findings, state, amount }: ImportLine, formats: Formats) {
  const shown = amount === null ? cells.amount : formats.signedMoney(amount);
  const said = findings.map(({ text }) => text).join(' ');
  const states = { read: '', posted: 'Posted', undone: 'Posted and taken back' };
  const fine = said === '' ? states[state] || 'No remarks' : said;
  return {
    line: { text: String(line), subSmall: [cells.kind, shown].join(' ').trim() },
    entry: {
      text: joined(cells.external_id, cells.kind),
      sub: joined(cells.account_number, cells.date),
    },
    amount: shown,
    report: severity ? { badge: results[severity], sub: fine } : { text: fine, tone: 'muted' },
  };
}

function joined(...texts: string[]): string {
  return texts.filter((text) => text !== '').join(', ');
}

interface LinesFacts {
  show: LineFilter;
  page: number;
  lines: readonly ImportLine[];
  total: number;
  formats: Formats;
}

function frameOf(record: ImportRecord, title: string) {
  return {
    title: `${title} of ${record.fileName}`,
    crumbs: [
      { text: 'Imports', href: paths.imports },
      { text: record.fileName, href: paths.import(record._id) },
      { text: title },
    ],
    label: title,
  };
}

/** `/imports/:id/lines`: what was found about each line. */
export function importLinesPage(record: ImportRecord, facts: LinesFacts) {
  const { show, page, lines, total } = facts;
  const path = paths.importLines(record._id);
  const formats = formatsIn(record.currency, facts.formats);
  const chip = (one: LineFilter, text: string) => ({ href: `${path}?show=${one}`, text, current: one === show });
  const nothing = {
    error: 'No line has an error.',
    warning: 'No line has a warning.',
    all: 'This page is past the last line.',
  };
  return {
    ...frameOf(record, 'Lines'),
    head: {
      title: 'Lines',
      sub: record.fileName,
      secondary: { href: paths.importReport(record._id), text: 'Download as CSV' },
    },
    chips: [chip('error', 'Errors'), chip('warning', 'Warnings'), chip('all', 'All lines')],
    table: linesTable(lines, { caption: 'Lines', formats }),
    paging: pagingView({ page, total, path, query: { show } }),
    empty: lines.length > 0 ? null : { title: 'Nothing here', text: nothing[show] },
  };
}

interface AccountsFacts {
  page: number;
  accounts: readonly ImportAccount[];
  total: number;
  actor: Actor;
  formats: Formats;
}

/** `/imports/:id/accounts`: what the file does to each account. */
export function importAccountsPage(record: ImportRecord, facts: AccountsFacts) {
  const { page, accounts, total, actor } = facts;
  const formats = formatsIn(record.currency, facts.formats);
  const linked = may(actor, 'account:inspect');
  return {
    ...frameOf(record, 'Accounts'),
    head: { title: 'Accounts', sub: record.fileName },
    chips: [],
    table: {
      caption: 'What the file does to each account',
      captionHidden: true,
      columns: [
        { key: 'account', label: 'Account' },
        { key: 'lines', label: 'Lines', kind: 'num', hideSmall: true },
        { key: 'paidIn', label: `In, ${record.currency}`, kind: 'num' },
        { key: 'paidOut', label: `Out, ${record.currency}`, kind: 'num' },
      ],
      rows: accounts.map(({ accountId, number, lines, paidIn, paidOut, firstOn }) => ({
        cells: {
          account: {
            text: number.replace(/(\d{4})(?=\d)/g, '$1 '),
            ...(linked ? { href: paths.staffAccount(accountId) } : {}),
            sub: `From ${formats.date(firstOn)}`,
            subSmall: counted(lines, 'line'),
          },
          lines: String(lines),
          paidIn: formats.money(paidIn),
          paidOut: formats.money(paidOut),
        },
      })),
    },
    paging: pagingView({ page, total, path: paths.importAccounts(record._id) }),
    empty:
      accounts.length > 0
        ? null
        : { title: 'Nothing here', text: 'Accounts are added up once every line of the file can be read.' },
  };
}
