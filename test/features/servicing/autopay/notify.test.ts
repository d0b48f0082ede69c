import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import type { Loan } from '#features/loans/index.ts';
import { newBorrower, openTestBank, type TestBank } from '#test/portal.ts';
import { closeDay, instalmentOf, isTrue, noticesOf, onDay, runStep, withAutopay } from './autopay-story.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());
afterEach(() => isTrue(bank));

async function story(facts: Parameters<typeof withAutopay>[2] = {}) {
  return withAutopay(bank, await newBorrower(bank), facts);
}

const titles = async (one: { partyId: string }) => (await noticesOf(bank, one)).map(({ title }) => title);
const money = (amount: bigint) => bank.platform.formats.moneyWithCurrency(moneyOf(amount));

describe('reminders', () => {
  it('come three days before with amount, date and account, once however often the step is run', async () => {
    const one = await story({ disbursedOn: '2025-01-31' });
    const instalment = await instalmentOf(bank, one);
    await closeDay(bank, '2025-02-24');
    expect(await titles(one)).toEqual(['Autopay is set up']);
    const { notify } = bank.services.autopay.steps;
    for (const day of ['2025-02-25', '2025-02-25']) await closeDay(bank, day);
    await Promise.all([runStep(notify, '2025-02-25'), runStep(notify, '2025-02-25', '0 ')]);
    await bank.platform.outbox.drain();
    const [, reminder, ...more] = await noticesOf(bank, one);
    expect(more).toEqual([]);
    expect(reminder?.title).toBe(`Autopay takes ${money(instalment)} on 28 February 2025`);
    const account = await bank.services.accounts.findOwn(one.partyId, one.accountId);
    expect(reminder?.text).toContain(account?.masked);
    await closeDay(bank, '2025-02-28');
    expect((await noticesOf(bank, one)).at(-1)).toMatchObject({
      title: 'Instalment 1 is paid',
      text: `Autopay took ${money(instalment)} for loan ${one.loan.number} on 28 February 2025. Your receipt is ready.`,
    });
  });

  it('warn where the balance is too low at that moment', async () => {
    const one = await story({ disbursedOn: '2025-03-10', balance: 100_00n });
    const instalment = await instalmentOf(bank, one);
    await closeDay(bank, '2025-04-07');
    const [, reminder] = await noticesOf(bank, one);
    expect(reminder?.title).toBe('Add money for autopay by 10 April 2025');
    expect(reminder?.text).toContain(`${money(instalment - 100_00n)} too little`);
  });

  it('name what is overdue as well, and say nothing where all is paid', async () => {
    const one = await story({ disbursedOn: '2025-03-11', balance: 0n });
    const instalment = await instalmentOf(bank, one);
    for (const day of ['2025-04-11', '2025-04-13', '2025-04-16', '2025-05-08']) await closeDay(bank, day);
    expect((await noticesOf(bank, one)).at(-1)?.text).toContain(`we take ${money(2n * instalment)}`);
  });

  it('go to borrowers without autopay too', async () => {
    const one = await story({ disbursedOn: '2025-03-12' });
    const { autopay } = bank.services;
    await autopay.cancel({ actor: one.userId, partyId: one.partyId, loanId: one.loanId, version: 1 });
    for (const day of ['2025-04-09', '2025-04-09', '2025-04-10']) await closeDay(bank, day);
    const told = (await noticesOf(bank, one)).filter(({ title }) => title.includes('is due on'));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ href: `/loans/${one.loanId}/pay` });
  });

  it('pause a mandate whose account is gone before it is needed', async () => {
    const one = await story({ disbursedOn: '2025-03-13' });
    const accounts = bank.platform.database.db.collection<{ _id: string }>('accounts');
    await accounts.updateOne({ _id: one.accountId }, { $set: { holders: [newId()] } });
    await closeDay(bank, '2025-04-10');
    expect(await titles(one)).toEqual([
      'Autopay is set up',
      'Autopay is paused',
      expect.stringContaining('is due on 13 April 2025'),
    ]);
  });
});

describe('overdue notices', () => {
  it('come on days 1, 7, 15, 30, 60 and 90, each once', async () => {
    const one = await story({ disbursedOn: '2025-06-02' });
    const { autopay } = bank.services;
    await autopay.cancel({ actor: one.userId, partyId: one.partyId, loanId: one.loanId, version: 1 });
    const first = Temporal.PlainDate.from('2025-07-02');
    for (let days = 0; days <= 92; days += 1) {
      const date = first.add({ days }).toString();
      await onDay(bank, date);
      const { fallDue, classify } = bank.services.servicing.steps;
      for (const step of [fallDue, classify, autopay.steps.notify]) await runStep(step, date);
    }
    await bank.platform.outbox.drain();
    const late = (await titles(one)).filter((title) => title.includes('overdue'));
    expect(late).toEqual(
      ['1 day', '7 days', '15 days', '30 days', '60 days', '90 days'].map((days) => `Your loan is ${days} overdue`),
    );
  }, 60_000);

  it('say when autopay tries again', async () => {
    const one = await story({ disbursedOn: '2025-06-20', balance: 0n });
    for (const day of ['2025-07-20', '2025-07-21']) await closeDay(bank, day);
    const last = (await noticesOf(bank, one)).at(-1);
    expect(last?.title).toBe('Your loan is 1 day overdue');
    expect(last?.text).toContain('Autopay tries again on 22 July 2025');
  });
});

describe('the indexes', () => {
  it('are all that the step reads', async () => {
    const { db } = bank.platform.database;
    const after = { $gt: newId() };
    const loans = db.collection<Loan>('loans');
    const queries = [
      db.collection<{ _id: string }>('mandates').find({ state: 'active', remindFor: '2025-04-10', _id: after }),
      loans.find({ state: 'active', nextDueOn: '2025-04-10', _id: after }),
      loans.find({ state: 'active', 'arrears.since': { $in: ['2025-04-10', '2025-04-03'] }, _id: after }),
    ];
    for (const query of queries) {
      const explained = await query.sort({ _id: 1 }).limit(10).explain('queryPlanner');
      const plan = JSON.stringify((explained as { queryPlanner: { winningPlan: unknown } }).queryPlanner.winningPlan);
      expect(plan).toContain('IXSCAN');
      expect(plan).not.toContain('"SORT"');
    }
  });
});
