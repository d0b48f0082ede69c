import { ok, refuse, type Result } from '#core/result.ts';
import { readValues, type Value } from '../scoring/values.ts';
import type { InputColumn } from '../models/model-file.ts';
import type { TryColumn } from './try-columns.ts';

const grouped = /^-?\d{1,3}(,\d{3})+(\.\d+)?$/;
const plainDecimal = /^-?(\d{1,12}(\.\d{0,10})?|\.\d{1,10})$/;
/** What the people's own way of writing a number is: no exponents, which a model file's numbers may have. */
const mostDigits = 30;

/** What was typed as the model's value, or a sentence that says what to enter. An empty answer is for the model to judge. */
export function readTyped(column: TryColumn, typed: string): Result<Value, string> {
  const text = typed.trim();
  const sentence = `${column.label}: ${expected(column)}`;
  if (text === '' && column.input.missing === 'learnt') return ok(null);
  if (column.as === 'choice') return valueOf(column.input, text, sentence);
  const number = text.length > mostDigits ? undefined : plainNumber(text);
  if (number === undefined) return refuse(sentence);
  // By the decimal point and not by a division, which would give 0.28999999999999998 for 29 %.
  return valueOf(column.input, column.as === 'percent' ? `${number}e-2` : number, sentence);
}

function plainNumber(text: string): string | undefined {
  const plain = grouped.test(text) ? text.replaceAll(',', '') : text;
  return plainDecimal.test(plain) ? plain.replace(/\.$/, '') : undefined;
}

function valueOf(input: InputColumn, text: string, sentence: string): Result<Value, string> {
  const read = readValues([input], { [input.name]: text });
  return read.ok ? ok(read.value.get(input.name) ?? null) : refuse(sentence);
}

/** `enter a number from 300 to 850`, as the end of a sentence. */
function expected({ input, as }: TryColumn): string {
  if (input.type === 'category') return `choose one of ${input.categories.join(', ')}`;
  if (as === 'yes-no') return 'choose yes or no';
  const scale = as === 'percent' ? 100 : 1;
  const shown = (limit: number) => new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 }).format(limit * scale);
  const what = as === 'percent' ? 'a percentage' : 'a number';
  if (input.min !== undefined && input.max !== undefined)
    return `enter ${what} from ${shown(input.min)} to ${shown(input.max)}`;
  if (input.min !== undefined) return `enter ${what} of at least ${shown(input.min)}`;
  return input.max === undefined ? `enter ${what}` : `enter ${what} of at most ${shown(input.max)}`;
}
