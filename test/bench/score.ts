import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { assess, loadShippedModels, type Assessor } from '#features/risk/index.ts';
import type { ModelFile } from '#features/risk/models/model-file.ts';
import { median, quantile, rounded, say, shuffled, type BenchOptions, type BenchResult } from './measuring.ts';

const applicantsFile = new URL('../features/risk/fixtures/applicants.csv', import.meta.url);
const modelFile = new URL('../../src/features/risk/model-files/loan-application.json', import.meta.url);

const scoresARound = { full: 50_000, quick: 5_000 } as const;

type Row = Record<string, number | string>;

/**
 * One applicant's score with reasons, from a row of values: checked, derived, looked up, explained. Beside it what it
 * cannot do without: the look-ups in the same tables on values that are there already, with one sum.
 */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const { scorecard, models } = loadShippedModels();
  const by: Assessor = { model: models.application, scorecard };
  const rows = applicants();
  const prepared = rows.map((row) => lookUpRow(by, row));
  const lookUp = plainLookUp();
  const arms: Record<string, (n: number) => unknown> = {
    score: (n) => assess(by, rows[n % rows.length] ?? {}),
    lookUp: (n) => lookUp(prepared[n % prepared.length] ?? []),
  };
  const wanted = Object.entries(arms).filter(([name]) => options.only?.includes(name) ?? true);
  const count = scoresARound[options.pace];
  for (const [, act] of wanted) micros(act, count);
  const seen = new Map(wanted.map(([name]) => [name, [] as { p50: number; p99: number; mean: number }[]]));
  for (let round = 1; round <= Math.max(options.rounds ?? 8, 4); round += 1) {
    for (const [name, act] of shuffled(wanted)) seen.get(name)?.push(micros(act, count));
    say(`Round ${round} done.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const of = (name: string, what: 'p50' | 'p99' | 'mean') => (seen.get(name) ?? []).map((round) => round[what]);
  const overLookUp = of('score', 'mean').map((value, round) => value / (of('lookUp', 'mean')[round] ?? Number.NaN));
  return {
    ratios: { p99Micros: rounded(median(of('score', 'p99'))), overLookUp: rounded(median(overLookUp)) },
    raw: Object.fromEntries(
      wanted.map(([name]) => [
        name,
        {
          p50Micros: rounded(median(of(name, 'p50'))),
          p99Micros: rounded(median(of(name, 'p99'))),
          meanMicros: rounded(median(of(name, 'mean'))),
        },
      ]),
    ),
  };
}

/** Numbers as an application has them, not the texts of a file. */
function applicants(): Row[] {
  const rows: Record<string, string>[] = parse(readFileSync(applicantsFile), { columns: true });
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, text]) => [name, Number.isFinite(Number(text)) ? Number(text) : text]),
    ),
  );
}

function tables(): ModelFile['features'] {
  return (JSON.parse(readFileSync(modelFile, 'utf8')) as ModelFile).features;
}

/** The values in the tables' order, a category as its place, derived ones by a stand-in of the same kind. */
function lookUpRow(by: Assessor, row: Row): number[] {
  return tables().map((table) => {
    const value = row[table.name] ?? row.DebtToIncomeRatio ?? 0;
    if (table.kind === 'category') return table.categories.indexOf(String(value));
    if (typeof value === 'number') return value;
    throw new Error(`${table.name} of ${by.model.name} is a number`);
  });
}

/** What a quick script would do: arrays, a halving search each, one sum. */
function plainLookUp(): (values: readonly number[]) => number {
  const laid = tables().map((table) => ({
    cuts: table.kind === 'number' ? Float64Array.from(table.cuts) : undefined,
    scores: Float64Array.from(table.scores),
  }));
  return (values) => {
    let sum = 0;
    for (let at = 0; at < laid.length; at += 1) {
      const { cuts, scores } = laid[at] ?? {};
      const value = values[at] ?? 0;
      let place = value;
      if (cuts) {
        let low = 0;
        let high = cuts.length;
        while (low < high) {
          const middle = (low + high) >>> 1;
          if ((cuts[middle] ?? Infinity) <= value) low = middle + 1;
          else high = middle;
        }
        place = low;
      }
      sum += scores?.[place + 1] ?? 0;
    }
    return 1 / (1 + Math.exp(-sum));
  };
}

function micros(act: (n: number) => unknown, count: number): { p50: number; p99: number; mean: number } {
  const each: number[] = [];
  const from = performance.now();
  for (let n = 0; n < count; n += 1) {
    const before = performance.now();
    act(n);
    each.push((performance.now() - before) * 1000);
  }
  const mean = ((performance.now() - from) * 1000) / count;
  return { p50: quantile(each, 0.5), p99: quantile(each, 0.99), mean };
}
