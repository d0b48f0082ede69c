import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { ok, refuse, type Result } from '#core/result.ts';
import { columns, requiredColumns, type Cells, type Column } from './line.rules.ts';

export const mostLines = 20_000;
const longestLine = 4_000;
const longestCell = 120;
const chunkBytes = 64 * 1024;

export interface ReadLine {
  line: number;
  cells: Cells;
  /** Where the line does not have a cell for each column. */
  shape: string | null;
}

export type FileFault =
  | { code: 'empty' }
  | { code: 'not-utf-8' }
  | { code: 'missing-columns'; columns: string[] }
  | { code: 'unknown-columns'; columns: string[] }
  | { code: 'repeated-columns'; columns: string[] }
  | { code: 'too-many-lines' }
  | { code: 'line-too-long'; line: number }
  | { code: 'broken-quotes'; line: number };

/** Reads the bytes of a CSV (RFC 4180, comma or semicolon, with or without a byte order mark) into lines, or says why not. */
export async function readImportFile(bytes: Uint8Array): Promise<Result<ReadLine[], FileFault>> {
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
    return await readRecords(Readable.from(chunksOf(text)).pipe(parser) as AsyncIterable<ParsedRecord>);
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

async function readRecords(records: AsyncIterable<ParsedRecord>): Promise<Result<ReadLine[], FileFault>> {
  let names: string[] | undefined;
  const lines: ReadLine[] = [];
  for await (const { record, info } of records) {
    if (!names) {
      names = record.map((name) => name.trim().toLowerCase());
      const fault = headerFault(names);
      if (fault) return refuse(fault);
      continue;
    }
    if (lines.length >= mostLines) return refuse({ code: 'too-many-lines' });
    lines.push(lineOf(names, { record, line: info.lines }));
  }
  return lines.length === 0 ? refuse({ code: 'empty' }) : ok(lines);
}

function headerFault(names: readonly string[]): FileFault | undefined {
  const missing = requiredColumns.filter((column) => !names.includes(column));
  const unknown = names.filter((name) => !columns.some((column) => column === name)).map((name) => name.slice(0, 40));
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  if (missing.length > 0) return { code: 'missing-columns', columns: missing };
  if (unknown.length > 0) return { code: 'unknown-columns', columns: unknown.slice(0, 10) };
  return repeated.length > 0 ? { code: 'repeated-columns', columns: repeated.slice(0, 10) } : undefined;
}

function lineOf(names: readonly string[], { record, line }: { record: string[]; line: number }): ReadLine {
  const cell = (column: Column) => {
    const text = (record[names.indexOf(column)] ?? '').normalize('NFC').trim();
    return text.length > longestCell ? `${text.slice(0, longestCell)}…` : text;
  };
  const cells = Object.fromEntries(columns.map((column) => [column, cell(column)])) as Cells;
  const fits = record.length === names.length;
  const shape = fits
    ? null
    : `The line has ${record.length} cells, and the first line of the file names ${names.length} columns.`;
  return { line, cells, shape };
}
