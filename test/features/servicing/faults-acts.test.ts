import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import { dateOf } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { moneyOf, zero } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import type { ProductVersion } from '#features/products/index.ts';
import { createLoanReceiver } from '#features/servicing/incoming/loan-receiver.service.ts';
import type { Act } from '#features/servicing/life/act.ts';
import { dueNow } from '#features/servicing/life/due.ts';
import { mostAhead, mostToPay } from '#features/servicing/life/limits.ts';
import { newBorrower, openTestBank, type TestBank } from '#test/portal.ts';
import { fundedAccount, lend } from './lender.ts';
import { loanFrame } from './loan-frame.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());
const { day, booksAgree } = loanFrame(() => bank);
afterEach(booksAgree);

const closeUpTo = async (date: string) => {
  bank.clock.set(`${dateOf(date).add({ days: 1 }).toString()}T10:00:00Z`);
  await bank.services.closeOfDay.closeDays({ to: dateOf(date), by: 'test' });
};

const fee = (code: 'late' | 'bounce', amount = 10_00n) =>
  ({ code, when: 'event', taxPercent: rateOf('0'), amount: moneyOf(amount) }) as const;
const early = { code: 'prepayment', when: 'event', taxPercent: rateOf('0'), percent: rateOf('2') } as const;
const priced: Partial<ProductVersion> = { fees: [{ ...early, percentOf: 'prepaid' }] };
const lateFees: Partial<ProductVersion> = {
  fees: [fee('late'), fee('bounce')],
  penalty: { percentOf: 'overdue-principal', percent: rateOf('24'), graceDays: 3, basis: 'annual' },
};

/** Six thousand over twelve months from 15 January 2026, seen on a day. */
async function story(on: string, product: Partial<ProductVersion> = {}) {
  await day(on);
  const { partyId } = await newBorrower(bank);
  const accountId = await fundedAccount(bank, { partyId, amount: 9_000_00n });
  const terms = { principal: 6_000_00n, instalments: 12, disbursedOn: '2026-01-15', product };
  const loan = await lend(bank, { partyId, accountId, ...terms });
  return { partyId, accountId, loanId: loan._id };
}
type Story = Awaited<ReturnType<typeof story>>;

async function act({ loanId }: Story, what: Act, more: { on?: string; key?: string } = {}) {
  const { key = newId(), on } = more;
  const when = on === undefined ? {} : { on: dateOf(on) };
  const outcome = await bank.services.servicing.act({
    ...{ key, actor: 'staff', channel: 'staff', loanId, act: what },
    ...when,
  });
  return outcome.ok ? 'done' : outcome.refusal;
}
const told = async ({ loanId }: Story, on?: string) =>
  present(await bank.services.servicing.tell({ loanId }, on === undefined ? undefined : dateOf(on)), 'The loan');
const balanceOf = async ({ accountId }: Story) =>
  (await bank.services.ledger.balances([accountId])).get(accountId)?.balance;
const cash = (amount: bigint): Act => ({ kind: 'payment', from: 'cash', amount: moneyOf(amount) });
const transactionsOf = async (one: Story) => (await told(one)).transactions.slice(1);

describe('a payment for a day that is past', () => {
  it('is at most what was owed on that day, and nothing is paid out for a larger one', async () => {
    const one = await story('2026-03-20');
    const owed = (await told(one, '2026-02-20')).run.payoff.total;
    const before = await balanceOf(one);
    expect(await act(one, cash(90_000_00n), { on: '2026-02-20' })).toEqual({ code: 'too-much', amount: owed });
    expect(await act(one, cash(owed + 1n), { on: '2026-02-20' })).toEqual({ code: 'too-much', amount: owed });
    expect([await balanceOf(one), await transactionsOf(one)]).toEqual([before, []]);
    expect(await act(one, cash(owed), { on: '2026-02-20' })).toBe('done');
    expect([await balanceOf(one), (await told(one)).loan.state]).toEqual([before, 'closed']);
  });

  it('over the rail goes back whole where it is more', async () => {
    const one = await story('2026-03-20');
    const before = await balanceOf(one);
    const { platform, services } = bank;
    const receiver = createLoanReceiver({ platform, servicing: services.servicing });
    const receipt = { loanId: one.loanId, partyId: one.partyId, on: dateOf('2026-03-19'), companions: [] };
    expect(await receiver.book({ ...receipt, key: newId(), amount: moneyOf(50_000_00n) })).toBe(false);
    expect([await balanceOf(one), await transactionsOf(one)]).toEqual([before, []]);
    expect(await receiver.book({ ...receipt, key: newId(), amount: moneyOf(600_00n) })).toBe(true);
    expect(await transactionsOf(one)).toMatchObject([{ kind: 'payment', on: '2026-03-19', amount: 600_00n }]);
  });
});

describe('a payment that shows that a row was paid in time', () => {
  it('takes every late fee for it with it, in one journal', async () => {
    const one = await story('2026-02-15', lateFees);
    await closeUpTo('2026-03-20');
    const charged = (await transactionsOf(one)).map(({ _id }) => _id);
    expect(charged).toEqual([`late-fee:${one.loanId}:1`, `late-fee:${one.loanId}:2`]);
    const key = newId();
    const most = mostToPay({ ...(await told(one, '2026-02-17')), on: dateOf('2026-02-17') });
    expect(await act(one, cash(most), { on: '2026-02-17', key })).toBe('done');
    const undone = (await transactionsOf(one)).filter(({ kind }) => kind === 'reversal');
    expect(undone.map(({ reverses }) => reverses)).toEqual(charged);
    expect(new Set(undone.map(({ _id }) => _id)).size).toBe(2);
    expect((await told(one)).run).toMatchObject({ fee: { receivable: zero }, arrears: { fee: zero, penalty: zero } });
  });

  it('leaves the fee of a row that was paid after its days of grace', async () => {
    const one = await story('2026-02-15', lateFees);
    await day('2026-02-25');
    const late: Act = { kind: 'charge', code: 'late', amount: moneyOf(10_00n), tax: zero };
    expect(await act(one, late, { key: `late-fee:${one.loanId}:1` })).toBe('done');
    const { run } = await told(one, '2026-02-19');
    expect(await act(one, cash(dueNow(run)), { on: '2026-02-19' })).toBe('done');
    expect((await transactionsOf(one)).map(({ kind }) => kind)).toEqual(['charge', 'payment']);
  });
});

describe('a recovery', () => {
  it('is at most what was owed, and keeps the write-off from being undone', async () => {
    const one = await story('2026-03-20');
    const off = newId();
    expect(await act(one, { kind: 'write-off' }, { key: off })).toBe('done');
    const owed = (await told(one)).run.payoff.total;
    expect(owed).toBeGreaterThan(6_000_00n);
    const recovery = (amount: bigint): Act => ({ kind: 'recovery', from: 'cash', amount: moneyOf(amount) });
    expect(await act(one, recovery(owed + 1n))).toEqual({ code: 'too-much', amount: owed });
    const first = newId();
    expect(await act(one, recovery(100_00n), { key: first })).toBe('done');
    expect(await act(one, recovery(owed))).toEqual({ code: 'too-much', amount: owed - 100_00n });
    const { platform, services } = bank;
    const receiver = createLoanReceiver({ platform, servicing: services.servicing });
    const receipt = {
      loanId: one.loanId,
      partyId: one.partyId,
      on: dateOf('2026-03-20'),
      companions: [],
      key: newId(),
    };
    expect(await receiver.book({ ...receipt, amount: owed })).toBe(false);
    expect(await act(one, { kind: 'reversal', reverses: off })).toEqual({ code: 'cannot-reverse' });
    expect(await act(one, recovery(owed - 100_00n))).toBe('done');
    expect(await act(one, recovery(1n))).toEqual({ code: 'nothing-due' });
    const last = (await transactionsOf(one)).at(-1)?._id ?? '';
    for (const reverses of [first, last, off]) expect(await act(one, { kind: 'reversal', reverses })).toBe('done');
    expect((await told(one)).loan).toMatchObject({ state: 'active', booked: { recoveryIncome: zero } });
  });
});

describe('an undoing that cannot be', () => {
  it('is one after which money that was paid back would be owed again', async () => {
    const one = await story('2026-02-20');
    const waived = newId();
    const charge: Act = { kind: 'charge', code: 'other', amount: moneyOf(80_00n), tax: zero };
    for (const _each of [1, 2]) expect(await act(one, charge)).toBe('done');
    expect(await act(one, { kind: 'waiver', part: 'fee', amount: moneyOf(50_00n) }, { key: waived })).toBe('done');
    const { total } = (await told(one)).run.payoff;
    const from = { accountId: one.accountId };
    expect(await act(one, { kind: 'payoff', from, shown: total })).toBe('done');
    expect((await told(one)).loan.state).toBe('closed');
    expect(await act(one, { kind: 'reversal', reverses: (await transactionsOf(one))[0]?._id ?? '' })).toBe('done');
    expect((await transactionsOf(one)).map(({ kind }) => kind)).toContain('refund');
    const before = await balanceOf(one);
    expect(await act(one, { kind: 'reversal', reverses: waived })).toEqual({ code: 'cannot-reverse' });
    expect((await told(one)).loan.booked.overpaid).toBe(zero);
    expect(await balanceOf(one)).toBe(before);
  });

  it('is a bounce of what never came in', async () => {
    const one = await story('2026-02-20', lateFees);
    const key = newId();
    expect(await act(one, { kind: 'charge', code: 'other', amount: moneyOf(80_00n), tax: zero }, { key })).toBe('done');
    const bounce = (reverses: string): Act => ({ kind: 'reversal', reverses, bounce: 'charged' });
    expect(await act(one, bounce(key))).toEqual({ code: 'cannot-reverse' });
    const paid = newId();
    expect(await act(one, cash(100_00n), { key: paid })).toBe('done');
    expect(await act(one, bounce(paid))).toBe('done');
  });
});

describe('paying ahead where repaying early has its price', () => {
  it('goes as far as the next instalments and no further, however often it is tried', async () => {
    const one = await story('2026-02-20', priced);
    const at = await told(one);
    const [first, ...next] = at.run.rows;
    const coming = next.slice(0, mostAhead).reduce((all, row) => all + row.total, 0n);
    const most = (first?.total ?? 0n) + coming;
    expect(await act(one, cash(most + 1n))).toEqual({ code: 'too-much', amount: most });
    expect(await act(one, cash(most))).toBe('done');
    expect(await act(one, cash(1n))).toEqual({ code: 'nothing-due' });
    const shown = dueNow((await told(one)).run);
    expect(await act(one, { kind: 'payment', from: 'cash', shown })).toEqual({ code: 'nothing-due' });
    await day('2026-03-20');
    expect(await act(one, { kind: 'payment', from: 'cash', shown: dueNow((await told(one)).run) })).toBe('done');
  });

  it('has no bound but all that is owed where it costs nothing', async () => {
    const one = await story('2026-02-20', { fees: [] });
    expect(await act(one, cash(5_000_00n))).toBe('done');
  });

  it('is bound as well within a lock-in, and where nothing may be repaid early', async () => {
    for (const changed of [{ lockInInstalments: 6 }, { allowed: false }]) {
      const live = present(await bank.services.products.liveByCode('personal'), 'The personal loan');
      const one = await story('2026-02-20', { fees: [], prepayment: { ...live.prepayment, ...changed } });
      expect(await act(one, cash(5_000_00n))).toMatchObject({ code: 'too-much' });
    }
  });
});
