import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from '#platform/locks.ts';
import { newBorrower, openTestBank, type TestBank } from '#test/portal.ts';
import { demoPassword, demoSignIns, seedDemo, seedDemoOnce, type SeedableBank } from '#src/demo/demo.ts';
import { createPlayedClock, playBank } from '#src/demo/play.ts';

let bank: TestBank;
/** A bank that tells by its fault that the playing has begun. */
let seedable: SeedableBank;
beforeEach(async () => {
  bank = await openTestBank();
  const composeWith = () => {
    throw new Error('The playing has begun');
  };
  seedable = { ...bank, composeWith };
});
afterEach(() => bank.close());

const size = { customers: 1, months: 1, seed: 1, progress: () => undefined };
const interrupted = () =>
  bank.database.db.collection<{ _id: string; state: string }>('bank').insertOne({ _id: 'demo', state: 'running' });
const parties = () => bank.database.db.collection('parties').countDocuments();

describe('the demonstration', () => {
  it('is not played by a command while another instance plays it', async () => {
    const lock = { name: 'demo-seed', holdMs: 30_000, waitMs: 0 };
    const seeding = await withLock(bank.database, lock, async () => {
      const begun = seedDemo({ bank: seedable, ...size }).catch((error: unknown) => error);
      await Promise.race([begun, wait(300)]);
      await newBorrower(bank);
      return { begun };
    });
    expect(await seeding.begun).toMatchObject({ message: expect.stringContaining('has customers already') as string });
  });

  it('that was interrupted is begun anew', async () => {
    await interrupted();
    await bank.services.customers.register({ fullName: 'Borrower 1', email: 'b1@demo.example', phone: '' });
    const password = demoPassword;
    await bank.services.customers.register({ fullName: 'B', email: demoSignIns[0].email, phone: '', password });
    const again = seedDemoOnce({ bank: seedable, logger: bank.platform.logger });
    await expect(again).rejects.toThrow('The playing has begun');
    expect(await parties()).toBe(0);
  });

  it('that was interrupted is left alone where somebody has registered since', async () => {
    await interrupted();
    await newBorrower(bank);
    const again = seedDemoOnce({ bank: seedable, logger: bank.platform.logger });
    await expect(again).rejects.toThrow('npm run reset');
    expect(await parties()).toBe(1);
  });

  it('ends on the day its lock was lost', async () => {
    const clock = createPlayedClock('UTC');
    const officer = { userId: 'officer-1', partyId: undefined };
    const senior = { userId: 'senior-1', partyId: undefined, roles: ['senior-officer'] } as const;
    const to = bank.platform.bankDay.calendarToday();
    const signal = AbortSignal.abort(new Error('The lock was lost'));
    await expect(playBank({ ...size, bank, clock, officer, senior, to, signal })).rejects.toThrow('The lock was lost');
    expect(await parties()).toBe(0);
  });
});
