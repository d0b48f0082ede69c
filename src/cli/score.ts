import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { ok, refuse, type Result } from '#core/result.ts';
import {
  assess,
  decidedScore,
  loadShippedModels,
  type Assessor,
  type Assessment,
  type RiskModels,
  type Stage,
} from '#features/risk/index.ts';
import { csvRows, type CsvRow } from './csv-rows.ts';
import { answerLines, type LineFault } from './ndjson.ts';

export interface ScoreOptions {
  stage: Stage;
  /** `csv` has a header with the names of the columns; `lines` one JSON object a line under the same names. */
  form: 'csv' | 'lines';
  input: Readable;
  output: Writable;
  models?: RiskModels;
}

/** The `score` command: an applicant a row, its score with reasons a line. Returns the exit code. */
export async function runScore(options: ScoreOptions): Promise<0 | 2> {
  const { scorecard, models } = options.models ?? loadShippedModels();
  const by: Assessor = { model: models[options.stage], scorecard };
  return options.form === 'csv' ? answerCsv(options, by) : answerLines(options, (input) => scored(by, input));
}

async function answerCsv({ input, output }: ScoreOptions, by: Assessor): Promise<0 | 2> {
  let exitCode: 0 | 2 = 0;
  const needed = by.model.inputs.map(({ name }) => name);
  for await (const row of csvRows(input, needed)) {
    const reply = replyTo(row, by);
    if ('error' in reply) exitCode = 2;
    // A reader slower than we are must not make the answers pile up in memory.
    if (!output.write(`${JSON.stringify(reply)}\n`)) await once(output, 'drain');
  }
  return exitCode;
}

/** A row goes by its own `id` where the file has such a column, and by its number otherwise. */
function replyTo(row: CsvRow, by: Assessor): object {
  if (row.kind === 'ragged')
    return faulty(row.n, row.n, { field: 'row', message: `has ${row.found} cells, not ${row.wanted} as the header` });
  const answer = scored(by, row.cells);
  const id = row.cells.id ?? row.n;
  return answer.ok ? { id, ...answer.value } : faulty(id, row.n, answer.refusal);
}

function faulty(id: string | number, row: number, { field, message }: LineFault): object {
  return { id, error: { row, field, message: `row ${row}: ${field} ${message}` } };
}

function scored(by: Assessor, row: Readonly<Record<string, unknown>>): Result<object, LineFault> {
  const outcome = outcomeIn(row);
  if (!outcome.ok) return outcome;
  const assessed = assess(by, row);
  return assessed.ok ? ok(present(by, assessed.value, outcome.value)) : assessed;
}

type Outcome = 'approved' | 'declined' | undefined;

/** What was decided, in a row that carries it. */
function outcomeIn(row: Readonly<Record<string, unknown>>): Result<Outcome, LineFault> {
  const given = Object.hasOwn(row, 'LoanApproved') ? row.LoanApproved : undefined;
  if (given === undefined || given === null || given === '') return ok(undefined);
  const text = typeof given === 'string' || typeof given === 'number' ? String(given) : '';
  if (text === '1' || text === '1.0') return ok('approved');
  if (text === '0' || text === '0.0') return ok('declined');
  return refuse({ field: 'LoanApproved', message: 'must be 1 or 0' });
}

function present({ scorecard }: Assessor, found: Assessment, outcome: Outcome): object {
  const { riskScore } = found;
  return {
    riskScore,
    expectedRiskScore: found.expectedRiskScore,
    ...(outcome && { decidedRiskScore: decidedScore(scorecard, { riskScore, outcome }) }),
    approvalProbability: found.approvalProbability,
    grade: found.grade,
    reasons: found.reasons,
    intercept: found.intercept,
    contributions: Object.fromEntries(found.contributions.map(({ term, points }) => [term, points])),
  };
}
