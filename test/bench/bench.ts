/**
 * `npm run -s bench -- NAME [--quick] [--rounds N] [--only ARM,ARM]`: one benchmark on a MongoDB of its own. The one
 * JSON object of `ratios` and `raw` goes to standard output, everything else to standard error. `--quick` is for
 * developing: its windows are too short for figures to be kept.
 */
import { parseArgs } from 'node:util';
import { endOnSignals } from './arena.ts';
import type { BenchOptions, Benchmark } from './measuring.ts';

const benchmarks: Readonly<Record<string, () => Promise<{ run: Benchmark }>>> = {
  ledger: () => import('./ledger.ts'),
  'ledger-memory': () => import('./ledger-memory.ts'),
  schedule: () => import('./schedule.ts'),
  score: () => import('./score.ts'),
  'transactions-page': () => import('./transactions-page.ts'),
  'close-of-day': () => import('./close-of-day.ts'),
  uploads: () => import('./uploads.ts'),
};

const usage = `Usage: npm run -s bench -- NAME [--quick] [--rounds N] [--only ARM,ARM]\nNAME is one of ${Object.keys(benchmarks).join(', ')}.\n`;

interface Request {
  load: () => Promise<{ run: Benchmark }>;
  options: BenchOptions;
}

/** What was asked for; undefined where that is nothing we have. */
function readRequest(): Request | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { quick: { type: 'boolean' }, rounds: { type: 'string' }, only: { type: 'string' } },
    });
    const [name = '', ...rest] = positionals;
    const load = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
    const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
    if (!load || rest.length > 0 || (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)))
      return undefined;
    return { load, options: { pace: values.quick ? 'quick' : 'full', rounds, only: values.only?.split(',') } };
  } catch {
    return undefined;
  }
}

const request = readRequest();
if (!request) {
  process.stderr.write(usage);
  process.exit(2);
}
endOnSignals();
const { run } = await request.load();
try {
  const result = await run(request.options);
  process.stdout.write(`${JSON.stringify(result)}\n`, () => {
    process.exit(0);
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
