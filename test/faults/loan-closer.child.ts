/**
 * A process that closes days of a bank with loans, all steps as in production; the fault tests kill it. Arguments: the
 * database's URI, a directory for its keys, and the last day to close.
 */
import { join } from 'node:path';
import { dateOf } from '#core/calendar.ts';
import { createCloseOfDay } from '#platform/close-of-day/close-of-day.ts';
import { createLogger } from '#platform/logger.ts';
import { connectMongo } from '#platform/mongo.ts';
import { createLocalKms } from '#platform/vault/local-kms.ts';
import { composeBank } from '#src/composition.ts';
import { daySteps } from '#src/day-steps.ts';

const [uri = '', keys = '', to = ''] = process.argv.slice(2);
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
const { transfers, underwriting, kyc, participants, accounts, ledger, servicing } = bank.services;
const { rates, fallDue, penalise, classify } = servicing.steps;
const loanSteps = [rates, fallDue, penalise, classify];
const parts = {
  ...bank,
  kyc,
  participants,
  transfers,
  underwriting,
  interest: accounts.interest,
  ledger,
  loanSteps,
  settledMs: 0,
};
const closeOfDay = createCloseOfDay(bank.platform, { steps: daySteps(parts), leaseMs: 500 });
process.stdout.write('begun\n');
const { state } = await closeOfDay.closeDays({ to: dateOf(to), by: 'tester' });
await ledger.stop();
await database.close();
process.stdout.write(`${state}\n`);
process.exit(0);
