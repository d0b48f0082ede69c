import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import { dateOf } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { minus, moneyOf, plus } from '#core/money.ts';
import { imbalance } from '#features/ledger/index.ts';
import { loanAccounts, type Loan } from '#features/loans/index.ts';
import { dueOf } from '#features/servicing/index.ts';
import { newBorrower, openTestBank, type TestBank } from '#test/portal.ts';
import { fundedAccount, lend } from './lender.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

/** A borrower with a loan of 12 instalments paid out into an account that holds the loan and `balance`. */
async function borrowerWithLoan(lent: { principal?: bigint; instalments?: number; balance?: bigint } = {}) {
  const { partyId, userId } = await newBorrower(bank);
  const accountId = await fundedAccount(bank, { partyId, amount: lent.balance ?? 0n });
  const terms = { principal: lent.principal ?? 6_000_00n, instalments: lent.instalments ?? 12 };
  const disbursedOn = (await bank.platform.bankDay.today()).subtract({ days: 3 }).toString();
  const loan = await lend(bank, { partyId, accountId, disbursedOn, ...terms });
  return { partyId, userId, accountId, loan };
}

type Borrower = Awaited<ReturnType<typeof borrowerWithLoan>>;

const toldOf = async ({ loan }: Pick<Borrower, 'loan'>) =>
  present(await bank.services.servicing.tell({ loanId: loan._id }), 'The loan');
const dueNow = async (borrower: Borrower) => present(dueOf(await toldOf(borrower)), 'What is due').total;

/** What is due, as the page asks for it; what the page saw is sent along. */
async function orderFor(borrower: Borrower) {
  const { partyId, userId, accountId, loan } = borrower;
  const seen = (await toldOf(borrower)).transactions.length;
  const act = { kind: 'payment' as const, from: { accountId }, shown: await dueNow(borrower) };
  return { key: newId(), actor: userId, channel: 'customer' as const, partyId, loanId: loan._id, seen, act };
}

const pay = (order: Parameters<TestBank['services']['servicing']['act']>[0]) => bank.services.servicing.act(order);
const stored = async ({ partyId, loan }: Pick<Borrower, 'partyId' | 'loan'>): Promise<Loan> =>
  present(await bank.services.servicing.findOwn(partyId, loan._id), 'The loan');
const balanceOf = async (account: string) => (await bank.services.ledger.balances([account])).get(account)?.balance;
const journalsOf = (loan: Loan) =>
  bank.database.db
    .collection('journals')
    .countDocuments({ outcome: 'posted', 'postings.account': loanAccounts(loan._id).principal });

/** Everything that a payment could have changed. */
async function state(borrower: Borrower) {
  const { loan, partyId, accountId } = borrower;
  return {
    loan: await stored(borrower),
    transactions: (await toldOf(borrower)).transactions,
    balance: await balanceOf(accountId),
    audited: await bank.database.db.collection('auditEntries').countDocuments({ 'subject.id': loan._id }),
    notices: await bank.database.db.collection('outbox').countDocuments({ 'payload.partyId': partyId }),
  };
}

describe('Paying what is due', () => {
  it('moves the money, settles the instalment and tells the borrower, all in one journal', async () => {
    const borrower = await borrowerWithLoan();
    const before = await state(borrower);
    const order = await orderFor(borrower);
    expect(await pay(order)).toEqual({ ok: true, value: { key: order.key, replayed: false } });

    const after = await state(borrower);
    const today = (await bank.platform.bankDay.today()).toString();
    expect(after.loan).toMatchObject({ version: 2, paidInstalments: 1, state: 'active' });
    expect(after.loan.instalments[0]).toMatchObject({ paidOn: today, paidBy: order.key, left: 0n });
    expect(await balanceOf(loanAccounts(borrower.loan._id).principal)).toBe(after.loan.outstandingPrincipal);
    expect(after.balance).toBe(minus(moneyOf(present(before.balance, 'The balance')), order.act.shown));
    expect(after.transactions.at(-1)).toMatchObject({ _id: order.key, number: 2, instalment: 1 });
    expect(after.audited).toBe(before.audited + 1);
    expect(after.notices).toBe(before.notices + 1);
    const receipt = await bank.services.servicing.payment({ ...borrower, key: order.key });
    expect(receipt).toMatchObject({ amount: order.act.shown });
  });

  it('closes the loan with the last instalment, which costs no more than is owed', async () => {
    const borrower = await borrowerWithLoan({ instalments: 3, principal: 3_000_00n, balance: 500_00n });
    for (let n = 1; n <= 3; n += 1) expect((await pay(await orderFor(borrower))).ok).toBe(true);
    const loan = await stored(borrower);
    expect(loan).toMatchObject({ state: 'closed', outstandingPrincipal: 0n, paidInstalments: 3, nextDueOn: null });
    expect((await toldOf(borrower)).transactions.some(({ kind }) => kind === 'refund')).toBe(false);
    const again = { ...orderAfterwards(borrower), key: newId() };
    expect(await pay(again)).toMatchObject({ ok: false, refusal: { code: 'loan-not-active' } });
  });

  it('pays once however often one form is sent at the same moment', async () => {
    const borrower = await borrowerWithLoan();
    const order = await orderFor(borrower);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => pay(order)));
    expect(outcomes.map((one) => one.ok && one.value.key)).toEqual(Array(20).fill(order.key));
    expect(outcomes.filter((one) => one.ok && !one.value.replayed)).toHaveLength(1);
    expect(await journalsOf(borrower.loan)).toBe(2);
    expect((await stored(borrower)).paidInstalments).toBe(1);
  });

  it('pays once where two pages of the same moment are sent, together or one after the other', async () => {
    const borrower = await borrowerWithLoan();
    const orders = await Promise.all([orderFor(borrower), orderFor(borrower), orderFor(borrower)]);
    const [first, second, later] = orders;
    const outcomes = await Promise.all([pay(first), pay(second)]);
    expect(outcomes.filter((one) => one.ok)).toHaveLength(1);
    expect(await pay(later)).toEqual({ ok: false, refusal: { code: 'changed-meanwhile' } });
    expect(await journalsOf(borrower.loan)).toBe(2);
    expect((await stored(borrower)).paidInstalments).toBe(1);
  });

  it('pays back what came in too much, also to the account that it came from', async () => {
    const borrower = await borrowerWithLoan({ balance: 9_000_00n });
    const before = present(await balanceOf(borrower.accountId), 'The balance');
    const on = dateOf(borrower.loan.disbursedOn);
    const { seen: _unseen, ...order } = await orderFor(borrower);
    const paying = (amount: bigint) => ({
      ...{ ...order, key: newId(), channel: 'staff' as const },
      act: { kind: 'payment' as const, from: { accountId: borrower.accountId }, amount: moneyOf(amount) },
    });
    expect((await pay(paying(500_00n))).ok).toBe(true);
    // More than was owed on a day is no payment of that day; what came after it has become too much.
    expect(await pay({ ...paying(7_000_00n), on })).toMatchObject({ refusal: { code: 'too-much', amount: 6_000_00n } });
    expect((await pay({ ...paying(6_000_00n), on })).ok).toBe(true);
    expect(before - present(await balanceOf(borrower.accountId), 'The balance')).toBe(6_000_00n);
    expect((await stored(borrower)).state).toBe('closed');
  });

  it('leaves the whole bank balanced, and every loan as its replay says', async () => {
    expect(imbalance(await bank.services.ledger.trialBalance())).toBe(0n);
    expect(await bank.services.servicing.verifyProjections()).toBeUndefined();
    expect(await bank.services.ledger.verify()).toBeUndefined();
  });
});

function orderAfterwards({ partyId, userId, accountId, loan }: Borrower) {
  const act = { kind: 'payment' as const, from: { accountId }, amount: moneyOf(1_00n) };
  return { key: newId(), actor: userId, channel: 'customer' as const, partyId, loanId: loan._id, act };
}

describe('A payment that is refused', () => {
  it.each([
    ['more than is owed', { amount: moneyOf(9_000_00n) }, 'too-much'],
    ['nothing', { amount: moneyOf(0n) }, 'not-positive'],
    ['another amount than is due now', { shown: moneyOf(1n) }, 'amount-changed'],
    ['a page that was made before', { seen: 0 }, 'changed-meanwhile'],
  ])('for %s changes nothing', async (_what, changed, code) => {
    const borrower = await borrowerWithLoan();
    const before = await state(borrower);
    const order = await orderFor(borrower);
    const { seen = order.seen, ...act } = { seen: undefined, ...changed };
    const { shown, ...rest } = order.act;
    const paid = 'amount' in act ? { ...rest, ...act } : { ...rest, shown, ...act };
    expect(await pay({ ...order, seen, act: paid })).toMatchObject({ ok: false, refusal: { code } });
    expect(await state(borrower)).toEqual(before);
  });

  it('for want of funds says how much is missing', async () => {
    const borrower = await borrowerWithLoan();
    const empty = await fundedAccount(bank, { partyId: borrower.partyId, amount: 100_00n });
    const order = await orderFor(borrower);
    const before = await state(borrower);
    const amount = minus(order.act.shown, moneyOf(100_00n));
    const outcome = await pay({ ...order, act: { ...order.act, from: { accountId: empty } } });
    expect(outcome).toEqual({ ok: false, refusal: { code: 'short-of-funds', amount } });
    expect(await state(borrower)).toEqual(before);
    expect(await balanceOf(empty)).toBe(100_00n);
  });

  it('from somebody else’s account takes nothing from either', async () => {
    const [borrower, other] = [await borrowerWithLoan(), await borrowerWithLoan()];
    const before = [await state(borrower), await state(other)];
    const order = await orderFor(borrower);
    const outcome = await pay({ ...order, act: { ...order.act, from: { accountId: other.accountId } } });
    expect(outcome).toEqual({ ok: false, refusal: { code: 'not-your-account' } });
    expect([await state(borrower), await state(other)]).toEqual(before);
  });

  it('on somebody else’s loan answers as on a missing one', async () => {
    const [borrower, other] = [await borrowerWithLoan(), await borrowerWithLoan()];
    const before = await state(other);
    const order = { ...(await orderFor(borrower)), loanId: other.loan._id };
    await expect(pay(order)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(pay({ ...order, loanId: newId() })).rejects.toMatchObject({ kind: 'not-found' });
    expect(await state(other)).toEqual(before);
  });

  it('keeps its answer under its key, and a new key is decided anew', async () => {
    const borrower = await borrowerWithLoan();
    const empty = await fundedAccount(bank, { partyId: borrower.partyId, amount: 0n });
    const due = await orderFor(borrower);
    const order = { ...due, act: { ...due.act, from: { accountId: empty } } };
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
    const order = await orderFor(borrower);
    await pay(order);
    const reused = { ...(await orderFor(borrower)), key: order.key, act: { ...order.act, amount: moneyOf(1_00n) } };
    expect(await pay(reused)).toEqual({ ok: false, refusal: { code: 'key-reused' } });
    expect((await stored(borrower)).paidInstalments).toBe(1);
  });
});

describe('Verifying the loans', () => {
  it('names the loan whose stored state or ledger balance was altered', async () => {
    await bank.database.db.collection('loans').deleteMany({});
    const borrower = await borrowerWithLoan();
    await pay(await orderFor(borrower));
    expect(await bank.services.servicing.verifyProjections()).toBeUndefined();
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
