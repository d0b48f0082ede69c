import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { inArena, type Arena } from './arena.ts';
import type { ClosedDay } from './closing.child.ts';
import { median, rounded, say, shuffled, type Benchmark } from './measuring.ts';

const sizes = { full: [1_000, 10_000, 100_000], quick: [200, 1_000, 5_000] };
/** A round closes one day: the end of a month, on which every loan's interest is booked. */
const monthEnds = ['2025-01-31', '2025-02-28', '2025-03-31', '2025-04-30', '2025-05-31', '2025-06-30'];
/** The same small heap for every size: a book that needed more would end the process, or be seen in its peak. */
const heapLimits = ['--max-old-space-size=192', '--max-semi-space-size=8'];
const program = join(import.meta.dirname, 'closing.child.ts');

/** A process with a bank and a book of so many loans, which closes a day when it is told to. */
interface Closer {
  loans: number;
  close(date: string): Promise<ClosedDay>;
  end(): void;
}

export const run: Benchmark = ({ pace, rounds = 4 }) =>
  inArena(async (arena) => {
    const closers: Closer[] = [];
    try {
      for (const loans of sizes[pace]) closers.push(await openCloser(arena, loans));
      const days = new Map(closers.map(({ loans }) => [loans, [] as ClosedDay[]]));
      for (const [index, date] of monthEnds.slice(0, rounds).entries()) {
        for (const closer of shuffled(closers)) {
          const closed = await closer.close(date);
          days.get(closer.loans)?.push(closed);
          say(`round ${index + 1} ${closer.loans} loans: ${Math.round(closer.loans / closed.seconds)}/s`);
        }
      }
      return resultOf(arena, days);
    } finally {
      for (const closer of closers) closer.end();
    }
  });

function resultOf(arena: Arena, days: ReadonlyMap<number, readonly ClosedDay[]>) {
  const figures = [...days].map(([loans, closed]) => ({
    loans,
    perSecond: rounded(loans / median(closed.map(({ seconds }) => seconds))),
    peakRssMb: rounded(Math.max(...closed.map(({ peakRssBytes }) => peakRssBytes)) / 1e6),
    heapAfterMb: rounded(median(closed.map(({ heapUsedBytes }) => heapUsedBytes)) / 1e6),
    posted: closed.map(({ posted }) => posted),
  }));
  const [least, most] = [figures[0], figures.at(-1)];
  if (!least || !most) throw new Error('There is nothing to compare');
  return {
    ratios: {
      linear: rounded(least.perSecond / most.perSecond),
      memory: rounded(most.peakRssMb / least.peakRssMb),
      heapAfter: rounded(most.heapAfterMb / least.heapAfterMb),
    },
    raw: { ...arena.machine, figures },
  };
}

function start(...args: string[]): ChildProcess {
  const env = { ...process.env, NODE_ENV: 'development' };
  const child = fork(program, args, { execArgv: ['--expose-gc', ...heapLimits], env, serialization: 'advanced' });
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
}

async function openCloser(arena: Arena, loans: number): Promise<Closer> {
  const uri = arena.uriOf(`closing-${loans}`);
  const [code] = (await once(start(uri, String(loans)), 'exit')) as [number | null];
  if (code !== 0) throw new Error(`The loans were not lent: the process ended with ${code}`);
  const child = start(uri);
  const next = () =>
    new Promise<ClosedDay>((resolve, reject) => {
      const ended = (code: number | null) => {
        reject(new Error(`The closing process ended with ${code}`));
      };
      child.once('exit', ended);
      child.once('message', (message) => {
        child.off('exit', ended);
        resolve(message as ClosedDay);
      });
    });
  await next();
  say(`${loans} loans are lent`);
  return {
    loans,
    close: async (date) => {
      const answer = next();
      child.send(date);
      return answer;
    },
    end: () => child.kill('SIGKILL'),
  };
}
