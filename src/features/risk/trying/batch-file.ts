import { setImmediate as nextTurn } from 'node:timers/promises';
import { ok, refuse, type Result } from '#core/result.ts';
import { readCsv, type CsvFault, type CsvLine } from '#platform/csv-file.ts';
import type { InputColumn } from '../models/model-file.ts';
import { assess, type Assessor } from '../scoring/assessing.ts';
import type { Grade } from '../scoring/grade.rules.ts';
import type { BatchRow } from './batch.model.ts';

export const mostRows = 20_000;

export interface ScoredFile {
  rows: BatchRow[];
  grades: Record<Grade, number>;
  reasons: Record<string, string>;
}

/**
 * Scores a CSV under the model's column names, whichever case they have; other columns are passed over unread. A row that
 * cannot be scored says in which column and why, in words that repeat nothing of what stood there.
 */
export async function scoreFile(by: Assessor, bytes: Uint8Array): Promise<Result<ScoredFile, CsvFault>> {
  const names = by.model.inputs.map(({ name }) => name.toLowerCase());
  const found: ScoredFile = { rows: [], grades: { A: 0, B: 0, C: 0, D: 0, E: 0 }, reasons: {} };
  const shape = { columns: names, required: names, mostLines: mostRows, others: 'passed-over' } as const;
  const read = await readCsv(bytes, shape, async (lines) => {
    for (const line of lines) found.rows.push(scoreLine(by, { line, n: found.rows.length + 1, found }));
    // Others are served between a thousand rows and the next.
    await nextTurn();
  });
  return read.ok ? ok(found) : refuse(spelt(read.refusal, by.model.inputs));
}

/** Column names as the model spells them: they are compared in small letters. */
function spelt(fault: CsvFault, inputs: readonly InputColumn[]): CsvFault {
  if (!('columns' in fault)) return fault;
  const columns = fault.columns.map((name) => inputs.find((one) => one.name.toLowerCase() === name)?.name ?? name);
  return { ...fault, columns };
}

function scoreLine(
  by: Assessor,
  { line, n, found }: { line: CsvLine<string>; n: number; found: ScoredFile },
): BatchRow {
  if (line.shape !== null) return { n, column: 'row', fault: 'must have as many cells as the header names columns' };
  const row = Object.fromEntries(by.model.inputs.map(({ name }) => [name, line.cells[name.toLowerCase()]]));
  const assessed = assess(by, row);
  if (!assessed.ok) {
    const { field: column } = assessed.refusal;
    const input = by.model.inputs.find(({ name }) => name === column);
    return { n, column, fault: input ? wantedOf(input) : 'cannot be read' };
  }
  const { riskScore: score, expectedRiskScore: expected, approvalProbability: probability, grade } = assessed.value;
  found.grades[grade] += 1;
  const { reasons } = assessed.value;
  for (const { code, text } of reasons) found.reasons[code] = text;
  return { n, score, expected, probability, grade, reasons: reasons.map(({ code }) => code) };
}

/** What the column must hold, as the end of a sentence; a cell's own text may be personal and is not repeated. */
export function wantedOf(input: InputColumn): string {
  const empty = input.missing === 'learnt' ? ' or empty' : ' and not empty';
  if (input.type === 'category') return `must be one of ${input.categories.join(', ')}${empty}`;
  if (input.min !== undefined && input.max !== undefined)
    return `must be a number from ${input.min} to ${input.max}${empty}`;
  if (input.min !== undefined) return `must be a number of at least ${input.min}${empty}`;
  return input.max === undefined ? `must be a number${empty}` : `must be a number of at most ${input.max}${empty}`;
}
