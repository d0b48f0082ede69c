import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { dateOf, dateText, daysBetween } from '#core/calendar.ts';
import { moneyOf, ofDollarSize, type Money } from '#core/money.ts';
import {
  accruedParts,
  closingsOf,
  lastDay,
  monthOf,
  partsPerMinorUnit,
  periodsDue,
  roundInterest,
  unpaidDays,
  type ClosingBalance,
  type RateStep,
} from '#features/accounts/interest/interest.rules.ts';

const period = (from: string, to: string) => ({ from: dateOf(from), to: dateOf(to) });
const flat = (annualRate: string): RateStep[] => [{ from: '2020-01-01', annualRate }];
const cents = (amount: number) => moneyOf(BigInt(amount));

/** Interest of a balance that never moves. */
const steady = (facts: { balance: Money; rate: string; from: string; to: string }) =>
  roundInterest(
    accruedParts({
      period: period(facts.from, facts.to),
      opening: facts.balance,
      closings: [],
      rates: flat(facts.rate),
    }),
  );

describe('interest on closing balances, actual/365', () => {
  it.each([
    // 10,000.00 × 2.5 % × 31 / 365 = 21.2328…
    ['2026-03-01', '2026-03-31', 1_000_000, '2.5', 2_123n],
    // 28 days: 19.178…
    ['2026-02-01', '2026-02-28', 1_000_000, '2.5', 1_918n],
    // A leap day is one day more over the same 365: 19.863…
    ['2024-02-01', '2024-02-29', 1_000_000, '2.5', 1_986n],
    // A leap year bears 366 days: 1 % of 3,650.00 is 36.50, and one day more 36.60.
    ['2024-01-01', '2024-12-31', 365_000, '1', 3_660n],
    ['2026-01-01', '2026-12-31', 365_000, '1', 3_650n],
    // One day.
    ['2026-03-31', '2026-03-31', 36_500_000, '0.01', 10n],
    ['2026-03-01', '2026-03-31', 0, '2.5', 0n],
    ['2026-03-01', '2026-03-31', 1_000_000, '0', 0n],
    ['2026-03-01', '2026-03-31', 1_000_000, '0.000001', 0n],
  ])('from %s to %s on %i at %s %% is %i', (from, to, balance, rate, interest) => {
    expect(steady({ balance: cents(balance), rate, from, to })).toBe(interest);
  });

  it('is rounded once, halves to even', () => {
    const half = partsPerMinorUnit / 2n;
    expect(roundInterest(half)).toBe(0n);
    expect(roundInterest(half + 1n)).toBe(1n);
    expect(roundInterest(partsPerMinorUnit + half)).toBe(2n);
    // Thirty-one days of 0.4 cent are 12 cents, not 31 times nothing: 584.00 at 0.25 % is 0.4 a day.
    expect(steady({ balance: cents(58_400), rate: '0.25', from: '2026-03-01', to: '2026-03-31' })).toBe(12n);
  });

  it('has no decimals in yen', () => {
    const balance = ofDollarSize(10_000, 'JPY');
    expect(balance).toBe(1_000_000n);
    // 1,000,000 × 2.5 % × 31 / 365 = 2123.28…
    expect(steady({ balance, rate: '2.5', from: '2026-03-01', to: '2026-03-31' })).toBe(2_123n);
  });

  it('counts a balance from the day at whose end it stands', () => {
    const parts = accruedParts({
      period: period('2026-03-01', '2026-03-31'),
      opening: cents(0),
      closings: [
        { on: '2026-03-11', balance: cents(1_000_000) },
        { on: '2026-03-21', balance: cents(500_000) },
      ],
      rates: flat('3.65'),
    });
    // 1.00 a day for ten days on 10,000.00, then 0.50 for eleven.
    expect(roundInterest(parts)).toBe(1_000n + 550n);
  });

  it('changes its rate on the day a new one takes effect, and in the middle of a month', () => {
    const parts = accruedParts({
      period: period('2026-03-01', '2026-03-31'),
      opening: cents(1_000_000),
      closings: [],
      rates: [...flat('3.65'), { from: '2026-03-16', annualRate: '7.3' }],
    });
    expect(roundInterest(parts)).toBe(15n * 100n + 16n * 200n);
  });

  it('is nothing on days below zero, and does not take back what other days bore', () => {
    const parts = accruedParts({
      period: period('2026-03-01', '2026-03-31'),
      opening: cents(1_000_000),
      closings: [{ on: '2026-03-02', balance: cents(-5_000_000) }],
      rates: flat('3.65'),
    });
    expect(roundInterest(parts)).toBe(100n);
  });

  it('is nothing before the first rate and in a period without days', () => {
    const facts = { opening: cents(1_000_000), closings: [], rates: flat('2.5') };
    expect(accruedParts({ ...facts, period: period('2019-01-01', '2019-12-31') })).toBe(0n);
    expect(accruedParts({ ...facts, period: period('2026-03-02', '2026-03-01') })).toBe(0n);
  });

  it('takes the closing balance of a day from all that moved on it, whatever the order', () => {
    const moved = new Map([
      ['2026-03-20', cents(-300)],
      ['2026-03-02', cents(1_000)],
    ]);
    expect(closingsOf(cents(50), moved)).toEqual([
      { on: '2026-03-02', balance: 1_050n },
      { on: '2026-03-20', balance: 750n },
    ]);
  });
});

const day = fc.integer({ min: 0, max: 120 }).map((n) => dateText(dateOf('2024-01-15').add({ days: n })));
const balance = fc.bigInt({ min: -1_000_000n, max: 10n ** 15n }).map(moneyOf);
const rate = fc
  .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 999_999 }))
  .map(([whole, places]) => `${whole}.${String(places).padStart(6, '0')}`);
const accounts = fc.record({
  opening: balance,
  closings: fc.uniqueArray(fc.record({ on: day, balance }), { selector: ({ on }) => on, maxLength: 40 }),
  rates: fc.uniqueArray(fc.record({ from: day, annualRate: rate }), { selector: ({ from }) => from, maxLength: 5 }),
  days: fc.tuple(day, day).map(([a, b]) => (a < b ? period(a, b) : period(b, a))),
});

describe('for any account', () => {
  const inEffect = <T>(steps: readonly T[], key: (step: T) => string, on: string) =>
    steps
      .filter((step) => key(step) <= on)
      .sort((a, b) => (key(a) < key(b) ? -1 : 1))
      .at(-1);

  it('the sum of its days, each by the formula, is the interest of the period', () => {
    fc.assert(
      fc.property(accounts, ({ opening, closings, rates, days }) => {
        let expected = 0n;
        for (let n = 0; n <= daysBetween(days.from, days.to); n += 1) {
          const on = dateText(days.from.add({ days: n }));
          const closing = inEffect<ClosingBalance>(closings, (one) => one.on, on)?.balance ?? opening;
          const annualRate = inEffect<RateStep>(rates, (one) => one.from, on)?.annualRate ?? '0.000000';
          if (closing > 0n) expected += closing * BigInt(annualRate.replace('.', ''));
        }
        expect(accruedParts({ period: days, opening, closings, rates })).toBe(expected);
      }),
    );
  });

  it('a period cut in two bears what it bears whole, to the last part of a cent', () => {
    fc.assert(
      fc.property(accounts, fc.nat(200), ({ opening, closings, rates, days }, cut) => {
        const length = daysBetween(days.from, days.to);
        const middle = days.from.add({ days: cut % (length + 1) });
        const before = inEffect<ClosingBalance>(closings, (one) => one.on, dateText(middle))?.balance ?? opening;
        const first = accruedParts({ period: { from: days.from, to: middle }, opening, closings, rates });
        const second = accruedParts({
          period: { from: middle.add({ days: 1 }), to: days.to },
          opening: before,
          closings,
          rates,
        });
        expect(first + second).toBe(accruedParts({ period: days, opening, closings, rates }));
      }),
    );
  });

  it('the order in which balances and rates are given changes nothing', () => {
    const shuffled = accounts.chain((account) =>
      fc.record({
        account: fc.constant(account),
        closings: fc.shuffledSubarray(account.closings, { minLength: account.closings.length }),
        rates: fc.shuffledSubarray(account.rates, { minLength: account.rates.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ account, closings, rates }) => {
        const { opening, days } = account;
        const given = accruedParts({ period: days, opening, closings: account.closings, rates: account.rates });
        expect(accruedParts({ period: days, opening, closings, rates })).toBe(given);
      }),
    );
  });
});

describe('what is due', () => {
  const texts = (due: ReturnType<typeof periodsDue>) =>
    due.map(({ month, period: { from, to } }) => `${month.toString()} ${dateText(from)} ${dateText(to)}`);
  const month = (text: string) => Temporal.PlainYearMonth.from(text);

  it('is each month by itself, the first from the day after what was paid', () => {
    expect(texts(periodsDue(dateOf('2023-12-14'), month('2024-02')))).toEqual([
      '2023-12 2023-12-15 2023-12-31',
      '2024-01 2024-01-01 2024-01-31',
      '2024-02 2024-02-01 2024-02-29',
    ]);
  });

  it('is nothing where the month is paid, or the account is younger', () => {
    expect(periodsDue(dateOf('2026-03-31'), month('2026-03'))).toEqual([]);
    expect(periodsDue(dateOf('2026-04-07'), month('2026-03'))).toEqual([]);
  });

  it('ends with the last day of a month, leap years included', () => {
    expect(dateText(lastDay(monthOf(dateOf('2024-02-03'))))).toBe('2024-02-29');
    expect(dateText(lastDay(month('2100-02')))).toBe('2100-02-28');
  });

  it('has accrued up to yesterday and no further', () => {
    const { from, to } = unpaidDays('2026-02-28', dateOf('2026-03-17'));
    expect([dateText(from), dateText(to)]).toEqual(['2026-03-01', '2026-03-16']);
  });
});
