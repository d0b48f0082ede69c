import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { ok, refuse, type Result } from '#core/result.ts';

/** What a file may look like: its columns by name, in any order, and how much of it is read. */
export interface CsvShape<Column extends string> {
  columns: readonly Column[];
  required: readonly Column[];
  mostLines: number;
  /** Columns beside those are refused, unless they are passed over unread, as are two of them with one name. */
  others?: 'passed-over';
}

export interface CsvLine<Column extends string> {
  line: number;
  cells: Record<Column, string>;
  /** Where the line does not have a cell for each column. */
  shape: string | null;
}

export type CsvFault =
  | { code: 'empty' }
  | { code: 'not-utf-8' }
  | { code: 'missing-columns'; columns: string[] }
  | { code: 'unknown-columns'; columns: string[] }
  | { code: 'repeated-columns'; columns: string[] }
  | { code: 'too-many-lines' }
  | { code: 'line-too-long'; line: number }
  | { code: 'broken-quotes'; line: number };

const longestLine = 4_000;
const longestCell = 120;
const chunkBytes = 64 * 1024;
const linesAtOnce = 1_000;

/**
 * Reads the bytes of a CSV (RFC 4180, comma or semicolon, with or without a byte order mark) and hands its lines over a
 * thousand at a time, so that no file is held as objects. Gives how many lines there were, or what is wrong with the
 * file: some of its lines may have been handed over before that was seen.
 */
export async function readCsv<Column extends string>(
  bytes: Uint8Array,
  shape: CsvShape<Column>,
  take: (lines: CsvLine<Column>[]) => Promise<void>,
): Promise<Result<number, CsvFault>> {
  const text = decoded(bytes);
  if (text === undefined) return refuse({ code: 'not-utf-8' });
  if (text.trim() === '') return refuse({ code: 'empty' });
  // Column names have neither sign in them, so the first line says which one parts its cells.
  const delimiter = /^[^\r\n]*;/.test(text.trimStart()) ? ';' : ',';
  const parser = parse({
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestLine,
  });
  try {
    const records = Readable.from(chunksOf(text)).pipe(parser) as AsyncIterable<ParsedRecord>;
    return await readRecords(records, { shape, take });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = 'lines' in error && typeof error.lines === 'number' ? error.lines : 1;
    return refuse(
      error.code === 'CSV_MAX_RECORD_SIZE' ? { code: 'line-too-long', line } : { code: 'broken-quotes', line },
    );
  } finally {
    parser.destroy();
  }
}

interface ParsedRecord {
  record: string[];
  info: { lines: number };
}

/** The text without its byte order mark; undefined where it is no UTF-8 text. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\u0000') ? undefined : text;
  } catch {
    return undefined;
  }
}

function* chunksOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += chunkBytes) yield text.slice(at, at + chunkBytes);
}

async function readRecords<Column extends string>(
  records: AsyncIterable<ParsedRecord>,
  { shape, take }: { shape: CsvShape<Column>; take: (lines: CsvLine<Column>[]) => Promise<void> },
): Promise<Result<number, CsvFault>> {
  let names: string[] | undefined;
  let count = 0;
  let waiting: CsvLine<Column>[] = [];
  for await (const { record, info } of records) {
    if (!names) {
      names = record.map((name) => name.trim().toLowerCase());
      const fault = headerFault(names, shape);
      if (fault) return refuse(fault);
      continue;
    }
    if (count >= shape.mostLines) return refuse({ code: 'too-many-lines' });
    count += 1;
    waiting.push(lineOf(names, { record, line: info.lines, columns: shape.columns }));
    if (waiting.length < linesAtOnce) continue;
    await take(waiting);
    waiting = [];
  }
  if (waiting.length > 0) await take(waiting);
  return count === 0 ? refuse({ code: 'empty' }) : ok(count);
}

function headerFault(names: readonly string[], { columns, required, others }: CsvShape<string>): CsvFault | undefined {
  const missing = required.filter((column) => !names.includes(column));
  const strange = names.filter((name) => !columns.includes(name)).map((name) => name.slice(0, 40));
  const unknown = others === 'passed-over' ? [] : strange;
  const repeated = names.filter(
    (name, index) => names.indexOf(name) !== index && (others === undefined || columns.includes(name)),
  );
  if (missing.length > 0) return { code: 'missing-columns', columns: missing };
  if (unknown.length > 0) return { code: 'unknown-columns', columns: unknown.slice(0, 10) };
  return repeated.length > 0 ? { code: 'repeated-columns', columns: repeated.slice(0, 10) } : undefined;
}

function lineOf<Column extends string>(
  names: readonly string[],
  { record, line, columns }: { record: string[]; line: number; columns: readonly Column[] },
): CsvLine<Column> {
  const cell = (column: Column) => {
    const text = (record[names.indexOf(column)] ?? '').normalize('NFC').trim();
    return text.length > longestCell ? `${text.slice(0, longestCell)}…` : text;
  };
  const cells = Object.fromEntries(columns.map((column) => [column, cell(column)])) as Record<Column, string>;
  const fits = record.length === names.length;
  const shape = fits
    ? null
    : `The line has ${record.length} cells, and the first line of the file names ${names.length} columns.`;
  return { line, cells, shape };
}
