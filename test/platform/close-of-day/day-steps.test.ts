import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dateOf, dateText } from '#core/calendar.ts';
import { ownBookId } from '#features/ledger/index.ts';
import { fundedAccount, order, sound, soundness } from '#test/ledger-builders.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

async function startOn({ clock, database }: TestBank, date: string): Promise<void> {
  clock.set(`${date}T12:00:00Z`);
  const records = database.db.collection<{ _id: string; date: string }>('bank');
  await records.updateOne({ _id: 'business-date' }, { $set: { date } }, { upsert: true });
}

const snapshots = () => bank.database.db.collection('ledgerSnapshots').find().sort({ on: 1 }).toArray();
const today = async () => dateText(await bank.platform.bankDay.today());

describe('the bank’s own steps of a day', () => {
  it('bring it to the calendar’s date, and keep the balances of a day only when it is over for good', async () => {
    await startOn(bank, '2026-03-17');
    const account = await fundedAccount(bank, 50_00n);
    const quiet = await fundedAccount(bank, 50_00n);
    const { closeOfDay, ledger } = bank.services;
    for (let more = 1; more < 20; more += 1)
      await ledger.post(order({ debit: ownBookId('cash', 'USD'), credit: account, cents: 1n, kind: 'deposit' }));
    await closeOfDay.follow();
    expect(await today()).toBe('2026-03-17');
    expect(await snapshots()).toEqual([]);
    bank.clock.set('2026-03-20T12:00:00Z');
    // Two minutes of two instances at once.
    await Promise.all([closeOfDay.follow(), closeOfDay.follow()]);
    await closeOfDay.closeDays({ to: dateOf('2026-03-19'), by: 'tester' });
    expect(await today()).toBe('2026-03-20');
    const kept = (await snapshots()).filter((one) => one.account === account);
    // An account is kept when it has moved by twenty entries: after that its last balance stands for the later days.
    expect(kept).toMatchObject([{ on: '2026-03-17', balance: -50_19n, seq: 20 }]);
    expect((await snapshots()).filter((one) => one.account === quiet)).toEqual([]);
    await closeOfDay.follow();
    expect(await snapshots()).toHaveLength(2);
    expect((await closeOfDay.list({ page: 1, size: 10 })).runs.map(({ _id, state }) => [_id, state])).toEqual([
      ['2026-03-19', 'done'],
      ['2026-03-18', 'done'],
      ['2026-03-17', 'done'],
    ]);
    expect(await soundness(bank)).toEqual(sound);
  });

  it('take customers’ postings meanwhile', async () => {
    const [from, to] = [await fundedAccount(bank, 50_00n), await fundedAccount(bank, 0n)];
    bank.clock.set('2026-03-24T12:00:00Z');
    const closing = bank.services.closeOfDay.closeDays({ to: dateOf('2026-03-23'), by: 'tester' });
    const posted: boolean[] = [];
    const ended = new AbortController();
    void closing.then(() => {
      ended.abort();
    });
    while (!ended.signal.aborted)
      posted.push((await bank.services.ledger.post(order({ debit: from, credit: to, cents: 1n }))).ok);
    await closing;
    expect([await today(), posted.length > 5, posted.every(Boolean)]).toEqual(['2026-03-24', true, true]);
    expect((await bank.services.ledger.balances([to])).get(to)?.balance).toBe(BigInt(posted.length));
    expect(await soundness(bank)).toEqual(sound);
  });

  it('move the date on before the scheduled transfers of the new day, and wait before interest and balances', () => {
    const names = bank.services.closeOfDay.steps.map(({ name }) => name);
    expect(names.slice(names.indexOf('advance'))).toEqual([
      ...['advance', 'transfers', 'offers', 'loan-invitations', 'identity-checks'],
      ...['settle', 'interest', 'snapshot'],
    ]);
  });

  it('are the same for a year that one process plays, without records', async () => {
    await bank.services.closeOfDay.playDay(dateOf('2026-03-24'));
    expect(await today()).toBe('2026-03-25');
    expect((await bank.services.closeOfDay.list({ page: 1, size: 10 })).total).toBe(7);
  });
});

describe('a bank that others post to', () => {
  it('moves on at once, and keeps nothing of the day before a minute has passed', async () => {
    const busy = await openTestBank({ settledMs: 60_000 });
    try {
      await startOn(busy, '2026-03-17');
      await fundedAccount(busy, 50_00n);
      await busy.services.closeOfDay.follow();
      busy.clock.set('2026-03-18T00:00:30Z');
      await busy.services.closeOfDay.follow();
      await busy.services.closeOfDay.follow();
      expect(dateText(await busy.platform.bankDay.today())).toBe('2026-03-18');
      expect(await busy.database.db.collection('ledgerSnapshots').countDocuments()).toBe(0);
      const [run] = (await busy.services.closeOfDay.list({ page: 1, size: 1 })).runs;
      expect(run).toMatchObject({ state: 'running' });
      expect((run?.notBefore?.getTime() ?? 0) - Date.now()).toBeGreaterThan(40_000);
    } finally {
      await busy.close();
    }
  });
});
