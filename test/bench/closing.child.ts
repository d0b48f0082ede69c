/**
 * A bank with a book of loans that closes the days it is told to, with all steps as in production. Arguments: the
 * database's URI and, for the process that lends the book and then ends, how many loans: what lending holds in memory
 * is not what closing does.
 */
import { dateOf } from '#core/calendar.ts';
import { openTestBank } from '#test/portal.ts';
import { lendBook } from './loan-book.ts';

export interface ClosedDay {
  seconds: number;
  peakRssBytes: number;
  heapUsedBytes: number;
  posted: number;
}

const [uri = '', loansText] = process.argv.slice(2);
const bank = await openTestBank({ uri });
if (loansText !== undefined) {
  await lendBook(bank, Number(loansText));
  await bank.services.ledger.stop();
  await bank.database.close();
  process.exit(0);
}
const ready: ClosedDay = { seconds: 0, peakRssBytes: 0, heapUsedBytes: 0, posted: 0 };
process.send?.(ready);
process.on('disconnect', () => process.exit(0));

process.on('message', (date) => {
  if (typeof date === 'string') void close(date);
});

async function close(date: string): Promise<void> {
  const { db } = bank.database;
  await db
    .collection<{ _id: string }>('bank')
    .updateOne({ _id: 'business-date' }, { $set: { date } }, { upsert: true });
  const day = dateOf(date);
  bank.clock.set(`${day.add({ days: 1 }).toString()}T01:00:00Z`);
  globalThis.gc?.();
  let peakRssBytes = 0;
  const watch = setInterval(() => {
    peakRssBytes = Math.max(peakRssBytes, process.memoryUsage.rss());
  }, 100);
  const before = await db.collection('journals').estimatedDocumentCount();
  const started = performance.now();
  const { state } = await bank.services.closeOfDay.closeDays({ to: day, by: 'bench' });
  const seconds = (performance.now() - started) / 1_000;
  clearInterval(watch);
  if (state !== 'closed') throw new Error(`The day was not closed: ${state}`);
  const run = await bank.services.closeOfDay.find(day);
  if (run?.steps.some((step) => step.failed > 0)) throw new Error('A loan of the benchmark could not be closed');
  await bank.services.ledger.settle();
  globalThis.gc?.();
  const posted = (await db.collection('journals').estimatedDocumentCount()) - before;
  process.send?.({ seconds, peakRssBytes, heapUsedBytes: process.memoryUsage().heapUsed, posted } satisfies ClosedDay);
}
