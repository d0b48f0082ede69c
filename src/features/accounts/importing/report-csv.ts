import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { cellText } from '#platform/documents/csv-text.rules.ts';
import type { ImportLine } from './import.model.ts';
import { columns } from './line.rules.ts';

const outcomes = { error: 'error', warning: 'warning', none: 'ok' } as const;

/** Every line with what was found about it, as CSV (RFC 4180); what a spreadsheet would take for a formula is quoted. */
export async function writeReport(out: Writable, lines: AsyncIterable<ImportLine>): Promise<void> {
  const header = ['line', 'result', 'state', 'report', ...columns];
  const format = stringify({ header: true, columns: header, bom: true, record_delimiter: 'windows' });
  await pipeline(Readable.from(rowsOf(lines)), format, out);
}

async function* rowsOf(lines: AsyncIterable<ImportLine>): AsyncGenerator<string[]> {
  for await (const { line, severity, state, findings, cells } of lines) {
    const report = findings.map(({ text }) => text).join(' ');
    yield [
      String(line),
      outcomes[severity ?? 'none'],
      state,
      cellText(report),
      ...columns.map((name) => cell(name, cells)),
    ];
  }
}

/** An amount that was read begins with its sign, and is no formula. */
function cell(name: (typeof columns)[number], cells: ImportLine['cells']): string {
  const text = cells[name];
  return name === 'amount' && /^-?\d[\d.,]*$/.test(text) ? text : cellText(text);
}
