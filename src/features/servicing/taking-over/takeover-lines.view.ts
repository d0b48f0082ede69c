import { formatsIn, type Formats } from '#core/format.ts';
import { may, type Actor } from '#core/roles.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import type { TakeoverLine, TakeoverRecord } from './takeover.model.ts';
import type { LineFilter } from './takeovers.service.ts';

const results = {
  error: { kind: 'critical', text: 'Error' },
  warning: { kind: 'alert', text: 'Warning' },
} as const;

interface TableFacts {
  caption: string;
  formats: Formats;
  /** Whether loans that are here lead to their pages. */
  linked: boolean;
}

export function linesTable(lines: readonly TakeoverLine[], facts: TableFacts) {
  return {
    caption: facts.caption,
    captionHidden: true,
    columns: [
      { key: 'loan', label: 'Loan' },
      { key: 'line', label: 'Line', kind: 'num', hideSmall: true },
      { key: 'amount', label: 'Amount', kind: 'num', hideSmall: true },
      { key: 'report', label: 'Report' },
    ],
    rows: lines.map((line) => ({ cells: cellsOf(line, facts) })),
  };
}

function cellsOf(line: TakeoverLine, { formats, linked }: TableFacts) {
  const { cells, severity, findings, state, kind, found } = line;
  const said = findings.map(({ text }) => text).join(' ');
  const states = { read: '', posted: 'Taken over', undone: 'Brought over and taken back' };
  const fine = said === '' ? states[state] || 'No remarks' : said;
  const isHere = state === 'posted' && found !== null;
  const isTold = found !== null && severity !== 'error' && found.lent > 0n;
  const about = kind === 'loan' ? cells.disbursed_on : cells.on;
  return {
    line: String(line.line),
    loan: {
      text: cells.loan === '' ? '–' : cells.loan,
      ...(isHere && linked ? { href: paths.staffLoan(found.loanId) } : {}),
      sub: isHere ? found.number : [cells.kind, about].filter((text) => text !== '').join(', '),
      subSmall: `Line ${line.line}`,
    },
    amount: isTold
      ? { text: formats.money(found.outstanding), sub: `of ${formats.money(found.lent)}` }
      : kind === 'loan'
        ? cells.principal
        : cells.amount,
    report: severity ? { badge: results[severity], sub: fine } : { text: fine, tone: 'muted' },
  };
}

interface LinesFacts {
  show: LineFilter;
  page: number;
  lines: readonly TakeoverLine[];
  total: number;
  actor: Actor;
  formats: Formats;
}

/** `/loan-imports/:id/lines`: what was found about each line. */
export function takeoverLinesPage(record: TakeoverRecord, facts: LinesFacts) {
  const { show, page, lines, total, actor } = facts;
  const path = paths.loanImportLines(record._id);
  const formats = formatsIn(record.currency, facts.formats);
  const chip = (one: LineFilter, text: string) => ({ href: `${path}?show=${one}`, text, current: one === show });
  const nothing = {
    error: 'No line has an error.',
    warning: 'No line has a warning.',
    loan: 'This page is past the last loan.',
    all: 'This page is past the last line.',
  };
  return {
    title: `Lines of ${record.fileName}`,
    crumbs: [
      { text: 'Loan imports', href: paths.loanImports },
      { text: record.fileName, href: paths.loanImport(record._id) },
      { text: 'Lines' },
    ],
    label: 'Lines',
    head: {
      title: 'Lines',
      sub: record.fileName,
      secondary: { href: paths.loanImportReport(record._id), text: 'Download as CSV' },
    },
    chips: [chip('error', 'Errors'), chip('warning', 'Warnings'), chip('loan', 'Loans'), chip('all', 'All lines')],
    table: linesTable(lines, { caption: 'Lines', formats, linked: may(actor, 'loan:inspect') }),
    paging: pagingView({ page, total, path, query: { show } }),
    empty: lines.length > 0 ? null : { title: 'Nothing here', text: nothing[show] },
  };
}
