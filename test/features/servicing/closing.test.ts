import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import { dateOf, dateText } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { imbalance } from '#features/ledger/index.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import { dueNow } from '#features/servicing/life/due.ts';
import { newBorrower, openTestBank, type TestBank } from '#test/portal.ts';
import { fundedAccount, lend } from './lender.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const setDay = async (date: string) => {
  bank.clock.set(`${date}T10:00:00Z`);
  const days = bank.database.db.collection<{ _id: string }>('bank');
  await days.updateOne({ _id: 'business-date' }, { $set: { date } }, { upsert: true });
};
const closeUpTo = async (date: string) => {
  bank.clock.set(`${dateText(dateOf(date).add({ days: 1 }))}T10:00:00Z`);
  await bank.services.closeOfDay.closeDays({ to: dateOf(date), by: 'test' });
};
const loanOf = async (loanId: string): Promise<Loan> =>
  present(await bank.services.servicing.tell({ loanId }), 'The loan').loan;
const transactionsOf = async (loanId: string): Promise<LoanTransaction[]> =>
  (await bank.services.servicing.transactions({ loanId }, { page: 1, size: 100 })).transactions;

async function borrowed(disbursedOn: string, instalments = 12) {
  const { partyId, userId } = await newBorrower(bank);
  const accountId = await fundedAccount(bank, { partyId, amount: 20_000_00n });
  const loan = await lend(bank, {
    partyId,
    accountId,
    principal: 6_000_00n,
    annualRate: '12',
    instalments,
    disbursedOn,
    product: {
      fees: [{ code: 'late', when: 'event', taxPercent: rateOf('0'), amount: moneyOf(10_00n) }],
      penalty: { percentOf: 'overdue-principal', percent: rateOf('24'), graceDays: 3, basis: 'annual' },
    },
  });
  return { partyId, userId, accountId, loanId: loan._id };
}

const isSound = async () => {
  expect(imbalance(await bank.services.ledger.trialBalance())).toBe(0n);
  expect(await bank.services.servicing.verifyProjections()).toBeUndefined();
};

describe('The close of day', () => {
  it('books interest at month ends and due dates, counts days past due, charges and provides', async () => {
    await setDay('2025-01-15');
    const paid = await borrowed('2025-01-15');
    const late = await borrowed('2025-01-15');

    await closeUpTo('2025-01-31');
    const accrued = await loanOf(paid.loanId);
    // 6,000.00 at 1 % a month for 16 of the 31 days up to 15 February.
    expect(accrued.booked).toMatchObject({ interest: 30_97n, interestIncome: -30_97n, principal: 6_000_00n });
    expect(accrued).toMatchObject({ bookedOn: '2025-01-31', workOn: '2025-02-15' });
    await isSound();

    await closeUpTo('2025-02-14');
    await setDay('2025-02-15');
    const { run } = present(await bank.services.servicing.tell({ loanId: paid.loanId }), 'The loan');
    const { accountId, partyId, loanId } = paid;
    const payment = { kind: 'payment', from: { accountId }, shown: dueNow(run) } as const;
    const order = { key: newId(), actor: 'test', channel: 'customer', loanId, partyId, act: payment } as const;
    expect(await bank.services.servicing.act(order)).toMatchObject({ ok: true });

    await closeUpTo('2025-02-16');
    expect(await loanOf(paid.loanId)).toMatchObject({ arrears: { daysPastDue: 0, bucket: 'standard' } });
    const first = await loanOf(late.loanId);
    expect(first).toMatchObject({ arrears: { since: '2025-02-15', daysPastDue: 1, bucket: 'sma-0' } });
    // One per cent of what is outstanding, beside four tenths of the loan that pays.
    expect(first.booked).toMatchObject({ provision: -60_00n, provisionExpense: 60_00n });
    await isSound();

    await closeUpTo('2025-02-19');
    const charged = (await transactionsOf(late.loanId)).filter(({ kind }) => kind === 'charge');
    expect(charged).toMatchObject([
      { _id: `late-fee:${late.loanId}:1`, code: 'late', amount: 10_00n, channel: 'system' },
    ]);
    // The bank was shut for weeks: what fell due meanwhile is made up for, and counted from its own day.
    await setDay('2025-05-16');
    await closeUpTo('2025-05-18');
    const bad = await loanOf(late.loanId);
    expect(bad.arrears).toMatchObject({ bucket: 'substandard', daysPastDue: 92 });
    expect(bad.arrears.nonPerformingSince).toBe('2025-05-17');
    // Nothing unpaid counts as income: what was booked before went to suspense.
    expect(bad.booked).toMatchObject({ interestIncome: 0n, penaltyIncome: 0n });
    expect(bad.booked.interestSuspense).toBe(-(bad.booked.interest + bad.booked.penalties));
    expect((await transactionsOf(late.loanId)).filter(({ kind }) => kind === 'charge')).toHaveLength(3);
    await isSound();
  });

  it('does nothing twice, and closing later gives what closing on time gave', async () => {
    await setDay('2026-01-10');
    const onTime = await borrowed('2026-01-10');
    await setDay('2026-04-11');
    await closeUpTo('2026-04-12');
    const before = await loanOf(onTime.loanId);
    const { fallDue, penalise, classify } = bank.services.servicing.steps;
    const journals = await bank.database.db.collection('journals').countDocuments();
    for (const step of [fallDue, penalise, classify]) {
      await step.run({
        date: dateOf('2026-04-12'),
        cursor: undefined,
        signal: new AbortController().signal,
        check: () => undefined,
        progress: () => Promise.resolve(),
        explain: String,
      });
    }
    expect(await loanOf(onTime.loanId)).toEqual(before);
    expect(await bank.database.db.collection('journals').countDocuments()).toBe(journals);
    await isSound();
  });

  it('finds its loans by an index', async () => {
    const loans = bank.database.db.collection('loans');
    const after = {
      $or: [{ workOn: '2026-01-31', _id: { $gt: '0' } }, { workOn: { $gt: '2026-01-31', $lte: '2026-02-28' } }],
    };
    const explained = await loans
      .find(after as never)
      .sort({ workOn: 1, _id: 1 })
      .limit(200)
      .explain('queryPlanner');
    const plan = JSON.stringify(explained, (_name, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(plan).toContain('workOn_1__id_1');
    expect(plan).not.toContain('COLLSCAN');
    expect(plan).not.toContain('"SORT"');
  });
});
