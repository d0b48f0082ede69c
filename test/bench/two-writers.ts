import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Arena } from './arena.ts';
import type { Pace } from './measuring.ts';
import { fund, openLedger } from './ours.ts';
import { fundedCents, newChart } from './workload.ts';
import type { WriterReport, WriterTask } from './writer.child.ts';

export interface Writers {
  /** So many clients in each process at once; how many transfers each process made inside the window. */
  play: (clients: readonly number[], pace: Pace) => Promise<number[]>;
  close: () => Promise<void>;
}

const program = join(import.meta.dirname, 'writer.child.ts');

/** Two processes with a ledger each on one database, that pay into one account. */
export async function openWriters(arena: Arena): Promise<Writers> {
  const uri = arena.uriOf('writers');
  const chart = newChart();
  const prepared = await openLedger({ uri, maxPoolSize: 50 });
  await fund(prepared.ledger, [...chart.accounts, chart.hot], fundedCents);
  await prepared.close();
  const children = [fork(program, [uri]), fork(program, [uri])];
  const endAbruptly = () => {
    for (const child of children) child.kill('SIGKILL');
  };
  process.once('exit', endAbruptly);
  await Promise.all(children.map((child) => told(child)));
  return {
    play: (clients, pace) => {
      // Both begin at once, whatever time each takes to hear of it.
      const startsAt = Date.now() + 100;
      return Promise.all(
        clients.map(async (count, index) => {
          const child = children[index];
          if (!child) throw new Error('There are two writers');
          child.send({ chart, clients: count, startsAt, pace } satisfies WriterTask);
          return (await told(child)).posted;
        }),
      );
    },
    close: async () => {
      const exits = children.map((child) => once(child, 'exit'));
      for (const child of children) child.disconnect();
      await Promise.all(exits);
      process.off('exit', endAbruptly);
    },
  };
}

/** What the child says next; an error where it ends instead. */
function told(child: ChildProcess): Promise<WriterReport> {
  return new Promise((resolve, reject) => {
    const ended = () => {
      reject(new Error('A writer ended in the middle of the run'));
    };
    child.once('exit', ended);
    child.once('message', (report) => {
      child.off('exit', ended);
      resolve(report as WriterReport);
    });
  });
}
