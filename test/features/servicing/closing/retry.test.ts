import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import { dueLoans, indexOf } from '#features/servicing/closing/loan-steps.ts';
import { recordedOfAll } from '#features/servicing/life/recorded.ts';
import { loanModel, loanTransactionModel } from '#features/loans/index.ts';
import { newBorrower, openTestBank, type TestBank } from '#test/portal.ts';
import { isTrue, onDay, runStep } from '../autopay/autopay-story.ts';
import { fundedAccount, lend } from '../lender.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());
afterEach(() => isTrue(bank));

const steps = () => bank.services.servicing.steps;
const journals = () => bank.database.db.collection<{ _id: string; effectiveOn: string; kind: string }>('journals');
const loans = () => bank.database.db.collection<Loan>('loans');
const loanOf = async (loanId: string): Promise<Loan> =>
  present((await loans().findOne({ _id: loanId })) ?? undefined, 'The loan');
const chargesOf = async (loanId: string) =>
  (await bank.services.servicing.transactions({ loanId }, { page: 1, size: 50 })).transactions
    .filter(({ kind }) => kind === 'charge')
    .map(({ _id, on }) => ({ _id, on }));

const late = { code: 'late', when: 'event', taxPercent: rateOf('18'), amount: moneyOf(10_00n) } as const;

async function borrowed(disbursedOn: string) {
  await onDay(bank, disbursedOn);
  const { partyId, userId } = await newBorrower(bank);
  const accountId = await fundedAccount(bank, { partyId, amount: 20_000_00n });
  const terms = { principal: 6_000_00n, annualRate: '12', instalments: 12, disbursedOn };
  const penalty = { percentOf: 'overdue-principal', percent: rateOf('24'), graceDays: 3, basis: 'annual' } as const;
  const loan = await lend(bank, { partyId, accountId, ...terms, product: { fees: [late], penalty } });
  return { partyId, userId, accountId, loan, loanId: loan._id };
}

/** All of the loans' own steps for a date, at a business date. */
async function close(date: string, businessDate = date) {
  await onDay(bank, businessDate);
  for (const step of [steps().fallDue, steps().penalise, steps().classify])
    expect((await runStep(step, date)).failures).toEqual([]);
}

function pay(one: { accountId: string; partyId: string; loanId: string }, amount: bigint) {
  const { accountId, partyId, loanId } = one;
  const act = { kind: 'payment', from: { accountId }, amount: moneyOf(amount) } as const;
  return bank.services.servicing.act({ key: newId(), actor: 'test', channel: 'customer', loanId, partyId, act });
}

describe('A day that is retried when others are closed', () => {
  it('leaves a loan that was booked since as it is, and counts no days back', async () => {
    const one = await borrowed('2025-01-15');
    for (const day of ['2025-02-15', '2025-02-16', '2025-02-17', '2025-02-18']) await close(day);
    const counted = await loanOf(one.loanId);
    expect(counted).toMatchObject({ bookedOn: '2025-02-16', arrears: { daysPastDue: 3 } });
    await close('2025-02-16', '2025-02-19');
    expect(await loanOf(one.loanId)).toEqual(counted);
    expect(await pay(one, 100_00n)).toMatchObject({ ok: true });
    const paid = await loanOf(one.loanId);
    const before = await journals().countDocuments();
    await close('2025-02-16', '2025-02-19');
    expect(await loanOf(one.loanId)).toEqual(paid);
    expect(paid.bookedOn).toBe('2025-02-19');
    expect(await journals().countDocuments()).toBe(before);
    // An instance that is behind with the business date, too.
    await close('2025-02-16', '2025-02-16');
    expect(await loanOf(one.loanId)).toEqual(paid);
  });

  it('makes up for what was left, dated by the business date and never in a closed day', async () => {
    const one = await borrowed('2025-03-15');
    // The 15th to the 20th failed for this loan.
    const known = new Set((await journals().find().toArray()).map(({ _id }) => _id));
    await close('2025-04-15', '2025-04-21');
    const made = (await journals().find().toArray()).filter(({ _id }) => !known.has(_id) && _id.includes(one.loanId));
    expect(made.map(({ effectiveOn }) => effectiveOn)).toEqual(made.map(() => '2025-04-21'));
    expect(made.map(({ kind }) => kind).sort()).toEqual(['loan-accrual', 'loan-charge']);
    expect(await chargesOf(one.loanId)).toEqual([{ _id: `late-fee:${one.loanId}:1`, on: '2025-04-21' }]);
    // The 21st is not over yet.
    expect((await loanOf(one.loanId)).arrears).toMatchObject({ since: '2025-04-15' });
    const other = await borrowed('2025-05-15');
    await close('2025-06-15', '2025-06-18');
    expect(await loanOf(other.loanId)).toMatchObject({ bookedOn: '2025-06-17', arrears: { daysPastDue: 2 } });
    expect(await chargesOf(other.loanId)).toEqual([]);
  });
});

describe('A late fee', () => {
  it('that lost to a payment is charged all the same, once', async () => {
    const one = await borrowed('2025-07-15');
    await close('2025-08-15');
    await close('2025-08-16');
    await onDay(bank, '2025-08-19');
    // Somebody else is at the loan at the moment of posting: the guard is missed, and that answer stands under the key.
    const { ledger } = bank.services;
    const key = `late-fee:${one.loanId}:1`;
    const stands = { ...ledger };
    ledger.post = async (order) => {
      if (order.key === key) await loans().updateOne({ _id: one.loanId }, { $inc: { version: 1 } });
      return stands.post(order);
    };
    try {
      expect((await runStep(steps().penalise, '2025-08-19')).failures).toEqual([]);
    } finally {
      Object.assign(ledger, stands);
    }
    expect((await ledger.journal(key))?.refusal?.code).toBe('guard-missed');
    expect(await chargesOf(one.loanId)).toEqual([{ _id: `${key}:2`, on: '2025-08-19' }]);
    await runStep(steps().penalise, '2025-08-19');
    await close('2025-08-20');
    expect(await chargesOf(one.loanId)).toHaveLength(1);
  });

  it('is charged once by two instances while the borrower pays', async () => {
    const all = await Promise.all(['2025-09-15', '2025-09-15', '2025-09-15'].map((day) => borrowed(day)));
    await close('2025-10-15');
    await onDay(bank, '2025-10-19');
    const both = await Promise.all([
      runStep(steps().penalise, '2025-10-19'),
      runStep(steps().penalise, '2025-10-19'),
      ...all.map((one) => pay(one, 50_00n)),
    ]);
    expect(both.flatMap((one) => ('failures' in one ? one.failures : []))).toEqual([]);
    for (const { loanId } of all) expect(await chargesOf(loanId)).toHaveLength(1);
  });
});

describe('What is read of loans', () => {
  it('is complete, however little is read at once', async () => {
    const all = [await borrowed('2025-11-03'), await borrowed('2025-11-03'), await borrowed('2025-11-03')];
    for (const one of all) expect(await pay(one, 10_00n)).toMatchObject({ ok: true });
    const transactions = loanTransactionModel(bank.platform.database.connection);
    const ids = all.map(({ loanId }) => loanId);
    const found = await recordedOfAll({ transactions }, ids, 3);
    for (const id of ids) expect(found.get(id)?.map(({ number }) => number)).toEqual([1, 2]);
  });

  it('is never told without the latest transactions: the loan is named, and the others go on', async () => {
    const [full, other] = [await borrowed('2025-12-15'), await borrowed('2025-12-15')];
    const { db } = bank.database;
    const first = present(
      (await db.collection<LoanTransaction>('loanTransactions').findOne({ loanId: full.loanId })) ?? undefined,
      'The disbursal',
    );
    const many = Array.from({ length: 5_000 }, (_, index) => ({ ...first, _id: newId(), number: index + 2 }));
    await db.collection<LoanTransaction>('loanTransactions').insertMany(many);
    try {
      const { number } = full.loan;
      await expect(bank.services.servicing.tell({ loanId: full.loanId })).rejects.toThrow(number);
      await expect(bank.services.servicing.verifyProjections()).rejects.toThrow(number);
      await onDay(bank, '2026-01-15');
      const { failures } = await runStep(steps().fallDue, '2026-01-15');
      expect(failures.map(({ subject }) => subject)).toEqual([number]);
      expect((await loanOf(other.loanId)).bookedOn).toBe('2026-01-15');
    } finally {
      await db.collection<LoanTransaction>('loanTransactions').deleteMany({ _id: { $in: many.map(({ _id }) => _id) } });
    }
  });

  it('leaves loans that were written off out, by an index', async () => {
    const model = loanModel(bank.platform.database.connection);
    for (const after of [undefined, '2026-01-15 0']) {
      const query = dueLoans({ field: 'arrears.since', until: '2026-02-28', after });
      const explained = await model.collection
        .find(query as never)
        .sort({ 'arrears.since': 1, _id: 1 })
        .limit(500)
        .hint(indexOf['arrears.since'])
        .explain('queryPlanner');
      const { winningPlan } = (explained as { queryPlanner: { winningPlan: unknown } }).queryPlanner;
      const plan = JSON.stringify(winningPlan, (_name, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      expect(plan).toContain('state_1_arrears.since_1__id_1');
      expect(plan).not.toContain('"COLLSCAN"');
      expect(plan).not.toContain('"SORT"');
    }
    const one = await borrowed('2026-02-02');
    await close('2026-03-02');
    await close('2026-03-03');
    const act = { kind: 'write-off' } as const;
    const off = { key: newId(), actor: 'test', channel: 'staff', loanId: one.loanId, act } as const;
    expect(await bank.services.servicing.act(off)).toMatchObject({ ok: true });
    expect((await loanOf(one.loanId)).arrears.since).toBe('2026-03-02');
    const query = dueLoans({ field: 'arrears.since', until: '2026-03-31', after: undefined });
    const found = await loans()
      .find(query as never)
      .toArray();
    expect(found.length).toBeGreaterThan(0);
    expect(found.map(({ state }) => state)).not.toContain('written-off');
  });
});
