import { describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { moneyOf } from '#core/money.ts';
import { standingOf } from '#features/servicing/standing.rules.ts';

const row = (n: number, dueOn: string, paidOn: string | null = null) => ({ n, dueOn, paidOn, left: moneyOf(100_00n) });
const rows = [row(1, '2026-01-31', '2026-01-30'), row(2, '2026-02-28'), row(3, '2026-03-31')];
const on = (date: string) => standingOf(rows, dateOf(date));

describe('Where a loan stands', () => {
  it('counts the days to the oldest unpaid instalment', () => {
    expect(on('2026-02-11')).toMatchObject({ next: { n: 2 }, when: 'upcoming', days: 17, overdue: { count: 0 } });
  });

  it('is due on the day itself and late from the day after', () => {
    expect(on('2026-02-28')).toMatchObject({ when: 'due', days: 0, overdue: { count: 0, amount: 0n } });
    expect(on('2026-03-01')).toMatchObject({ when: 'overdue', days: 1, overdue: { count: 1, amount: 100_00n } });
  });

  it('adds up everything that is late', () => {
    expect(on('2026-04-02')).toMatchObject({ next: { n: 2 }, days: 33, overdue: { count: 2, amount: 200_00n } });
  });

  it('has nothing to say about a loan that is repaid', () => {
    expect(standingOf([row(1, '2026-01-31', '2026-01-30')], dateOf('2026-05-01'))).toBeUndefined();
  });
});
