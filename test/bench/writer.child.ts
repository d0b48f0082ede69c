/** One of two processes that pay into the same account. Argument: the database's URI. */
import { createLedger } from '#features/ledger/index.ts';
import { systemClock } from '#platform/clock.ts';
import { connectMongo } from '#platform/mongo.ts';
import type { Pace } from './measuring.ts';
import { hot, type Chart } from './workload.ts';

export interface WriterTask {
  chart: Chart;
  clients: number;
  /** Milliseconds since the epoch: the clock that both processes share. */
  startsAt: number;
  pace: Pace;
}

export interface WriterReport {
  posted: number;
}

const [uri = ''] = process.argv.slice(2);
const database = await connectMongo({ uri, maxPoolSize: 150 });
const ledger = createLedger({ database, clock: systemClock });

async function play({ chart, clients, startsAt, pace }: WriterTask): Promise<WriterReport> {
  const from = startsAt + pace.warmUpMs;
  const until = from + pace.measureMs;
  let posted = 0;
  await new Promise((resolve) => setTimeout(resolve, startsAt - Date.now()));
  const client = async () => {
    for (let now = Date.now(); now < until;) {
      const outcome = await ledger.post(hot(chart));
      if (!outcome.ok) throw new Error(`A transfer was refused: ${outcome.refusal.code}`);
      now = Date.now();
      if (now >= from && now < until) posted += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  await ledger.settle();
  return { posted };
}

process.on('message', (task) => {
  void play(task as WriterTask).then((report) => process.send?.(report));
});
// The parent lets go when it is done, or has ended.
process.on('disconnect', () => {
  void ledger
    .stop()
    .then(() => database.close())
    .finally(() => process.exit(0));
});
process.send?.({ posted: 0 } satisfies WriterReport);
