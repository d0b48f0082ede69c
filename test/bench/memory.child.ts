/**
 * Posts transfers from 128 clients and reports its memory after each so many, garbage collected. Arguments: the
 * database's URI, how many transfers, after how many a report.
 */
import { fund, openLedger } from './ours.ts';
import { fundedCents, newChart, uniform } from './workload.ts';

export interface MemorySample {
  transfers: number;
  heapUsedBytes: number;
  rssBytes: number;
  perSecond: number;
}

const clients = 128;
const [uri = '', transfersText = '', everyText = ''] = process.argv.slice(2);
const [transfers, every] = [Number(transfersText), Number(everyText)];
const { ledger, close } = await openLedger({ uri, maxPoolSize: 150 });
const chart = newChart();
await fund(ledger, chart.accounts, fundedCents);

async function post(count: number): Promise<void> {
  let begun = 0;
  const client = async () => {
    while (begun < count) {
      begun += 1;
      const outcome = await ledger.post(uniform(chart));
      if (!outcome.ok) throw new Error(`A transfer was refused: ${outcome.refusal.code}`);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  await ledger.settle();
}

for (let done = every; done <= transfers; done += every) {
  const started = performance.now();
  await post(every);
  const perSecond = Math.round(every / ((performance.now() - started) / 1_000));
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  process.send?.({ transfers: done, heapUsedBytes: heapUsed, rssBytes: rss, perSecond } satisfies MemorySample);
}
await close();
process.disconnect?.();
