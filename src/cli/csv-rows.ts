import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';

/** A row under its header's names, or one with more or fewer cells than the header. */
export type CsvRow =
  | { n: number; kind: 'row'; cells: Readonly<Record<string, string>> }
  | { n: number; kind: 'ragged'; found: number; wanted: number };

/** The file as a whole cannot be used: a sentence that says why. */
export class CsvFileFault extends Error {
  override readonly name = 'CsvFileFault';
}

const longestRow = 1_000_000;

/**
 * The rows one by one, counted from 1 after the header. Throws a `CsvFileFault` where the header lacks a needed column
 * or names one twice, and for a file that is no CSV.
 */
export async function* csvRows(input: Readable, needed: readonly string[]): AsyncGenerator<CsvRow> {
  const parser = parse({ bom: true, relax_column_count: true, skip_empty_lines: true, max_record_size: longestRow });
  input.on('error', (error) => parser.destroy(error));
  input.pipe(parser);
  let header: readonly string[] | undefined;
  let n = 0;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      if (header) yield rowOf(header, cells, (n += 1));
      else header = checked(cells, needed);
    }
  } catch (error) {
    if (error instanceof CsvError) throw new CsvFileFault(`The file cannot be read as CSV: ${error.message}`);
    throw error;
  }
  if (!header) throw new CsvFileFault('The file is empty: it has no header');
}

function checked(cells: readonly string[], needed: readonly string[]): readonly string[] {
  const header = cells.map((cell) => cell.trim());
  const missing = needed.filter((name) => !header.includes(name));
  if (missing.length > 0)
    throw new CsvFileFault(
      `The file has no column ${missing.join(', ')}: its header must name every one that is needed`,
    );
  const twice = needed.find((name) => header.indexOf(name) !== header.lastIndexOf(name));
  if (twice !== undefined) throw new CsvFileFault(`The file has two columns ${twice}`);
  return header;
}

function rowOf(header: readonly string[], cells: readonly string[], n: number): CsvRow {
  if (cells.length !== header.length) return { n, kind: 'ragged', found: cells.length, wanted: header.length };
  return { n, kind: 'row', cells: Object.fromEntries(header.map((name, at) => [name, cells[at] ?? ''])) };
}
