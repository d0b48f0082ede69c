import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import { newId } from '#core/ids.ts';
import { moneyOf, plus } from '#core/money.ts';
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
const journalsOf = (loan: Loan) =>
  bank.database.db
    .collection('journals')
    .countDocuments({ outcome: 'posted', 'postings.account': loanAccounts(loan._id).principal });

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

describe('Paying an instalment', () => {
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

  it('pays once however often one form is sent at the same moment', async () => {
    const borrower = await borrowerWithLoan();
    const order = orderFor(borrower);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => pay(order)));
    expect(outcomes.map((one) => one.ok && one.value.key)).toEqual(Array(20).fill(order.key));
    expect(outcomes.filter((one) => one.ok && !one.value.replayed)).toHaveLength(1);
    expect(await journalsOf(borrower.loan)).toBe(2);
    expect((await stored(borrower)).paidInstalments).toBe(1);
  });

  it('pays an instalment once where two forms are sent for it at the same moment', async () => {
    const borrower = await borrowerWithLoan();
    const outcomes = await Promise.all([pay(orderFor(borrower)), pay(orderFor(borrower))]);
    expect(outcomes.filter((one) => one.ok)).toHaveLength(1);
    const codes = outcomes.map((one) => (one.ok ? 'paid' : one.refusal.code)).filter((code) => code !== 'paid');
    expect(['amount-changed', 'changed-meanwhile', 'too-much']).toEqual(expect.arrayContaining(codes));
    expect(await journalsOf(borrower.loan)).toBe(2);
    expect((await stored(borrower)).paidInstalments).toBe(1);
  });

  it('leaves the whole bank balanced and every loan as its replay says', async () => {
    expect(imbalance(await bank.services.ledger.trialBalance())).toBe(0n);
    expect(await bank.services.servicing.verifyProjections()).toBeUndefined();
    expect(await bank.services.ledger.verify()).toBeUndefined();
  });
});

describe('A payment that is refused', () => {
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

  it('for want of funds says how much is missing', async () => {
    const borrower = await borrowerWithLoan({ principal: 6_000_00n });
    const empty = await fundedAccount(bank, { partyId: borrower.partyId, amount: 100_00n });
    const order = orderFor({ ...borrower, accountId: empty });
    const before = await state(borrower);
    const amount = order.act.shown - 100_00n;
    expect(await pay(order)).toEqual({ ok: false, refusal: { code: 'short-of-funds', amount } });
    expect(await state(borrower)).toEqual(before);
    expect(await balanceOf(empty)).toBe(100_00n);
  });

  it('from somebody else’s account takes nothing from either', async () => {
    const [borrower, other] = [await borrowerWithLoan(), await borrowerWithLoan()];
    const before = [await state(borrower), await state(other)];
    const order = orderFor({ ...borrower, accountId: other.accountId });
    expect(await pay(order)).toEqual({ ok: false, refusal: { code: 'not-your-account' } });
    expect([await state(borrower), await state(other)]).toEqual(before);
  });

  it('on somebody else’s loan answers as on a missing one', async () => {
    const [borrower, other] = [await borrowerWithLoan(), await borrowerWithLoan()];
    const before = await state(other);
    const order = { ...orderFor(borrower), loanId: other.loan._id };
    await expect(pay(order)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(pay({ ...order, loanId: newId() })).rejects.toMatchObject({ kind: 'not-found' });
    expect(await state(other)).toEqual(before);
  });

  it('keeps its answer under its key, and a new key is decided anew', async () => {
    const borrower = await borrowerWithLoan();
    const empty = await fundedAccount(bank, { partyId: borrower.partyId, amount: 0n });
    const order = orderFor({ ...borrower, accountId: empty });
    const first = await pay(order);
    expect(first).toMatchObject({ ok: false, refusal: { code: 'short-of-funds' } });
    const amount = plus(order.act.shown, moneyOf(1n));
    const { partyId } = borrower;
    await bank.services.accounts.deposit({ key: newId(), actor: 'test', partyId, accountId: empty, amount });
    expect(await pay(order)).toEqual(first);
    expect((await pay({ ...order, key: newId() })).ok).toBe(true);
  });

  it('under a key that was used for something else is refused for that', async () => {
    const borrower = await borrowerWithLoan();
    const order = orderFor(borrower);
    await pay(order);
    const reused = { ...orderFor(borrower), key: order.key, act: { ...order.act, amount: moneyOf(10_00n) } };
    expect(await pay(reused)).toEqual({ ok: false, refusal: { code: 'key-reused' } });
    expect((await stored(borrower)).paidInstalments).toBe(1);
  });
});

describe('A change that moves no money', () => {
  it('is done once for a key, and another one under the key is refused', async () => {
    const borrower = await borrowerWithLoan();
    const { loan, userId } = borrower;
    const change = (annualRate: string) => ({ kind: 'rate-change' as const, annualRate });
    const order = { key: newId(), actor: userId, channel: 'staff' as const, loanId: loan._id, act: change('9.1') };
    // The first thing that is done books the interest up to the day.
    expect(await pay({ ...order, key: newId(), act: change('9.2') })).toMatchObject({ ok: true });
    expect(await pay(order)).toMatchObject({ ok: true });
    expect(await bank.services.ledger.journal(order.key)).toBeUndefined();
    const before = await state(borrower);
    expect(await pay(order)).toEqual({ ok: true, value: { key: order.key, replayed: true } });
    const reused = { ok: false, refusal: { code: 'key-reused' } };
    expect(await pay({ ...order, act: change('8.1') })).toEqual(reused);
    const other = await borrowerWithLoan();
    expect(await pay({ ...order, loanId: other.loan._id })).toEqual(reused);
    expect(await state(borrower)).toEqual(before);
    expect((await stored(other)).version).toBe(1);
    // Both at the same moment: one is done.
    const key = newId();
    const both = await Promise.all(['8.2', '8.3'].map((rate) => pay({ ...order, key, act: change(rate) })));
    expect(both.filter((one) => one.ok)).toHaveLength(1);
  });
});

describe('Verifying the loans', () => {
  it('names the loan whose stored state or ledger balance was altered', async () => {
    const borrower = await borrowerWithLoan();
    await pay(orderFor(borrower));
    const loans = bank.database.db.collection<{ _id: string }>('loans');
    const { _id, number } = borrower.loan;
    await loans.updateOne({ _id }, { $inc: { outstandingPrincipal: 1n } });
    const found = await bank.services.servicing.verifyProjections();
    expect(found).toMatchObject({ loan: number });
    expect(found?.what).toContain('outstandingPrincipal');
    await loans.updateOne({ _id }, { $inc: { outstandingPrincipal: -1n } });

    const accounts = bank.database.db.collection<{ _id: string }>('ledgerAccounts');
    const account = { _id: loanAccounts(_id).principal };
    await bank.services.ledger.settle();
    await accounts.updateOne(account, { $inc: { balance: 1n } });
    expect((await bank.services.servicing.verifyProjections())?.what).toContain('ledger');
    await accounts.updateOne(account, { $inc: { balance: -1n } });
    expect(await bank.services.servicing.verifyProjections()).toBeUndefined();
  });
});
