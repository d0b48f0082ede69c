import type { Writable } from 'node:stream';
import { cellText } from '#platform/documents/csv-text.rules.ts';
import { writeLineReport } from '#platform/imported-file.ts';
import type { ImportLine } from './import.model.ts';
import { columns } from './line.rules.ts';

/** Every line with what was found about it, as CSV (RFC 4180); what a spreadsheet would take for a formula is quoted. */
export function writeReport(out: Writable, lines: AsyncIterable<ImportLine>): Promise<void> {
  const cells = (line: ImportLine) => columns.map((name) => cell(name, line.cells));
  return writeLineReport(out, { columns, lines, cells });
}

/** An amount that was read begins with its sign, and is no formula. */
function cell(name: (typeof columns)[number], cells: ImportLine['cells']): string {
  const text = cells[name];
  return name === 'amount' && /^-?\d[\d.,]*$/.test(text) ? text : cellText(text);
}
