/**
 * A process that posts transfers of one cent as fast as it can and prints each key once it is acknowledged; the fault
 * tests kill it. Each transfer carries a receipt and a mail in the outbox. Arguments: the database's URI, the account to
 * take from, the account to give to, and `deliver` where it also delivers the mails meanwhile.
 */
import { newId } from '#core/ids.ts';
import { createLedger } from '#features/ledger/index.ts';
import { systemClock } from '#platform/clock.ts';
import { createLogger } from '#platform/logger.ts';
import { connectMongo } from '#platform/mongo.ts';
import { createOutbox } from '#platform/outbox.ts';
import { order } from '#test/ledger-builders.ts';
import { deliverMails, mailTopic } from './mails.ts';

const [uri = '', from = '', to = '', deliver = ''] = process.argv.slice(2);
// Whoever started this one holds the other end; it must not outlive them.
process.stdin.resume().once('end', () => {
  process.exit(1);
});
const database = await connectMongo({ uri });
const ledger = createLedger({ database, clock: systemClock });
const outbox = createOutbox({ database, clock: systemClock, logger: createLogger({ level: 'silent' }) });
if (deliver === 'deliver') {
  deliverMails({ database, outbox });
  outbox.start();
}

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
    const companions = [
      { collection: 'receipts', kind: 'insert' as const, document: { _id: key } },
      outbox.row({ topic: mailTopic, payload: { key } }),
    ];
    const outcome = await settled(order({ debit: from, credit: to, cents: 1n, key, companions }));
    process.stdout.write(`${outcome} ${key}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, postForever));
