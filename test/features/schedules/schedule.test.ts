import { describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { moneyOf } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { buildSchedule, type ScheduleTerms } from '#features/schedules/index.ts';
import { aLoan, column, scheduleOf, text, usd } from './loans.ts';

const months = (every: number) => ({ every, unit: 'month' }) as const;

describe('equal instalments', () => {
  it('divide evenly where there is no interest, the last row taking the rest', () => {
    const schedule = scheduleOf({ principal: usd('100.00'), annualRate: rateOf('0'), instalments: 3 });
    expect(column(schedule, 'total')).toEqual(['33.33', '33.33', '33.34']);
    expect(schedule.aprPercent).toBe('0.00');
  });

  it('rounded up to a whole unit stay whole where the exact instalment is whole', () => {
    const rounding = { instalmentTo: usd('1.00'), instalmentMode: 'up' } as const;
    // 210 at 10 % a year over two years is exactly 121 a year.
    const yearly = { principal: usd('210.00'), annualRate: rateOf('10'), instalments: 2, frequency: months(12) };
    expect(text(scheduleOf({ ...yearly, firstDueOn: dateOf('2025-01-01'), rounding }).instalment)).toBe('121.00');
    expect(
      text(scheduleOf({ principal: usd('100.01'), annualRate: rateOf('0'), instalments: 1, rounding }).instalment),
    ).toBe('101.00');
  });

  it('end as soon as nothing is owed where rounding up pays the loan off early', () => {
    const rounding = { instalmentTo: usd('10.00'), instalmentMode: 'up' } as const;
    const schedule = scheduleOf({ principal: usd('35.00'), annualRate: rateOf('0'), rounding });
    expect(column(schedule, 'principal')).toEqual(['10.00', '10.00', '10.00', '5.00']);
  });

  it.each([
    ['half-even', '0.12'],
    ['half-up', '0.13'],
  ] as const)('round interest of 12.5 cents %s to %s', (mode, interest) => {
    const schedule = scheduleOf({ principal: usd('12.50'), instalments: 6, rounding: { mode } });
    expect(column(schedule, 'interest')[0]).toBe(interest);
  });

  it('pay no principal in a row whose interest is more than the instalment', () => {
    const schedule = scheduleOf({
      annualRate: rateOf('60'),
      instalmentBasis: 'nominal',
      dayCount: 'actual/365',
      firstDueOn: dateOf('2025-01-01'),
    });
    expect(column(schedule, 'principal')[0]).toBe('0.00');
    expect(column(schedule, 'interest')[0]).toBe('721.97');
    expect(text(schedule.totals.principal)).toBe('1200.00');
  });

  it('leave a balloon, which the last row adds', () => {
    const schedule = scheduleOf({ instalments: 3, balloon: usd('500.00'), annualRate: rateOf('0') });
    expect(column(schedule, 'total')).toEqual(['233.33', '233.33', '733.34']);
    const withInterest = scheduleOf({ balloon: usd('600.00') });
    // (1200 − 600 ÷ 1.01^12) ÷ a(12, 1 %), by hand.
    expect(text(withInterest.instalment)).toBe('59.31');
    expect(column(withInterest, 'balance').at(-2)).toMatch(/^6\d\d\.\d\d$/);
  });

  it('follow a fixed instalment to the row that clears the rest, with its balloon', () => {
    const schedule = scheduleOf({ fixedInstalment: usd('500.00'), annualRate: rateOf('0') });
    expect(column(schedule, 'total')).toEqual(['500.00', '500.00', '200.00']);
    const withBalloon = scheduleOf({ fixedInstalment: usd('500.00'), annualRate: rateOf('0'), balloon: usd('400.00') });
    expect(column(withBalloon, 'total')).toEqual(['500.00', '700.00']);
  });
});

describe('grace', () => {
  it('of interest lets it fall due, without compounding, on top of the first row after', () => {
    const schedule = scheduleOf({ instalments: 4, interestGraceInstalments: 2 });
    expect(column(schedule, 'total').slice(0, 2)).toEqual(['0.00', '0.00']);
    expect(column(schedule, 'interest')).toEqual(['0.00', '0.00', '36.00', '6.03']);
    expect(text(schedule.instalment)).toBe('609.01');
    expect(column(schedule, 'total')[2]).toBe('633.01');
  });

  it('of interest still lets equal principal be paid', () => {
    const schedule = scheduleOf({ instalments: 4, method: 'equal-principal', interestGraceInstalments: 2 });
    expect(column(schedule, 'principal')).toEqual(['300.00', '300.00', '300.00', '300.00']);
    expect(column(schedule, 'interest')).toEqual(['0.00', '0.00', '27.00', '3.00']);
  });

  it('of principal leaves rows of interest only', () => {
    const schedule = scheduleOf({ instalments: 4, method: 'equal-principal', principalGraceInstalments: 1 });
    expect(column(schedule, 'principal')).toEqual(['0.00', '400.00', '400.00', '400.00']);
    expect(column(schedule, 'interest')).toEqual(['12.00', '12.00', '8.00', '4.00']);
    expect(text(schedule.instalment)).toBe('412.00');
  });
});

describe('other methods', () => {
  it('equal principal pays the same share of principal in every row, the last taking the rest', () => {
    const schedule = scheduleOf({ principal: usd('100.00'), instalments: 3, method: 'equal-principal' });
    expect(column(schedule, 'principal')).toEqual(['33.33', '33.33', '33.34']);
    expect(column(schedule, 'interest')).toEqual(['1.00', '0.67', '0.33']);
  });

  it('bullet pays interest, and all principal in the last row', () => {
    const schedule = scheduleOf({ instalments: 3, method: 'bullet' });
    expect(column(schedule, 'total')).toEqual(['12.00', '12.00', '1212.00']);
  });

  it('flat by months rounds all interest once and spreads it, the last row taking the rest', () => {
    const schedule = scheduleOf({ principal: usd('100.00'), annualRate: rateOf('10'), instalments: 3, method: 'flat' });
    expect(column(schedule, 'interest')).toEqual(['0.83', '0.83', '0.84']);
    expect(column(schedule, 'total')).toEqual(['34.17', '34.17', '34.16']);
  });

  it('flat by days rounds the interest of each row', () => {
    const schedule = scheduleOf({ principal: usd('1000.00'), instalments: 3, method: 'flat', dayCount: 'actual/365' });
    expect(column(schedule, 'interest')).toEqual(['10.19', '9.53', '10.19']);
    expect(text(schedule.instalment)).toBe('343.30');
  });

  it('flat goes on charging interest where rounding up has paid the principal early', () => {
    const rounding = { instalmentTo: usd('500.00'), instalmentMode: 'up' } as const;
    const schedule = scheduleOf({ instalments: 4, method: 'flat', rounding });
    expect(column(schedule, 'total')).toEqual(['500.00', '500.00', '236.00', '12.00']);
  });
});

describe('fees and down payment', () => {
  it('a fee of each kind stands in every row, and one at disbursement in none', () => {
    const schedule = scheduleOf({
      instalments: 2,
      method: 'equal-principal',
      fees: [
        { when: 'instalment', percentOf: 'interest', percent: rateOf('10') },
        { when: 'instalment', percentOf: 'principal', percent: rateOf('1') },
        { when: 'instalment', percentOf: 'loan', percent: rateOf('0.5') },
        { when: 'instalment', amount: usd('2.50') },
        { when: 'disbursement', percentOf: 'loan', percent: rateOf('2') },
      ],
    });
    // 1.20 + 6.00 + 6.00 + 2.50, then 0.60 + 6.00 + 6.00 + 2.50.
    expect(column(schedule, 'fee')).toEqual(['15.70', '15.10']);
    expect(text(schedule.feeAtDisbursement)).toBe('24.00');
  });

  it('a fee at disbursement raises the APR of a loan whose rate it would otherwise equal', () => {
    expect(scheduleOf().aprPercent).toBe('12.00');
    const fees = [{ when: 'disbursement', percentOf: 'loan', percent: rateOf('2') }] as const;
    expect(scheduleOf({ fees }).aprPercent).toBe('15.85');
  });

  it('a down payment is the first row, on the day of disbursal, without interest', () => {
    const schedule = scheduleOf({ downPaymentPercent: rateOf('25'), annualRate: rateOf('0'), instalments: 3 });
    expect(column(schedule, 'total')).toEqual(['300.00', '300.00', '300.00', '300.00']);
    expect(schedule.rows.map((row) => [row.n, row.dueOn])).toEqual([
      [1, '2024-01-01'],
      [2, '2024-02-01'],
      [3, '2024-03-01'],
      [4, '2024-04-01'],
    ]);
  });
});

describe('terms that give no schedule are refused by the field in the way', () => {
  const refused: readonly [string, Partial<ScheduleTerms>, unknown][] = [
    ['no principal', { principal: moneyOf(0n) }, { code: 'not-positive', field: 'principal' }],
    [
      'more sums than fit',
      { principal: usd('9999999999999.99'), frequency: months(300), annualRate: rateOf('999') },
      { code: 'too-large', field: 'principal' },
    ],
    ['no rows', { instalments: 0 }, { code: 'out-of-range', field: 'instalments' }],
    ['too many rows', { instalments: 3601 }, { code: 'out-of-range', field: 'instalments' }],
    [
      'a due date before the money',
      { firstDueOn: dateOf('2024-01-01') },
      { code: 'not-after-disbursal', field: 'firstDueOn' },
    ],
    [
      'grace to the end',
      { principalGraceInstalments: 12 },
      { code: 'out-of-range', field: 'principalGraceInstalments' },
    ],
    ['a balloon of everything', { balloon: usd('1200.00') }, { code: 'too-large', field: 'balloon' }],
    [
      'a down payment of everything',
      { downPaymentPercent: rateOf('100') },
      { code: 'too-large', field: 'downPaymentPercent' },
    ],
    [
      'a fee of everything',
      { fees: [{ when: 'disbursement', amount: usd('1200.00') }] },
      { code: 'too-large', field: 'fees' },
    ],
    [
      'a fixed instalment below the interest',
      { fixedInstalment: usd('12.00') },
      { code: 'too-small', field: 'fixedInstalment' },
    ],
    [
      'a fixed instalment that takes millennia',
      { fixedInstalment: usd('1.00'), annualRate: rateOf('0'), frequency: months(120) },
      { code: 'too-small', field: 'fixedInstalment' },
    ],
    [
      'a fixed instalment of a flat loan',
      { method: 'flat', fixedInstalment: usd('500') },
      { code: 'not-applicable', field: 'fixedInstalment' },
    ],
    [
      'years of five digits',
      { instalments: 3600, frequency: months(300), annualRate: rateOf('1') },
      { code: 'too-long', field: 'instalments' },
    ],
  ];
  it.each(refused)('%s', (_why, changes, refusal) => {
    expect(buildSchedule(aLoan(changes))).toEqual({ ok: false, refusal });
  });
});
