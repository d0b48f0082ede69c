import fc from '#test/properties.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import { dateOf, dateText } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { moneyOf, sum, zero } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { ownBookId } from '#features/ledger/index.ts';
import { loanAccounts } from '#features/loans/index.ts';
import { buildSchedule } from '#features/schedules/index.ts';
import { cancellationQuote } from '#features/servicing/life/cancelling.ts';
import { dueNow } from '#features/servicing/life/due.ts';
import { agreementOf } from '#features/servicing/life/story.ts';
import { newBorrower, openTestBank, type TestBank } from '#test/portal.ts';
import { fundedAccount, lend, type Lent } from './lender.ts';
import { loanFrame } from './loan-frame.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const { day, balanceOf, told, act, booksAgree } = loanFrame(() => bank);
const books = async () =>
  Promise.all(
    (['feeIncome', 'penaltyIncome', 'taxPayable', 'interestIncome'] as const).map((book) =>
      balanceOf(ownBookId(book, 'USD')),
    ),
  );

async function borrower(lent: Partial<Lent> = {}) {
  const { partyId, userId } = await newBorrower(bank);
  const accountId = await fundedAccount(bank, { partyId, amount: 20_000_00n });
  const loan = await lend(bank, {
    ...{ partyId, accountId, principal: 10_000_00n, annualRate: '12', instalments: 12, disbursedOn: '2026-03-02' },
    ...lent,
  });
  return { partyId, userId, accountId, loanId: loan._id };
}
type Borrower = Awaited<ReturnType<typeof borrower>>;

const advance = (one: Borrower, { n, amount }: { n: number; amount: bigint }, key = newId()) =>
  act(one, { kind: 'advance', to: { accountId: one.accountId }, amount: moneyOf(amount), n }, { key });
const payDue = async (one: Borrower) =>
  act(one, { kind: 'payment', from: { accountId: one.accountId }, shown: dueNow((await told(one)).run) });
const quoteOf = async (one: Borrower) => cancellationQuote(await told(one));
async function cancel(one: Borrower, key = newId()) {
  const { terms } = await quoteOf(one);
  const shown = terms.ok ? terms.value.total : zero;
  return act(one, { kind: 'cancellation', from: { accountId: one.accountId }, shown }, { key });
}

/** The ledger holds what the engine says, every stored projection is its replay, and the trial balance is zero. */
async function sound(one: Borrower) {
  const { run, loan } = await told(one);
  expect(await balanceOf(loanAccounts(one.loanId).principal)).toBe(run.outstandingPrincipal);
  expect(loan.outstandingPrincipal).toBe(run.outstandingPrincipal);
  await booksAgree();
}

describe('A further tranche', () => {
  it('is owed from its day on, and the instalments are solved again as the engine does', async () => {
    await day('2026-03-02');
    const one = await borrower();
    await day('2026-04-02');
    expect(await payDue(one)).toMatchObject({ ok: true });
    await day('2026-04-10');
    const before = await balanceOf(one.accountId);
    expect(await advance(one, { n: 2, amount: 5_000_00n })).toMatchObject({ ok: true });
    expect(await balanceOf(one.accountId)).toBe(before + 5_000_00n);
    const { loan, run } = await told(one);
    const expected = buildSchedule({
      ...agreementOf(loan),
      disbursements: [
        { on: dateOf('2026-03-02'), amount: moneyOf(10_000_00n) },
        { on: dateOf('2026-04-10'), amount: moneyOf(5_000_00n) },
      ],
    });
    if (!expected.ok) throw new Error('The engine gives no schedule');
    expect(run.rows.map(({ total }) => total)).toEqual(expected.value.rows.map(({ total }) => total));
    expect(loan.principal).toBe(15_000_00n);
    expect(loan.terms.at(-1)).toMatchObject({ version: 2, reason: 'advance', principal: 15_000_00n });
    await sound(one);
  });

  it('is paid out once, however often and under whichever key it is asked for at once', async () => {
    await day('2026-03-02');
    const one = await borrower();
    const before = await balanceOf(one.accountId);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => advance(one, { n: 2, amount: 1_000_00n })));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await balanceOf(one.accountId)).toBe(before + 1_000_00n);
    expect(await advance(one, { n: 2, amount: 1_000_00n })).toMatchObject({ refusal: { code: 'tranche-paid' } });
    expect(await advance(one, { n: 4, amount: 1_000_00n })).toMatchObject({ refusal: { code: 'changed-meanwhile' } });
    await sound(one);
  });

  it('is not lent to who is late, on a loan that is closed, into somebody else’s account, or undone', async () => {
    await day('2026-03-02');
    const one = await borrower();
    const other = await borrower();
    const foreign = { kind: 'advance', to: { accountId: other.accountId }, amount: moneyOf(5n), n: 2 } as const;
    expect(await act(one, foreign)).toMatchObject({ refusal: { code: 'not-your-account' } });
    const key = newId();
    expect(await advance(one, { n: 2, amount: 100_00n }, key)).toMatchObject({ ok: true });
    expect(await act(one, { kind: 'reversal', reverses: key })).toMatchObject({ refusal: { code: 'cannot-reverse' } });
    await day('2026-04-05');
    expect(await advance(one, { n: 3, amount: 100_00n })).toMatchObject({ refusal: { code: 'in-arrears' } });
    expect(await advance(one, { n: 3, amount: 0n })).toMatchObject({ refusal: { code: 'not-positive' } });
    const { run } = await told(one);
    await act(one, { kind: 'payoff', from: { accountId: one.accountId }, shown: run.payoff.total });
    expect(await advance(one, { n: 3, amount: 100_00n })).toMatchObject({ refusal: { code: 'loan-not-active' } });
    await sound(one);
  });

  it('keeps ledger and engine the same whatever is paid out and paid when', { timeout: 400_000 }, async () => {
    const step = fc.record({
      days: fc.integer({ min: 0, max: 25 }),
      what: fc.constantFrom('advance', 'pay', 'prepay'),
      amount: fc.bigInt({ min: 1n, max: 900_00n }),
    });
    const methods = fc.constantFrom('equal-instalment', 'equal-principal', 'flat', 'bullet');
    const dayCounts = fc.constantFrom('30/360', 'actual/365', 'actual/actual');
    await fc.assert(
      fc.asyncProperty(methods, dayCounts, fc.array(step, { maxLength: 6 }), async (method, dayCount, steps) => {
        await day('2026-03-02');
        const one = await borrower({ product: { method, dayCount } });
        let date = dateOf('2026-03-02');
        let n = 2;
        for (const { days, what, amount } of steps) {
          date = date.add({ days });
          await day(dateText(date));
          if (what === 'advance' && (await advance(one, { n, amount })).ok) n += 1;
          if (what === 'pay') await payDue(one);
          const from = { accountId: one.accountId };
          if (what === 'prepay')
            await act(one, {
              ...{ kind: 'prepayment', from, amount: moneyOf(amount) },
              ...{ effect: 'lower-instalment', chargeShown: zero },
            });
          await sound(one);
        }
        const { transactions, loan } = await told(one);
        const lent = sum(transactions.map(({ kind, principal }) => (kind === 'disbursal' ? principal : zero)));
        expect(loan.principal).toBe(lent);
        expect(transactions.filter(({ kind }) => kind === 'disbursal')).toHaveLength(n - 1);
      }),
      { numRuns: 12 },
    );
  });
});

const costly = (coolingOffDays: number): NonNullable<Lent['product']> => ({
  coolingOffDays,
  dayCount: 'actual/365',
  fees: [
    { code: 'insurance', when: 'instalment', taxPercent: rateOf('18'), amount: moneyOf(12_50n) },
    { code: 'late', when: 'event', taxPercent: rateOf('18'), amount: moneyOf(25_00n) },
  ],
  penalty: { percentOf: 'overdue-principal', percent: rateOf('24'), graceDays: 0, basis: 'annual' },
});

describe('Cancelling within the cooling-off days', () => {
  it('costs the principal and its interest to the day; the fee kept back comes back with its tax', async () => {
    await day('2026-03-02');
    const before = await books();
    const one = await borrower({ fee: 118_00n, tax: 18_00n, product: costly(5) });
    await day('2026-03-07');
    const { terms, until } = await quoteOf(one);
    expect(until).toBe('2026-03-07');
    // 10,000.00 at 12 % a year for five days of 365.
    expect(terms).toMatchObject({ ok: true, value: { principal: 10_000_00n, interest: 16_44n, returned: 118_00n } });
    const held = await balanceOf(one.accountId);
    expect(await cancel(one)).toMatchObject({ ok: true });
    // What was got was 118.00 less than the principal.
    expect(await balanceOf(one.accountId)).toBe(held - 10_000_00n - 16_44n + 118_00n);
    const { loan } = await told(one);
    expect(loan).toMatchObject({ state: 'closed', closedOn: '2026-03-07', outstandingPrincipal: 0n });
    const after = await books();
    expect(after.map((amount, index) => amount - (before[index] ?? 0n))).toEqual([0n, 0n, 0n, 16_44n]);
    await sound(one);
  });

  it('is possible on the last day and not on the day after, nor where the product has no such time', async () => {
    await day('2026-03-02');
    const last = await borrower({ product: costly(3) });
    const late = await borrower({ product: costly(3) });
    const never = await borrower({ product: costly(0) });
    expect(await cancel(never)).toMatchObject({ refusal: { code: 'cooling-off-over' } });
    await day('2026-03-05');
    expect(await cancel(last)).toMatchObject({ ok: true });
    await day('2026-03-06');
    expect(await cancel(late)).toMatchObject({ refusal: { code: 'cooling-off-over' } });
    expect((await told(late)).loan.state).toBe('active');
  });

  it('is done once, and nothing of it can be undone', async () => {
    await day('2026-03-02');
    const one = await borrower({ product: costly(14) });
    const key = newId();
    const held = await balanceOf(one.accountId);
    const quote = await quoteOf(one);
    if (!quote.terms.ok) throw new Error('It cannot be cancelled');
    const shown = quote.terms.value.total;
    const what = { kind: 'cancellation', from: { accountId: one.accountId }, shown } as const;
    const outcomes = await Promise.all([key, key, newId(), newId()].map((each) => act(one, what, { key: each })));
    expect(outcomes.some(({ ok }) => ok)).toBe(true);
    expect(await balanceOf(one.accountId)).toBe(held - shown);
    const done = present(
      (await told(one)).transactions.find(({ kind }) => kind === 'cancellation'),
      'It',
    );
    expect(await act(one, { kind: 'reversal', reverses: done._id })).toMatchObject({ ok: false });
    await sound(one);
  });

  it('and a payment at the same time: one of them is done, or both, never twice the money', async () => {
    await day('2026-03-02');
    const one = await borrower({ product: costly(14) });
    const from = { accountId: one.accountId };
    const [paid, cancelled] = await Promise.all([
      act(one, { kind: 'payment', from, amount: moneyOf(100_00n) }),
      cancel(one),
    ]);
    expect([paid.ok, cancelled.ok].filter(Boolean).length).toBeGreaterThan(0);
    await sound(one);
    const { loan } = await told(one);
    expect(loan.state).toBe(cancelled.ok ? 'closed' : 'active');
  });

  it('is refused where the amount shown is no longer right or the account is short, and moves nothing', async () => {
    await day('2026-03-02');
    const one = await borrower({ product: costly(14) });
    const from = { accountId: one.accountId };
    const wrong = await act(one, { kind: 'cancellation', from, shown: moneyOf(1n) });
    expect(wrong).toMatchObject({ refusal: { code: 'amount-changed' } });
    const poor = await fundedAccount(bank, { partyId: one.partyId, amount: 5_00n });
    const { terms } = await quoteOf(one);
    const shown = terms.ok ? terms.value.total : zero;
    const short = await act(one, { kind: 'cancellation', from: { accountId: poor }, shown });
    expect(short).toMatchObject({ refusal: { code: 'short-of-funds' } });
    expect(await balanceOf(poor)).toBe(5_00n);
    await sound(one);
  });

  it(
    'leaves the bank the interest and nothing else, whatever was paid, charged or advanced before',
    { timeout: 120_000 },
    async () => {
      const step = fc.record({
        days: fc.integer({ min: 0, max: 18 }),
        what: fc.constantFrom('advance', 'pay', 'late-fee', 'nothing'),
        amount: fc.bigInt({ min: 1n, max: 900_00n }),
      });
      const methods = fc.constantFrom('equal-instalment', 'flat', 'bullet');
      await fc.assert(
        fc.asyncProperty(
          methods,
          fc.bigInt({ min: 0n, max: 200_00n }),
          fc.array(step, { maxLength: 4 }),
          async (method, fee, steps) => {
            await day('2026-03-02');
            const before = await books();
            const { partyId, userId } = await newBorrower(bank);
            const accountId = await fundedAccount(bank, { partyId, amount: 20_000_00n });
            const tax = fee / 10n;
            const loan = await lend(bank, {
              ...{
                partyId,
                accountId,
                principal: 5_000_00n,
                annualRate: '12',
                instalments: 6,
                disbursedOn: '2026-03-02',
              },
              ...{ fee, tax, product: { ...costly(60), method } },
            });
            const one: Borrower = { partyId, userId, accountId, loanId: loan._id };
            let date = dateOf('2026-03-02');
            for (const { days, what, amount } of steps) {
              date = date.add({ days });
              if (date.since(dateOf('2026-03-02')).days > 60) break;
              await day(dateText(date));
              const n = (await told(one)).transactions.filter(({ kind }) => kind === 'disbursal').length + 1;
              if (what === 'advance') await advance(one, { n, amount });
              if (what === 'pay') await payDue(one);
              if (what === 'late-fee')
                await act(one, { kind: 'charge', code: 'late', amount: moneyOf(29_50n), tax: moneyOf(4_50n) });
            }
            const { terms } = await quoteOf(one);
            if (!terms.ok) throw new Error(terms.refusal.code);
            expect(await cancel(one)).toMatchObject({ ok: true });
            await sound(one);
            const after = await books();
            const [fees, penalties, taxes, interest = 0n] = after.map(
              (amount, index) => amount - (before[index] ?? 0n),
            );
            expect([fees, penalties, taxes]).toEqual([0n, 0n, 0n]);
            // All that the borrower is poorer by is the interest.
            expect(await balanceOf(accountId)).toBe(20_000_00n - interest);
            expect((await told(one)).loan.state).toBe('closed');
          },
        ),
        { numRuns: 15 },
      );
    },
  );
});
