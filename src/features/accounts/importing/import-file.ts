import { ok, type Result } from '#core/result.ts';
import { readCsv, type CsvFault, type CsvLine } from '#platform/csv-file.ts';
import { columns, requiredColumns, type Column } from './line.rules.ts';

export const mostLines = 20_000;

export type ReadLine = CsvLine<Column>;
export type FileFault = CsvFault;

/** Reads the bytes of a file of entries into lines, or says why not. */
export async function readImportFile(bytes: Uint8Array): Promise<Result<ReadLine[], FileFault>> {
  const lines: ReadLine[] = [];
  const read = await readCsv(bytes, { columns, required: requiredColumns, mostLines }, (some) => {
    lines.push(...some);
    return Promise.resolve();
  });
  return read.ok ? ok(lines) : read;
}
