import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { imbalance } from '#features/ledger/index.ts';
import { loanAccounts, type Loan } from '#features/loans/index.ts';
import { newBorrower, openTestBank, type TestBank } from '#test/portal.ts';
import { dueNow } from '#features/servicing/life/due.ts';
import type { Act, ActOrder } from '#features/servicing/life/act.ts';
import { fundedAccount, lend } from './lender.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
  // The first due date of every loan here.
  const days = bank.database.db.collection<{ _id: string }>('bank');
  await days.updateOne({ _id: 'business-date' }, { $set: { date: '2025-04-03' } }, { upsert: true });
});
afterAll(() => bank.close());

/** A borrower with a loan of 12 instalments paid out into an account that holds the loan and nothing else. */
async function borrowerWithLoan(lent: { principal?: bigint; instalments?: number; balance?: bigint } = {}) {
  const { partyId, userId } = await newBorrower(bank);
  const accountId = await fundedAccount(bank, { partyId, amount: lent.balance ?? 0n });
  const terms = { principal: lent.principal ?? 6_000_00n, instalments: lent.instalments ?? 12 };
  const loan = await lend(bank, { partyId, accountId, ...terms });
  return { partyId, userId, accountId, loan };
}

type Borrower = Awaited<ReturnType<typeof borrowerWithLoan>>;

/** Pays exactly what the page showed of an instalment. */
function orderFor({ partyId, userId, accountId, loan }: Borrower, n = 1) {
  const { total } = present(
    loan.instalments.find((one) => one.n === n),
    'The row',
  );
  const whose = { actor: userId, channel: 'customer' as const, partyId, loanId: loan._id };
  return { ...whose, key: newId(), act: { kind: 'payment' as const, from: { accountId }, shown: total } };
}

const stored = async ({ partyId, loan }: Pick<Borrower, 'partyId' | 'loan'>): Promise<Loan> =>
  present(await bank.services.servicing.findOwn(partyId, loan._id), 'The loan');
const balanceOf = async (account: string) => (await bank.services.ledger.balances([account])).get(account)?.balance;
const pay = (order: ActOrder) => bank.services.servicing.act(order);
/** What is to be paid next, as a page would show it now. */
async function nextOf(borrower: Borrower): Promise<ActOrder> {
  const told = present(await bank.services.servicing.tell({ loanId: borrower.loan._id }), 'The loan');
  const order = orderFor(borrower);
  return { ...order, act: { ...order.act, shown: dueNow(told.run) } };
}
/** Everything that a payment could have changed. */
async function state(borrower: Borrower) {
  const { loan, partyId, accountId } = borrower;
  const page = { page: 1, size: 100 };
  return {
    loan: await stored(borrower),
    transactions: await bank.services.servicing.transactions({ partyId, loanId: loan._id }, page),
    balance: await balanceOf(accountId),
    audited: await bank.database.db.collection('auditEntries').countDocuments({ 'subject.id': loan._id }),
    notices: await bank.database.db.collection('outbox').countDocuments({ 'payload.partyId': partyId }),
  };
}

describe('Paying an instalment on its due date', () => {
  it('moves the money, settles the instalment and tells the borrower, all in one journal', async () => {
    const borrower = await borrowerWithLoan();
    const before = await state(borrower);
    const order = orderFor(borrower);
    expect(await pay(order)).toEqual({ ok: true, value: { key: order.key, replayed: false } });

    const row = present(borrower.loan.instalments[0], 'The first row');
    const after = await state(borrower);
    const today = (await bank.platform.bankDay.today()).toString();
    expect(after.loan).toMatchObject({ version: 2, paidInstalments: 1, nextDueOn: '2025-05-03', state: 'active' });
    expect(after.loan.instalments[0]).toMatchObject({ paidOn: today, paidBy: order.key });
    expect(after.loan.outstandingPrincipal).toBe(row.balance);
    expect(await balanceOf(loanAccounts(borrower.loan._id).principal)).toBe(row.balance);
    expect(after.balance).toBe(present(before.balance, 'The balance') - row.total);
    expect(after.transactions.transactions[0]).toMatchObject({ _id: order.key, number: 2, instalment: 1 });
    expect(after.audited).toBe(before.audited + 1);
    expect(after.notices).toBe(before.notices + 1);
    expect(await bank.services.servicing.payment({ ...borrower, key: order.key })).toMatchObject({ amount: row.total });
  });

  it('closes the loan with the last instalment', async () => {
    const borrower = await borrowerWithLoan({ instalments: 6, principal: 3_000_00n, balance: 500_00n });
    for (let n = 1; n <= 6; n += 1) expect((await pay(await nextOf(borrower))).ok).toBe(true);
    const loan = await stored(borrower);
    expect(loan).toMatchObject({ state: 'closed', outstandingPrincipal: 0n, paidInstalments: 6, nextDueOn: null });
    expect(loan.closedOn).toBe((await bank.platform.bankDay.today()).toString());
    expect(await pay(orderFor(borrower, 6))).toMatchObject({ ok: false, refusal: { code: 'loan-not-active' } });
  });

  it('leaves the whole bank balanced and every loan as its replay says', async () => {
    expect(imbalance(await bank.services.ledger.trialBalance())).toBe(0n);
    expect(await bank.services.servicing.verifyProjections()).toBeUndefined();
    expect(await bank.services.ledger.verify()).toBeUndefined();
  });
});

describe('What is refused', () => {
  it.each<[string, Act, string]>([
    ['more than is owed', { kind: 'payment', from: 'cash', amount: moneyOf(90_000_00n) }, 'too-much'],
    ['nothing', { kind: 'payment', from: 'cash', amount: moneyOf(0n) }, 'not-positive'],
    ['another amount than is due now', { kind: 'payment', from: 'cash', shown: moneyOf(1n) }, 'amount-changed'],
    ['a quote that is not ours', { kind: 'payoff', from: 'cash', shown: moneyOf(1n) }, 'amount-changed'],
    ['a fee of a product that has none', { kind: 'waiver', part: 'fee', amount: moneyOf(1n) }, 'nothing-to-waive'],
    ['the rate that it has', { kind: 'rate-change', annualRate: '9.6' }, 'same-rate'],
    ['a transaction of another loan', { kind: 'reversal', reverses: 'x' }, 'unknown-transaction'],
    ['a row that is none', { kind: 'reschedule', change: { fromDueOn: '2025-05-04' } }, 'not-a-due-date'],
    [
      'months without payment',
      { kind: 'moratorium', change: { fromDueOn: '2025-05-03', interestGrace: 1 } },
      'too-long',
    ],
  ])('for %s changes nothing', async (_what, what, code) => {
    const borrower = await borrowerWithLoan();
    const before = await state(borrower);
    expect(await pay({ ...orderFor(borrower), act: what })).toMatchObject({ ok: false, refusal: { code } });
    expect(await state(borrower)).toEqual(before);
  });
});

describe('A change that moves no money', () => {
  it('is done once for a key, and another one under the key is refused', async () => {
    const borrower = await borrowerWithLoan();
    const { loan, userId } = borrower;
    const change = (extraInstalments: number) => ({
      kind: 'reschedule' as const,
      change: { fromDueOn: '2025-05-03', extraInstalments },
    });
    const order = { key: newId(), actor: userId, channel: 'staff' as const, loanId: loan._id, act: change(1) };
    // The first thing that is done books the interest up to the day.
    expect(await pay({ ...order, key: newId(), act: change(2) })).toMatchObject({ ok: true });
    expect(await pay(order)).toMatchObject({ ok: true });
    expect(await bank.services.ledger.journal(order.key)).toBeUndefined();
    const before = await state(borrower);
    expect(await pay(order)).toEqual({ ok: true, value: { key: order.key, replayed: true } });
    const reused = { ok: false, refusal: { code: 'key-reused' } };
    expect(await pay({ ...order, act: change(3) })).toEqual(reused);
    const other = await borrowerWithLoan();
    expect(await pay({ ...order, loanId: other.loan._id })).toEqual(reused);
    expect(await state(borrower)).toEqual(before);
    expect((await stored(other)).version).toBe(1);
    // Both at the same moment: one is done.
    const key = newId();
    const both = await Promise.all([4, 5].map((rows) => pay({ ...order, key, act: change(rows) })));
    expect(both.filter((one) => one.ok)).toHaveLength(1);
  });

  it('of two rates for one day is the one that was recorded last, the lower one too', async () => {
    const borrower = await borrowerWithLoan();
    const { loan, userId } = borrower;
    const common = { actor: userId, channel: 'staff' as const, loanId: loan._id };
    // The key of the later one comes before that of the first.
    const [early, late] = [newId(), newId()].toSorted();
    for (const [key, annualRate] of [
      [late, '14'],
      [early, '7'],
    ] as const)
      expect(await pay({ ...common, key: key ?? '', act: { kind: 'rate-change', annualRate } })).toMatchObject({
        ok: true,
      });
    const alone = await borrowerWithLoan();
    const once = { ...common, loanId: alone.loan._id, key: newId() };
    expect((await pay({ ...once, act: { kind: 'rate-change', annualRate: '7' } })).ok).toBe(true);
    const rowsOf = async (of: Borrower) => (await stored(of)).instalments.map(({ total }) => total);
    expect(await rowsOf(borrower)).toEqual(await rowsOf(alone));
  });
});
