import type { Writable } from 'node:stream';
import { toDecimalString, type Currency } from '#core/money.ts';
import { cellText } from '#platform/documents/csv-text.rules.ts';
import { writeLineReport } from '#platform/imported-file.ts';
import { columns } from './takeover-columns.rules.ts';
import type { TakeoverLine } from './takeover.model.ts';

/** Every line with what was found about it, as CSV (RFC 4180); what a spreadsheet would take for a formula is quoted. */
export function writeReport(
  out: Writable,
  { lines, currency }: { lines: AsyncIterable<TakeoverLine>; currency: Currency },
): Promise<void> {
  return writeLineReport(out, {
    columns: ['loan_here', 'outstanding', 'days_past_due', ...columns],
    lines,
    cells: ({ severity, state, cells, found }) => {
      const told = severity === 'error' ? null : found;
      return [
        told && state === 'posted' ? told.number : '',
        told ? toDecimalString(told.outstanding, currency) : '',
        told ? String(told.daysPastDue) : '',
        ...columns.map((name) => cellText(cells[name])),
      ];
    },
  });
}
