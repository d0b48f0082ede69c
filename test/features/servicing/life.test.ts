import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import { dateOf } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { moneyOf, sum, zero, type Money } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { loanAccounts, type Loan } from '#features/loans/index.ts';
import type { Act } from '#features/servicing/life/act.ts';
import { dueNow } from '#features/servicing/life/due.ts';
import { newBorrower, openTestBank, type TestBank } from '#test/portal.ts';
import { fundedAccount, lend } from './lender.ts';
import { loanFrame } from './loan-frame.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const { day, balanceOf, told, act, booksAgree } = loanFrame(() => bank);

/** A loan of its own product, with everything that can be charged. */
async function everything() {
  const { partyId, userId } = await newBorrower(bank);
  const accountId = await fundedAccount(bank, { partyId, amount: 20_000_00n });
  const fee = (code: 'late' | 'bounce' | 'prepayment') =>
    code === 'prepayment'
      ? ({ code, when: 'event', taxPercent: rateOf('18'), percent: rateOf('2'), percentOf: 'prepaid' } as const)
      : ({ code, when: 'event', taxPercent: rateOf('18'), amount: moneyOf(25_00n) } as const);
  const loan = await lend(bank, {
    partyId,
    accountId,
    principal: 12_000_00n,
    annualRate: '12',
    instalments: 24,
    disbursedOn: '2024-01-31',
    product: {
      dayCount: 'actual/365',
      fees: [fee('late'), fee('bounce'), fee('prepayment')],
      penalty: { percentOf: 'overdue-principal', percent: rateOf('24'), graceDays: 3, basis: 'annual' },
      moratorium: { mostInstalments: 6 },
    },
  });
  return { partyId, userId, accountId, loanId: loan._id };
}

type Story = Awaited<ReturnType<typeof everything>>;

/** What the engine says against what the ledger holds, account by account, and the bank as a whole. */
async function isTrue(story: Story): Promise<Loan> {
  const { loan, run } = await told(story);
  const ids = loanAccounts(story.loanId);
  const isOff = loan.state === 'written-off';
  expect(await balanceOf(ids.principal)).toBe(isOff ? zero : run.outstandingPrincipal);
  expect(await balanceOf(ids.interest)).toBe(isOff ? zero : run.interest.receivable);
  expect(await balanceOf(ids.fees)).toBe(isOff ? zero : run.fee.receivable);
  expect(await balanceOf(ids.penalties)).toBe(isOff ? zero : run.penalty.receivable);
  expect(await balanceOf(ids.overpaid)).toBe(zero);
  await booksAgree();
  expect(sum(loan.instalments.map((row) => row.principal))).toBe(
    sum([loan.principal, ...capitalised(await told(story))]),
  );
  return loan;
}

describe('Two years of a loan', () => {
  it('agree with the ledger after every step', async () => {
    const story = await everything();
    const from = { accountId: story.accountId };
    const pay = async (amount?: bigint, on?: string) => {
      const shown = dueNow((await told(story)).run);
      const what: Act =
        amount === undefined ? { kind: 'payment', from, shown } : { kind: 'payment', from, amount: moneyOf(amount) };
      const outcome = await act(story, what, on === undefined ? {} : { on });
      expect(outcome).toMatchObject({ ok: true });
      return outcome.ok ? outcome.value.key : '';
    };

    await day('2024-02-29');
    await pay();
    expect((await isTrue(story)).paidInstalments).toBe(1);

    // Late by twelve days: nine of them past the grace, with a penalty.
    await day('2024-04-12');
    const late = await told(story);
    expect(late.run.arrears.penalty).toBeGreaterThan(0n);
    expect(
      await act(story, { kind: 'charge', code: 'late', amount: moneyOf(29_50n), tax: moneyOf(4_50n) }),
    ).toMatchObject({
      ok: true,
    });
    expect((await isTrue(story)).arrears.daysPastDue).toBe(12);
    const lateKey = await pay();
    expect((await isTrue(story)).arrears.since).toBeNull();

    // A part of the next one, the rest of it later.
    await day('2024-04-30');
    const part = await pay(200_00n);
    await isTrue(story);
    await day('2024-05-06');
    await pay();
    await isTrue(story);

    // Two and a half instalments in advance.
    await day('2024-05-20');
    await pay(1_400_00n);
    expect((await isTrue(story)).paidInstalments).toBe(5);

    // Both kinds of early repayment, with a fee and its tax.
    await day('2024-07-31');
    if (dueNow((await told(story)).run) > 0n && (await told(story)).run.arrears.principal > 0n) await pay();
    for (const effect of ['shorten-term', 'lower-instalment'] as const) {
      const choices = bank.services.servicing.prepaymentChoices(await told(story), moneyOf(1_000_00n));
      if (!choices.ok) throw new Error(choices.refusal.code);
      const outcome = present(
        choices.value.outcomes.find((one) => one.effect === effect),
        'The outcome',
      );
      const what = {
        kind: 'prepayment',
        from,
        effect,
        amount: moneyOf(1_000_00n),
        chargeShown: moneyOf(23_60n),
      } as const;
      expect(await act(story, what)).toMatchObject({ ok: true });
      const loan = await isTrue(story);
      expect(loan.instalments.at(-1)?.dueOn).toBe(outcome.endsOn);
    }

    // A payment that had come in time turns up late, and another one comes back.
    await day('2024-09-03');
    await pay(560_00n, '2024-08-31');
    expect((await isTrue(story)).arrears.penalty).toBe(0n);
    await day('2024-09-10');
    expect(await act(story, { kind: 'reversal', reverses: lateKey, bounce: 'charged' })).toMatchObject({ ok: true });
    expect((await isTrue(story)).arrears.since).not.toBeNull();
    expect(await act(story, { kind: 'reversal', reverses: lateKey })).toMatchObject({
      refusal: { code: 'already-reversed' },
    });
    expect(
      await act(story, { kind: 'waiver', part: 'penalty', amount: (await told(story)).run.arrears.penalty }),
    ).toMatchObject({
      ok: true,
    });
    await isTrue(story);
    await pay();
    await isTrue(story);

    // Another rate, three months without payment, and new terms with the arrears in them.
    await day('2024-10-15');
    expect(await act(story, { kind: 'rate-change', annualRate: '10.5' })).toMatchObject({ ok: true });
    await isTrue(story);
    const next = present(
      (await told(story)).run.rows.find((row) => !row.known),
      'The next row',
    ).dueOn;
    const moratorium: Act = { kind: 'moratorium', change: { fromDueOn: next, interestGrace: 3, extraInstalments: 3 } };
    expect(await act(story, moratorium)).toMatchObject({ ok: true });
    await isTrue(story);
    await day('2025-03-20');
    expect((await isTrueAfterBooking(story)).arrears.since).not.toBeNull();
    const coming = present(
      (await told(story)).run.rows.find((row) => !row.known),
      'The next row',
    ).dueOn;
    const change = { fromDueOn: coming, extraInstalments: 6, annualRate: '9', capitalise: 'arrears' } as const;
    const restructured = newId();
    expect(await act(story, { kind: 'restructure', change }, { key: restructured })).toMatchObject({ ok: true });
    expect((await isTrue(story)).arrears.since).toBeNull();
    expect(await act(story, { kind: 'reversal', reverses: restructured })).toMatchObject({ ok: true });
    expect((await isTrue(story)).arrears.since).not.toBeNull();
    expect(await act(story, { kind: 'restructure', change })).toMatchObject({ ok: true });
    await isTrue(story);

    // Bad for months: its interest waits in suspense until it is cured.
    await day('2025-08-05');
    const bad = await isTrueAfterBooking(story);
    expect(bad.arrears.nonPerformingSince).not.toBeNull();
    expect(bad.booked.interestSuspense).toBeLessThan(0n);
    const off = newId();
    expect(await act(story, { kind: 'write-off' }, { key: off })).toMatchObject({ ok: true });
    expect((await isTrue(story)).state).toBe('written-off');
    const recovered = newId();
    const recovery: Act = { kind: 'recovery', from: 'cash', amount: moneyOf(100_00n) };
    expect(await act(story, recovery, { key: recovered })).toMatchObject({ ok: true });
    await isTrue(story);
    expect(await act(story, { kind: 'reversal', reverses: recovered })).toMatchObject({ ok: true });
    expect(await act(story, { kind: 'reversal', reverses: off })).toMatchObject({ ok: true });
    await isTrue(story);
    await pay();
    const cured = await isTrue(story);
    expect(cured.booked.interestSuspense).toBe(0n);
    expect(cured.arrears.nonPerformingSince).toBeNull();

    // An earlier part of a payment is undone and paid anew; then everything.
    expect(await act(story, { kind: 'reversal', reverses: part })).toMatchObject({ ok: true });
    await isTrue(story);
    await pay();
    const { total } = present(
      await bank.services.servicing.payoffQuote({ loanId: story.loanId }, dateOf('2025-08-05')),
      'The quote',
    );
    expect(await act(story, { kind: 'payoff', from, shown: total })).toMatchObject({ ok: true });
    const closed = await isTrue(story);
    expect(closed).toMatchObject({ state: 'closed', closedOn: '2025-08-05', outstandingPrincipal: 0n, workOn: null });
    expect(await act(story, { kind: 'payment', from, amount: moneyOf(1n) })).toMatchObject({
      refusal: { code: 'loan-not-active' },
    });
  });
});

/** Interest, fees and penalties that became principal. */
function capitalised({ transactions, run }: Awaited<ReturnType<typeof told>>): Money[] {
  const moved = run.rows.flatMap(({ moved: { interest, fee, penalty } }) => [interest, fee, penalty]);
  const twice = run.rows.map((row) => row.moved.principal);
  return transactions.some(({ kind }) => kind === 'restructure') ? [...moved, ...twice] : [];
}

/** A step that posts the day's interest first: accrual is derived, and booked on events. */
async function isTrueAfterBooking(story: Story): Promise<Loan> {
  const what: Act = { kind: 'charge', code: 'other', amount: moneyOf(1_00n), tax: zero };
  expect(await act(story, what)).toMatchObject({ ok: true });
  return isTrue(story);
}
