/**
 * A process that closes days on a bank of its own composition, with two steps for loans that post and note; the fault tests
 * kill it. Arguments: the database's URI, a directory for its keys, the last day to close, and where to halt: a step with
 * a subject's number, `begin` or `end`, such as `autopay 17`. It says `halted` there and waits to be killed.
 */
import { join } from 'node:path';
import { dateOf, dateText } from '#core/calendar.ts';
import { moneyOf, negate } from '#core/money.ts';
import { hashRequest, ownBookId } from '#features/ledger/index.ts';
import { createCloseOfDay } from '#platform/close-of-day/close-of-day.ts';
import { eachBatch } from '#platform/close-of-day/each-batch.ts';
import type { DayStep } from '#platform/close-of-day/step.ts';
import { createLogger } from '#platform/logger.ts';
import { connectMongo } from '#platform/mongo.ts';
import { createLocalKms } from '#platform/vault/local-kms.ts';
import { composeBank } from '#src/composition.ts';
import { daySteps } from '#src/day-steps.ts';

const [uri = '', keys = '', to = '', haltStep = '', haltAt = ''] = process.argv.slice(2);
// Whoever started this one holds the other end; it must not outlive them.
process.stdin.resume().once('end', () => {
  process.exit(1);
});
const database = await connectMongo({ uri });
const now = dateOf(to).add({ days: 1 }).toZonedDateTime({ timeZone: 'UTC', plainTime: '01:00' }).toInstant();
const bank = composeBank({
  ...{ database, clock: { now: () => now }, logger: createLogger({ level: 'silent' }) },
  kms: await createLocalKms(join(keys, 'master-key')),
  secrets: { peppers: [{ id: 'a', secret: 'x'.repeat(40) }], blindIndexKey: 'y'.repeat(40) },
  ...{ bcryptCost: 4, currency: 'USD', locale: 'en-US', timeZone: 'UTC', country: 'US' },
});
const { ledger } = bank.services;

async function haltHere(step: string, point: string): Promise<void> {
  if (step !== haltStep || point !== haltAt) return;
  process.stdout.write('halted\n');
  await new Promise(() => undefined);
}

/** Takes a dollar from every account on every day: a key each, so that none is taken twice. */
const autopay: DayStep = {
  name: 'autopay',
  title: 'Autopay',
  run: (day) =>
    eachBatch(day, {
      page: (after = '') =>
        accounts()
          .find({ 'owner.type': 'account', _id: { $gt: after } })
          .sort({ _id: 1 })
          .limit(8)
          .toArray(),
      cursorOf: ({ _id }) => _id,
      subjectOf: ({ _id }) => _id,
      count: () => accounts().countDocuments({ 'owner.type': 'account' }),
      atOnce: 4,
      work: async ({ _id, name }) => {
        await haltHere('autopay', name);
        const amount = moneyOf(1_00n);
        const key = `autopay:${dateText(day.date)}:${_id}`;
        const outcome = await ledger.post({
          ...{ key, requestHash: hashRequest({ key }), kind: 'autopay', currency: 'USD', effectiveOn: day.date },
          ...{ actor: 'close-of-day', reference: 'a test' },
          postings: [
            { account: _id, amount },
            { account: ownBookId('cash', 'USD'), amount: negate(amount) },
          ],
        });
        return outcome.ok ? undefined : outcome.refusal.code;
      },
    }),
};
const accounts = () => database.db.collection<{ _id: string; name: string }>('ledgerAccounts');

const loanSteps = [autopay];
const { transfers, underwriting, kyc, participants, accounts: deposits } = bank.services;
const parts = {
  ...bank,
  kyc,
  participants,
  transfers,
  underwriting,
  interest: deposits.interest,
  ledger,
  loanSteps,
  settledMs: 0,
};
const steps = daySteps(parts).map((step) => ({
  ...step,
  run: async (day: Parameters<DayStep['run']>[0]) => {
    await haltHere(step.name, 'begin');
    await step.run(day);
    await haltHere(step.name, 'end');
  },
}));
const closeOfDay = createCloseOfDay(bank.platform, { steps, leaseMs: 1_000 });
const { state } = await closeOfDay.closeDays({ to: dateOf(to), by: 'tester' });
await ledger.stop();
await database.close();
process.stdout.write(`${state}\n`);
process.exit(0);
