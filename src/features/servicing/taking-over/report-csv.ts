import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { toDecimalString, type Currency } from '#core/money.ts';
import { cellText } from '#platform/documents/csv-text.rules.ts';
import { columns } from './takeover-columns.rules.ts';
import type { TakeoverLine } from './takeover.model.ts';

const outcomes = { error: 'error', warning: 'warning', none: 'ok' } as const;

/** Every line with what was found about it, as CSV (RFC 4180); what a spreadsheet would take for a formula is quoted. */
export async function writeReport(
  out: Writable,
  { lines, currency }: { lines: AsyncIterable<TakeoverLine>; currency: Currency },
): Promise<void> {
  const header = ['line', 'result', 'state', 'report', 'loan_here', 'outstanding', 'days_past_due', ...columns];
  const format = stringify({ header: true, columns: header, bom: true, record_delimiter: 'windows' });
  await pipeline(Readable.from(rowsOf(lines, currency)), format, out);
}

async function* rowsOf(lines: AsyncIterable<TakeoverLine>, currency: Currency): AsyncGenerator<string[]> {
  for await (const { line, severity, state, findings, cells, found } of lines) {
    const told = severity === 'error' ? null : found;
    yield [
      String(line),
      outcomes[severity ?? 'none'],
      state,
      cellText(findings.map(({ text }) => text).join(' ')),
      told && state === 'posted' ? told.number : '',
      told ? toDecimalString(told.outstanding, currency) : '',
      told ? String(told.daysPastDue) : '',
      ...columns.map((name) => cellText(cells[name])),
    ];
  }
}
