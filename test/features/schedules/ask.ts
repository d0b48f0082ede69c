import { PassThrough, Readable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { runApr } from '#src/cli/apr.ts';
import { runSchedule } from '#src/cli/schedule.ts';

export interface Answered {
  id?: unknown;
  error?: { field: string; message: string };
  instalment?: string;
  rows?: Record<'principal' | 'interest' | 'fee' | 'penalty' | 'total' | 'balance' | 'dueOn', string>[];
  totals?: Record<string, string>;
  aprPercent?: string;
  payoff?: Record<string, string>;
}

const commands = { schedule: runSchedule, apr: runApr };

/** What the command line writes for these lines, read back. */
export async function ask(
  command: keyof typeof commands,
  lines: readonly (object | string)[],
): Promise<{ exitCode: number; answers: Answered[] }> {
  const input = Readable.from(lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`));
  const output = new PassThrough();
  const written = readAll(output);
  const exitCode = await commands[command]({ input, output });
  output.end();
  const answers = (await written).split('\n').slice(0, -1);
  return { exitCode, answers: answers.map((line) => JSON.parse(line) as Answered) };
}
