/**
 * A process that posts transfers of one cent as fast as it can and prints each key once it is acknowledged; the fault
 * tests kill it. Arguments: the database's URI, the account to take from, the account to give to.
 */
import { newId } from '#core/ids.ts';
import { createLedger } from '#features/ledger/index.ts';
import { systemClock } from '#platform/clock.ts';
import { connectMongo } from '#platform/mongo.ts';
import { order } from '#test/ledger-builders.ts';

const [uri = '', from = '', to = ''] = process.argv.slice(2);
const database = await connectMongo({ uri });
const ledger = createLedger({ database, clock: systemClock });

/** As a client should: what is not answered is asked again with the same key. */
async function settled(one: ReturnType<typeof order>): Promise<string> {
  for (;;) {
    const outcome = await ledger.post(one).catch(() => undefined);
    if (outcome) return outcome.ok ? 'posted' : outcome.refusal.code;
  }
}

async function postForever(): Promise<never> {
  for (;;) {
    const key = newId();
    const companions = [{ collection: 'receipts', kind: 'insert' as const, document: { _id: key } }];
    const outcome = await settled(order({ debit: from, credit: to, cents: 1n, key, companions }));
    process.stdout.write(`${outcome} ${key}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, postForever));
