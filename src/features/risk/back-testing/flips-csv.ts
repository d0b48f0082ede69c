import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { cellText } from '#platform/documents/csv-text.rules.ts';
import type { Flip } from './back-test.ts';

const columns = [
  'application',
  'decided_on',
  'policy_then',
  'policy_now',
  'rules_then',
  'rules_now',
  'probability_then',
  'probability_now',
  'decision',
];

interface Piece {
  flips: readonly Flip[];
  references: ReadonlyMap<string, string>;
}

/** Every kept flip as CSV (RFC 4180); what a spreadsheet would take for a formula is quoted. */
export async function writeFlips(out: Writable, pieces: AsyncIterable<Piece>): Promise<void> {
  const format = stringify({ header: true, columns, bom: true, record_delimiter: 'windows' });
  await pipeline(Readable.from(rowsOf(pieces)), format, out);
}

async function* rowsOf(pieces: AsyncIterable<Piece>): AsyncGenerator<string[]> {
  for await (const { flips, references } of pieces) {
    for (const flip of flips) {
      yield [
        references.get(flip.applicationId) ?? flip.applicationId,
        flip.on,
        ...[flip.then, flip.now],
        cellText(flip.rulesThen.join(' ')),
        cellText(flip.rulesNow.join(' ')),
        ...[flip.probabilityThen, flip.probabilityNow].map((share) => share?.toFixed(6) ?? ''),
        flip.decision ?? '',
      ];
    }
  }
}
