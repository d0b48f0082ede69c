import { fork } from 'node:child_process';
import { join } from 'node:path';
import { inArena } from './arena.ts';
import { rounded, say, type Benchmark } from './measuring.ts';
import type { MemorySample } from './memory.child.ts';

const sizes = { full: { transfers: 1_000_000, every: 100_000 }, quick: { transfers: 50_000, every: 5_000 } };
const program = join(import.meta.dirname, 'memory.child.ts');

/** A million transfers through one process: what it holds afterwards, against what it held after the first two tenths. */
export const run: Benchmark = ({ pace }) =>
  inArena(async (arena) => {
    const { transfers, every } = sizes[pace];
    const started = performance.now();
    const samples = await samplesOf([arena.uriOf('memory'), String(transfers), String(every)]);
    const [settled, last] = [samples[1], samples.at(-1)];
    if (!settled || !last) throw new Error('The run was too short for a comparison');
    return {
      ratios: {
        memoryGrowth: rounded(last.heapUsedBytes / settled.heapUsedBytes),
        rssGrowth: rounded(last.rssBytes / settled.rssBytes),
      },
      raw: { ...arena.machine, transfers, seconds: rounded((performance.now() - started) / 1_000), samples },
    };
  });

function samplesOf(args: readonly string[]): Promise<MemorySample[]> {
  // A process of its own: nothing but the ledger is in its memory, and its garbage can be collected on demand.
  const child = fork(program, args, { execArgv: ['--expose-gc'] });
  const endAbruptly = () => {
    child.kill('SIGKILL');
  };
  process.once('exit', endAbruptly);
  const samples: MemorySample[] = [];
  child.on('message', (message) => {
    const sample = message as MemorySample;
    samples.push(sample);
    say(`${sample.transfers} transfers, heap ${mb(sample.heapUsedBytes)}, resident ${mb(sample.rssBytes)}`);
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => {
      process.off('exit', endAbruptly);
      if (code === 0) resolve(samples);
      else reject(new Error(`The process that posts ended with code ${code ?? 'none'}`));
    });
  });
}

function mb(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
