import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dateText } from '#core/calendar.ts';
import { createBusinessDays } from '#src/business-days.ts';
import { fundedAccount, sound, soundness } from '#test/ledger-builders.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const snapshots = () => bank.database.db.collection('ledgerSnapshots').find().sort({ on: 1 }).toArray();

describe('the work of business dates', () => {
  it('brings the bank to the calendar’s date, and keeps the balances of a day only when it is over for good', async () => {
    bank.clock.set('2026-03-17T12:00:00Z');
    const account = await fundedAccount(bank, 50_00n);
    const days = createBusinessDays(bank, { settledMs: 0 });
    const hasty = createBusinessDays(bank);
    await days.run();
    expect(dateText(await bank.platform.bankDay.today())).toBe('2026-03-17');
    bank.clock.set('2026-03-20T12:00:00Z');
    await hasty.run();
    await hasty.run();
    expect(dateText(await bank.platform.bankDay.today())).toBe('2026-03-20');
    expect(await snapshots()).toEqual([]);
    await Promise.all([days.run(), createBusinessDays(bank, { settledMs: 0 }).run()]);
    await days.run();
    const kept = (await snapshots()).filter((one) => one.account === account);
    expect(kept).toMatchObject([{ on: '2026-03-19', balance: -50_00n, seq: 1 }]);
    await days.run();
    expect(await snapshots()).toHaveLength(2);
    expect(await soundness(bank)).toEqual(sound);
  });
});
