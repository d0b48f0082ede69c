import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ConfigFault } from '#config/config.ts';
import { commandArguments, readConfig } from '#config/environment.ts';
import { parseDate } from '#core/calendar.ts';
import { isCurrency, type Currency } from '#core/money.ts';
import { EmbeddedMongoError, resetEmbedded } from '#platform/embedded-mongo/index.ts';
import { createLogger } from '#platform/logger.ts';
import { DatabaseRefused } from '#platform/mongo.ts';
import { stages } from '#features/risk/index.ts';
import { openBank, type OpenBank } from './bank.ts';
import { runApr } from './cli/apr.ts';
import { closeDays } from './cli/close-day.ts';
import { CsvFileFault } from './cli/csv-rows.ts';
import { runSchedule } from './cli/schedule.ts';
import { runScore } from './cli/score.ts';
import { verifyBank } from './cli/verify.ts';
import { seedDemo } from './demo/demo.ts';

const usage = `Usage: npm run -s cli -- COMMAND

  schedule   loan schedules: one JSON object a line in, one a line out
  apr        annual percentage rates: one JSON object a line in, one a line out
  score      credit scores with reasons: one JSON object a line in, or --csv FILE; one a line out
             [--stage application|quoted] before the rate is known (as a rule), or with it
  verify     replays the ledger, the loans and the audit trail; exit 1 and the first difference where one is found
  close-day  closes every business date up to and with one, in order: --to DATE; one JSON line a day, then one for all;
             exit 1 where a day could not be finished or has something to look at
             [--beyond-calendar] also days that have not begun (never in production)
             [--settle SECONDS] how long postings under way are waited for: 60, or 0 where nothing else can be running
  seed       fills an empty bank: --customers N --months M [--seed S]
  reset      empties the embedded bank
`;

const say = (sentence: string) => void process.stderr.write(`${sentence}\n`);

const settleRange = { min: 0, max: 3_600 };

class UsageFault extends Error {}

/** Each command gives its exit code; results go to standard output, everything else to standard error. */
const commands: Record<string, (args: string[]) => Promise<number>> = {
  schedule: (args) => runSchedule({ ...streams(), ...currencyOption(args) }),
  apr: (args) => runApr({ ...streams(), ...currencyOption(args) }),
  score: (args) => score(args),
  verify: () => withBank(async (bank) => verifyBank(bank, (line) => void process.stdout.write(`${line}\n`))),
  'close-day': (args) => closeDay(args),
  seed: (args) => seed(args),
  reset: async () => {
    await resetEmbedded({ dataDir: readConfig().dataDir, log: say });
    return 0;
  },
};

function streams() {
  return { input: process.stdin, output: process.stdout };
}

function currencyOption(args: string[]): { currency?: Currency } {
  const { values } = parseArgs({ args, options: { currency: { type: 'string' } } });
  if (values.currency === undefined) return {};
  if (!isCurrency(values.currency)) throw new UsageFault(`--currency ${values.currency} is not one we know`);
  return { currency: values.currency };
}

async function withBank(
  work: (bank: OpenBank) => Promise<number>,
  options: Pick<Parameters<typeof openBank>[0], 'settledMs'> = {},
): Promise<number> {
  const config = readConfig();
  // Standard output belongs to the command's answer.
  const logger = createLogger({ level: 'warn', destination: process.stderr });
  const bank = await openBank({ config, logger, ...options });
  try {
    return await work(bank);
  } finally {
    await bank.close();
  }
}

async function closeDay(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      to: { type: 'string', default: '' },
      settle: { type: 'string' },
      'beyond-calendar': { type: 'boolean', default: false },
    },
  });
  const to = parseDate(values.to);
  if (!to.ok) throw new UsageFault('--to must be a date, like 2026-03-31');
  const seconds = values.settle === undefined ? undefined : wholeNumber('--settle', values.settle, settleRange);
  if (values['beyond-calendar'] && readConfig().production)
    throw new UsageFault('A production bank closes no day that has not begun');
  const beyondCalendar = values['beyond-calendar'] ? 'allowed' : 'refused';
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  return withBank((bank) => closeDays(bank, { to: to.value, beyondCalendar, print, say }), {
    settledMs: (others) => (seconds === undefined ? (others === 'none' ? 0 : undefined) : seconds * 1_000),
  });
}

async function score(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { csv: { type: 'string' }, stage: { type: 'string', default: 'application' } },
  });
  const stage = stages.find((one) => one === values.stage);
  if (!stage) throw new UsageFault(`--stage must be one of ${stages.join(', ')}`);
  if (values.csv === undefined) return runScore({ ...streams(), stage, form: 'lines' });
  const file = values.csv;
  const found = await stat(file).catch(() => undefined);
  if (!found || found.isDirectory()) throw new UsageFault(`--csv ${file} is no file that can be read`);
  return runScore({ input: createReadStream(file), output: process.stdout, stage, form: 'csv' });
}

async function seed(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      customers: { type: 'string', default: '200' },
      months: { type: 'string', default: '12' },
      seed: { type: 'string', default: '1' },
    },
  });
  const customers = wholeNumber('--customers', values.customers, { min: 1, max: 100_000 });
  const months = wholeNumber('--months', values.months, { min: 1, max: 120 });
  const number = wholeNumber('--seed', values.seed, { min: 0, max: 2 ** 31 });
  if (readConfig().production) throw new UsageFault('A production bank is not filled with demonstration data');
  return withBank(async (bank) => {
    const made = await seedDemo({ bank, customers, months, seed: number, progress: say });
    process.stdout.write(`${JSON.stringify(made)}\n`);
    return 0;
  });
}

function wholeNumber(name: string, text: string, range: { min: number; max: number }): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.min && value <= range.max) return value;
  throw new UsageFault(`${name} must be a whole number from ${range.min} to ${range.max}`);
}

/** A fault that its reader can mend is a sentence; everything else keeps its stack. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return 'Unknown fault';
  const mendable = [UsageFault, CsvFileFault, ConfigFault, DatabaseRefused, EmbeddedMongoError].some(
    (kind) => error instanceof kind,
  );
  const wrongOption = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  return mendable || wrongOption ? error.message : (error.stack ?? error.message);
}

async function main(): Promise<number> {
  const [name = '', ...args] = commandArguments();
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    say(usage);
    return name === '' || name === 'help' ? 0 : 2;
  }
  try {
    return await command(args);
  } catch (error) {
    say(explain(error));
    return 2;
  }
}

const code = await main();
// What was written to a pipe is let out before the process ends.
process.stdout.write('', () => process.exit(code));
