import { ok, refuse, type Result } from '#core/result.ts';
import type { InputColumn } from '../models/model-file.ts';

/** One column of an applicant; null where it is not known. */
export type Value = number | string | null;
export type Values = ReadonlyMap<string, Value>;

/** Which column is in the way, and why: `message` follows the column's name in a sentence. */
export interface ValueFault {
  field: string;
  message: string;
}

// The same marks as docker/risk-training/dictionary.py knows.
const missingMarks = new Set(['', 'NA', 'N/A', 'nan', 'NaN', 'null']);
const decimalForm = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;
const longestShown = 40;

/**
 * The columns that a model needs, from a row of texts or JSON values, in which other columns are ignored. Refuses a
 * column that is not there, not of its kind, out of its range, a category the model has not learnt, and a missing value
 * where the model has never seen one: it would be scored as if it did not matter.
 */
export function readValues(
  inputs: readonly InputColumn[],
  row: Readonly<Record<string, unknown>>,
): Result<Map<string, Value>, ValueFault> {
  const values = new Map<string, Value>();
  for (const input of inputs) {
    if (!Object.hasOwn(row, input.name)) return refuse({ field: input.name, message: 'is missing' });
    const value = readValue(input, row[input.name]);
    if (!value.ok) return refuse({ field: input.name, message: value.refusal });
    values.set(input.name, value.value);
  }
  return ok(values);
}

function readValue(input: InputColumn, raw: unknown): Result<Value, string> {
  const given = typeof raw === 'string' ? raw.trim() : raw;
  if (given === null || given === undefined || (typeof given === 'string' && missingMarks.has(given)))
    return input.missing === 'learnt' ? ok(null) : refuse('is empty, and the model has not learnt what that means');
  if (typeof given !== 'string' && typeof given !== 'number') return refuse('must be a number or a text');
  return input.type === 'number' ? readNumber(input, given) : readCategory(input, String(given));
}

function readNumber(input: InputColumn & { type: 'number' }, given: string | number): Result<number, string> {
  const isNumber = typeof given === 'number' || decimalForm.test(given);
  const value = isNumber ? Number(given) : Number.NaN;
  if (!Number.isFinite(value)) return refuse(`must be a number, not ${shown(String(given))}`);
  if (input.min !== undefined && value < input.min) return refuse(`is ${value}: must not be below ${input.min}`);
  if (input.max !== undefined && value > input.max) return refuse(`is ${value}: must not be above ${input.max}`);
  return ok(value);
}

function readCategory(input: InputColumn & { type: 'category' }, given: string): Result<string, string> {
  if (input.categories.includes(given)) return ok(given);
  return refuse(`is ${shown(given)}, which the model does not know: it knows ${input.categories.join(', ')}`);
}

function shown(text: string): string {
  return JSON.stringify(text.length > longestShown ? `${text.slice(0, longestShown)}…` : text);
}
