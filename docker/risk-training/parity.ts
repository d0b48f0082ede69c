/**
 * `node docker/risk-training/parity.ts --model FILE --rows FILE --predictions FILE`: the portal's evaluation of a model
 * file against what the trainer itself said of the same rows (`npm run train -- … --predict ROWS`). Prints one JSON object;
 * exit 1 where they are more than 10⁻⁴ apart, or a row cannot be scored.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { loadModel, readValues } from '#features/risk/index.ts';
import { withDerived } from '#features/risk/scoring/derived.ts';

const tolerance = 1e-4;

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: '' },
    rows: { type: 'string', default: '' },
    predictions: { type: 'string', default: '' },
  },
});
const rowsOf = (file: string): Record<string, string>[] => parse(readFileSync(file), { columns: true, bom: true });

const model = loadModel(readFileSync(values.model, 'utf8'));
if (!model.ok) throw new Error(`${values.model} ${model.refusal}`);
const { inputs, derived, evaluate } = model.value;
const rows = rowsOf(values.rows);
const predictions = rowsOf(values.predictions);
if (rows.length !== predictions.length) throw new Error(`${rows.length} rows, but ${predictions.length} predictions`);

const apart = rows.map((row, at) => {
  const read = readValues(inputs, row);
  if (!read.ok) throw new Error(`Row ${at + 1}: ${read.refusal.field} ${read.refusal.message}`);
  const { approvalProbability } = evaluate(withDerived(read.value, derived));
  return Math.abs(approvalProbability - Number(predictions[at]?.approvalProbability));
});
const worst = apart.reduce((most, one) => Math.max(most, one), 0);
process.stdout.write(`${JSON.stringify({ rows: rows.length, worst, tolerance })}\n`);
process.exit(worst <= tolerance ? 0 : 1);
