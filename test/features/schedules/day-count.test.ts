import { describe, expect, it } from 'vitest';
import { dateOf, type Frequency } from '#core/calendar.ts';
import { rateOf } from '#core/rate.ts';
import type { ScheduleTerms } from '#features/schedules/index.ts';
import { scheduleOf, text, usd } from './loans.ts';

type DayCount = ScheduleTerms['dayCount'];

/** The first row's interest on a million at 100 %: a year's share to the cent, two places finer than a percent. */
function firstInterest(
  dayCount: DayCount,
  dates: [string, string],
  frequency: Frequency = { every: 1, unit: 'month' },
) {
  const [disbursedOn, firstDueOn] = dates;
  const schedule = scheduleOf({
    principal: usd('1000000.00'),
    annualRate: rateOf('100'),
    instalments: 2,
    method: 'bullet',
    dayCount,
    frequency,
    disbursedOn: dateOf(disbursedOn),
    firstDueOn: dateOf(firstDueOn),
  });
  return text(schedule.rows[0]?.interest ?? usd('0'));
}

const share = (years: number) => (years * 1_000_000).toFixed(2);

describe('the share of a year a period has', () => {
  it.each<[DayCount, [string, string], Frequency | undefined, number]>([
    ['30/360', ['2024-01-31', '2024-02-29'], undefined, 1 / 12],
    ['30/360', ['2024-01-01', '2024-04-01'], { every: 3, unit: 'month' }, 3 / 12],
    // An odd first period: one whole month, then the fifteen days from 15 February to 1 March.
    ['30/360', ['2024-01-15', '2024-03-01'], undefined, 1 / 12 + 15 / 360],
    ['30/360', ['2024-01-15', '2024-02-01'], undefined, 17 / 360],
    ['30/360', ['2024-01-31', '2024-03-31'], undefined, 2 / 12],
    ['30/360', ['2024-01-01', '2024-01-15'], { every: 2, unit: 'week' }, 14 / 360],
    ['nominal', ['2024-01-15', '2024-03-31'], undefined, 1 / 12],
    ['nominal', ['2024-01-01', '2024-01-15'], { every: 2, unit: 'week' }, 2 / 52],
    ['nominal', ['2024-01-01', '2024-01-11'], { every: 10, unit: 'day' }, 10 / 365],
    ['actual/365', ['2024-02-01', '2024-03-01'], undefined, 29 / 365],
    ['actual/360', ['2024-02-01', '2024-03-01'], undefined, 29 / 360],
    // ISDA gives 31 December to the old year, which has 20 of the 31 days; the other rule gives it to the new one.
    ['actual/actual', ['2023-12-12', '2024-01-12'], undefined, 20 / 365 + 11 / 366],
    ['actual/actual-dec31', ['2023-12-12', '2024-01-12'], undefined, 19 / 365 + 12 / 366],
    ['actual/actual-dec31', ['2023-12-31', '2024-01-31'], undefined, 31 / 366],
    ['actual/actual', ['2024-12-01', '2025-01-01'], undefined, 31 / 366],
    ['actual/actual-dec31', ['2024-12-01', '2025-01-01'], undefined, 30 / 366 + 1 / 365],
    ['actual/actual', ['2023-07-01', '2025-03-01'], undefined, 184 / 365 + 1 + 59 / 365],
    ['actual/actual-feb29', ['2024-01-29', '2024-02-29'], undefined, 31 / 366],
    ['actual/actual-feb29', ['2024-02-29', '2024-03-29'], undefined, 29 / 365],
    ['actual/actual-feb29', ['2023-03-01', '2024-02-28'], undefined, 364 / 365],
    ['actual/actual-feb29', ['2099-12-31', '2100-03-31'], undefined, 90 / 365],
  ])('%s from %j every %j is %d', (dayCount, dates, frequency, years) => {
    expect(firstInterest(dayCount, dates, frequency)).toBe(share(years));
  });
});

describe('due dates', () => {
  const dates = (disbursedOn: string, firstDueOn: string, instalments: number, frequency?: Frequency) =>
    scheduleOf({
      disbursedOn: dateOf(disbursedOn),
      firstDueOn: dateOf(firstDueOn),
      instalments,
      ...(frequency && { frequency }),
    }).rows.map((row) => row.dueOn);

  it('come back to the 31st after a shorter month', () => {
    expect(dates('2023-10-31', '2023-11-30', 5)).toEqual([
      '2023-11-30',
      '2023-12-31',
      '2024-01-31',
      '2024-02-29',
      '2024-03-31',
    ]);
  });

  it('count from the first one where that is not one frequency away', () => {
    expect(dates('2024-01-10', '2024-02-29', 3)).toEqual(['2024-02-29', '2024-03-29', '2024-04-29']);
  });

  it('of a loan of 29 February fall on the 28th in common years and on the 29th in leap years', () => {
    expect(dates('2024-02-29', '2025-02-28', 4, { every: 12, unit: 'month' })).toEqual([
      '2025-02-28',
      '2026-02-28',
      '2027-02-28',
      '2028-02-29',
    ]);
  });
});
