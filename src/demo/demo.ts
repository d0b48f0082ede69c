import type { PlainDate } from '#core/calendar.ts';
import { present } from '#core/assert.ts';
import type { Role } from '#core/roles.ts';
import { commitTogether } from '#platform/companion.ts';
import { withLock } from '#platform/locks.ts';
import { DatabaseRefused, type Database } from '#platform/mongo.ts';
import type { Logger } from '#platform/logger.ts';
import { prepareBank, type Bank } from '../composition.ts';
import { createPlayedClock, playBank } from './play.ts';
import type { PlannedCustomer } from './plan.ts';
import { bringLoansUpToDate } from './standing.ts';
import { addSavings, addTransfers } from './star.ts';
import { createPlayedBankDay, type BankDay } from '#platform/bank-day.ts';
import type { Clock } from '#platform/clock.ts';

/** The sign-ins of a demonstration bank; never made in production (the configuration refuses demonstration data there). */
export const demoPassword = 'harbour lanterns at dusk';
export const demoSignIns = [
  { role: 'Borrower', email: 'borrower@demo.cloudbank.example' },
  { role: 'Loan officer', email: 'officer@demo.cloudbank.example' },
  { role: 'Senior officer', email: 'senior@demo.cloudbank.example' },
  { role: 'Fraud analyst', email: 'analyst@demo.cloudbank.example' },
  { role: 'Finance manager', email: 'finance@demo.cloudbank.example' },
  { role: 'Compliance officer', email: 'compliance@demo.cloudbank.example' },
  { role: 'Administrator', email: 'admin@demo.cloudbank.example' },
] as const;

const staffRoles: Record<string, Role> = {
  'Loan officer': 'officer',
  'Senior officer': 'senior-officer',
  'Fraud analyst': 'analyst',
  'Finance manager': 'finance',
  'Compliance officer': 'compliance',
  Administrator: 'administrator',
};

const demoSize = { customers: 90, months: 12, seed: 20_260_317 };
const starNumber = 1000;
const officerNumber = 999;

/** A bank whose services can be built again on another clock. */
export interface SeedableBank extends Bank {
  composeWith(time: { clock: Clock; bankDay: BankDay }): Bank;
}

interface DemoRecord {
  _id: 'demo';
  state: 'running' | 'done';
}

/** Fills an empty bank with the demonstration, once; a demonstration that was interrupted is begun anew. */
export async function seedDemoOnce(options: { bank: SeedableBank; logger: Logger }): Promise<void> {
  const { bank, logger } = options;
  const { database } = bank.platform;
  await alone(database, async (signal) => {
    const record = await database.db.collection<DemoRecord>('bank').findOne({ _id: 'demo' });
    if (record?.state === 'done') return;
    if (record?.state === 'running') await startOver(bank);
    else if (!(await isEmpty(database))) return;
    await play({
      bank,
      signal,
      ...demoSize,
      progress: (sentence) => {
        logger.info(sentence);
      },
    });
  });
}

/** One instance or command at a time plays, or throws away, a demonstration. */
function alone<T>(database: Database, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return withLock(database, { name: 'demo-seed', holdMs: 30_000, waitMs: 300_000 }, work);
}

async function isEmpty(database: Database): Promise<boolean> {
  return (await database.db.collection('parties').findOne({}, { projection: { _id: 1 } })) === null;
}

async function refuseUnlessEmpty(database: Database): Promise<void> {
  if (await isEmpty(database)) return;
  throw new DatabaseRefused('This bank has customers already. Empty it first with npm run reset');
}

/** A half-played demonstration is nobody's, unless somebody came to use the bank meanwhile: then nothing is dropped. */
async function startOver(bank: SeedableBank): Promise<void> {
  const { db } = bank.platform.database;
  const own = demoSignIns.map(({ email }) => bank.platform.vault.blindIndex('email', email));
  const stranger = { passwordHash: { $ne: null }, emailIndex: { $nin: own } };
  if (await db.collection('users').findOne(stranger, { projection: { _id: 1 } })) {
    throw new DatabaseRefused(
      'The demonstration was interrupted, and somebody has registered at this bank since. Nothing was deleted; empty the bank with npm run reset',
    );
  }
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
    if (name !== 'locks') await db.dropCollection(name);
  }
  await prepareBank(bank);
}

export interface SeedOptions {
  bank: SeedableBank;
  customers: number;
  months: number;
  seed: number;
  progress: (sentence: string) => void;
}

/** Fills an empty bank with a demonstration of that size; refuses one that has customers. */
export async function seedDemo(options: SeedOptions): Promise<{ customers: number; loans: number }> {
  const { database } = options.bank.platform;
  await refuseUnlessEmpty(database);
  return alone(database, async (signal) => {
    // Another instance may have filled it while this one waited.
    await refuseUnlessEmpty(database);
    return play({ ...options, signal });
  });
}

/** Plays a demonstration bank of that size up to today, with the sign-ins of every role. */
async function play(options: SeedOptions & { signal: AbortSignal }): Promise<{ customers: number; loans: number }> {
  const { bank, progress, signal } = options;
  const records = bank.platform.database.db.collection<DemoRecord>('bank');
  const to = bank.platform.bankDay.calendarToday();
  const clock = createPlayedClock(bank.platform.timeZone);
  const bankDay = createPlayedBankDay(bank.platform.bankDay);
  const played = bank.composeWith({ clock, bankDay });
  const started = performance.now();
  await records.updateOne({ _id: 'demo' }, { $set: { state: 'running' } }, { upsert: true });
  clock.setDay(to.subtract({ months: options.months }));
  const staff = await addStaff(played);
  const officerId = present(staff.get('officer'), 'The loan officer');
  const officer = { userId: officerId, partyId: undefined };
  const seniorId = present(staff.get('senior-officer'), 'The senior officer');
  const senior = { userId: seniorId, partyId: undefined, roles: ['senior-officer'] } as const;
  const extra = [demoBorrower(to, options.months), officersOwnFile(to)];
  const result = await playBank({ ...options, bank: played, clock, officer, senior, to, extra });
  signal.throwIfAborted();
  await bringLoansUpToDate(played, { date: to, signal });
  await bankDay.keep();
  const partyId = present(result.partyOf(starNumber), 'The borrower to sign in as');
  const neighbour = present(result.partyOf(officerNumber), 'The officer’s own file');
  await addSavings(played, partyId);
  await addTransfers(played, { partyId, payeeParty: neighbour });
  await bank.services.identity.linkParty(officerId, neighbour);
  await bank.platform.outbox.drain();
  await played.services.ledger.stop();
  await bank.services.ledger.seal();
  await bank.platform.audit.seal();
  await records.updateOne({ _id: 'demo' }, { $set: { state: 'done' } });
  const seconds = Math.trunc((performance.now() - started) / 1_000);
  progress(
    `The demonstration bank is ready: ${result.customers} customers, ${result.loans} loans, made in ${seconds} s`,
  );
  return { customers: result.customers, loans: result.loans };
}

/** One user for each staff role; gives their ids by role. */
async function addStaff(bank: Bank): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const { role: displayName, email } of demoSignIns) {
    const role = staffRoles[displayName];
    if (role === undefined) continue;
    const user = await bank.services.identity.newUser({ email, password: demoPassword, roles: [role], displayName });
    await commitTogether(bank.platform.database, [user]);
    ids.set(role, user.document._id);
  }
  return ids;
}

/** The borrower to sign in as: a loan that runs, an offer to answer, an application to finish. */
function demoBorrower(to: PlainDate, months: number): PlannedCustomer {
  const joinedOn = to.subtract({ months });
  return {
    number: starNumber,
    joinedOn,
    incomeUnits: 6_200,
    payday: 25,
    signIn: { email: demoSignIns[0].email, password: demoPassword },
    loans: [
      {
        product: 'personal',
        amountUnits: 18_000,
        instalments: 24,
        appliedOn: joinedOn.add({ days: 14 }),
        fate: 'on-time',
        missed: 0,
        prepays: { afterPayments: 4, parts: 12n, effect: 'shorten-term' },
      },
      {
        product: 'vehicle',
        amountUnits: 14_500,
        instalments: 48,
        appliedOn: to.subtract({ days: 3 }),
        fate: 'offered',
        missed: 0,
      },
      {
        product: 'business',
        amountUnits: 9_000,
        instalments: 24,
        appliedOn: to.subtract({ days: 1 }),
        fate: 'draft',
        missed: 0,
      },
    ],
  };
}

/** The loan officer is a customer too, so that it can be seen that nobody decides on their own file. */
function officersOwnFile(to: PlainDate): PlannedCustomer {
  return {
    number: officerNumber,
    joinedOn: to.subtract({ months: 1 }),
    incomeUnits: 5_100,
    payday: 27,
    loans: [
      {
        product: 'personal',
        amountUnits: 6_000,
        instalments: 24,
        appliedOn: to.subtract({ days: 2 }),
        fate: 'submitted',
        missed: 0,
      },
    ],
  };
}
