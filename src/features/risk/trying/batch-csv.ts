import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { cellText } from '#platform/documents/csv-text.rules.ts';
import { mostReasons } from '../scoring/reasons.ts';
import type { BatchRow, ScoreBatch } from './batch.model.ts';
import type { TrySection } from './try-columns.ts';

const reasonColumns = Array.from({ length: mostReasons }, (_none, at) => `reason_${at + 1}`);
const header = ['row', 'risk_score', 'expected_risk_score', 'approval_probability', 'grade', ...reasonColumns];

/** Every row with its score or its fault (RFC 4180). No cell of the file that was sent is in it; our words are guarded all the same. */
export async function writeResults(
  out: Writable,
  { batch, parts }: { batch: ScoreBatch; parts: AsyncIterable<BatchRow[]> },
): Promise<void> {
  const columns = [...header, 'column', 'fault'];
  const format = stringify({ header: true, columns, bom: true, record_delimiter: 'windows' });
  await pipeline(Readable.from(linesOf(batch, parts)), format, out);
}

async function* linesOf({ reasons }: ScoreBatch, parts: AsyncIterable<BatchRow[]>): AsyncGenerator<string[]> {
  const blanks = Array.from({ length: header.length - 1 }, () => '');
  for await (const rows of parts)
    for (const row of rows) {
      if ('fault' in row) {
        yield [String(row.n), ...blanks, cellText(row.column), cellText(row.fault)];
        continue;
      }
      const why = reasonColumns.map((_name, at) => cellText(reasons[row.reasons[at] ?? ''] ?? ''));
      const { n, score, expected, probability, grade } = row;
      yield [String(n), String(score), String(expected), String(probability), grade, ...why, '', ''];
    }
}

/** A file that can be sent as it is: the model's columns, and one applicant who is nobody. */
export function sampleFile(sections: readonly TrySection[]): string {
  const columns = sections.flatMap((section) => section.columns);
  const values = columns.map(({ as, example }) =>
    as === 'percent' && example !== '' ? Number(`${example}e-2`) : example,
  );
  return `${columns.map(({ input }) => input.name).join(',')}\r\n${values.join(',')}\r\n`;
}
