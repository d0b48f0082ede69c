import { describe, expect, it } from 'vitest';
import { ask } from './ask.ts';
import { arePublishedFilesHere, published } from './published.ts';
import type { Line } from './reference/loan.ts';

/** The published loans as lines of the command line; their files say what comes out. */
const hundred: Line = {
  principal: '100.00',
  annualRatePercent: '7',
  instalments: 6,
  frequency: { every: 1, unit: 'month' },
  method: 'equal-instalment',
  dayCount: '30/360',
  disbursedOn: '2024-01-01',
  firstDueOn: '2024-02-01',
};
const flat: Line = {
  ...hundred,
  principal: '3000.00',
  annualRatePercent: '12',
  instalments: 3,
  method: 'flat',
  disbursedOn: '2023-01-01',
  firstDueOn: '2023-02-01',
};
const inJuly = { disbursedOn: '2023-07-01', firstDueOn: '2023-08-01' };

const lives: readonly [string, Line][] = [
  [
    'B09-late-penalty-1_5pct-principal',
    {
      ...flat,
      payments: [],
      asOf: '2023-05-01',
      penalty: { percentOf: 'overdue-principal', percent: '1.5', graceDays: 0, basis: 'once' },
    },
  ],
  [
    'B14-reschedule-extra-terms-zero-interest',
    {
      ...flat,
      ...inJuly,
      method: 'equal-instalment',
      annualRatePercent: '0',
      reschedule: { fromDueOn: '2023-09-01', extraInstalments: 2 },
    },
  ],
  ['B16-rate-change-flat', { ...flat, ...inJuly, rateChanges: [{ on: '2023-09-01', annualRatePercent: '6' }] }],
  ['C04-overdue-two-instalments-recalculated', { ...hundred, payments: [], asOf: '2024-03-10' }],
  [
    'C10-early-emi-15jan',
    { ...hundred, prepayments: [{ on: '2024-01-15', amount: '17.01', effect: 'next-instalments' }] },
  ],
  [
    'C15-two-tranches-mid-period',
    {
      ...hundred,
      annualRatePercent: '9.4822',
      disbursements: [
        { on: '2024-01-01', amount: '100.00' },
        { on: '2024-01-08', amount: '200.00' },
      ],
    },
  ],
];

const amountNames = ['principal', 'interest', 'fee', 'penalty', 'total', 'balance'] as const;

describe.skipIf(!arePublishedFilesHere)('published lives of loans, through the command line', () => {
  it.each(lives)('%s agrees in every cell', async (name, line) => {
    const { expected } = published(name);
    const { answers } = await ask('schedule', [line]);
    const rows = (expected.rows ?? []).map((row) => [row.due_date, ...amountNames.map((part) => row[part])]);
    expect(answers[0]?.rows?.map((row) => [row.dueOn, ...amountNames.map((part) => row[part])])).toEqual(rows);
    expect(answers[0]?.totals).toEqual(expected.totals);
  });

  it('C10 is the same where the early money is a payment that was recorded', async () => {
    const line = { ...hundred, payments: [{ on: '2024-01-15', amount: '17.01' }], asOf: '2024-01-15' };
    const { answers } = await ask('schedule', [line]);
    expect(answers[0]?.totals).toEqual(published('C10-early-emi-15jan').expected.totals);
  });

  it('C01: the payoff stands in the row of its period, and the rows after it go', async () => {
    const { expected } = published('C01-payoff-to-date');
    const { answers } = await ask('schedule', [{ ...hundred, payoffOn: '2024-02-15' }]);
    expect(answers[0]?.payoff).toMatchObject({ principal: '83.57', interest: '0.24', total: '83.81' });
    expect(answers[0]?.rows?.map((row) => [row.principal, row.interest, row.balance])).toEqual([
      ['16.43', '0.58', '83.57'],
      ['83.57', '0.24', '0.00'],
    ]);
    expect(answers[0]?.totals).toEqual(expected.totals);
  });

  it('C07: the prepayment stands in the row of its period, and the instalment stays', async () => {
    const { expected } = published('C07-prepay-15-reduce-tenure');
    const prepayments = [{ on: '2024-01-15', amount: '15.00', effect: 'shorten-term' }];
    const { answers } = await ask('schedule', [{ ...hundred, prepayments }]);
    const [answer] = answers;
    expect(answer?.rows?.map((row) => row.interest)).toEqual(['0.54', '0.40', '0.30', '0.21', '0.11', '0.01']);
    expect(answer?.rows?.map((row) => row.total).slice(0, 5)).toEqual(['32.01', '17.01', '17.01', '17.01', '17.01']);
    expect(answer?.totals).toEqual(expected.totals);
  });
});

const rateFiles = [
  'D01-apr-monthly-regular',
  'D02-apr-monthly-long-first',
  'D03-apr-semimonthly-short-first',
  'D04-apr-quarterly-long-first',
  'D05-apr-weekly-long-first',
];

describe.skipIf(!arePublishedFilesHere)('published annual rates, through the command line', () => {
  it.each(rateFiles)('%s', async (name) => {
    const { inputs, expected } = published(name);
    const payments = inputs.payments.map(({ unit_periods: unitPeriods, fraction, amount }) => ({
      unitPeriods,
      fraction,
      amount,
    }));
    const line = { amountFinanced: inputs.amount_financed, unitPeriodsPerYear: inputs.unit_periods_per_year, payments };
    expect((await ask('apr', [line])).answers).toEqual([{ id: null, aprPercent: expected.apr_percent }]);
  });
});

describe('the published schedules', () => {
  it('are here, or the tests on them were passed over', ({ skip }) => {
    if (!arePublishedFilesHere) skip('shared/vectors is not beside this checkout: nothing published was compared');
    expect(arePublishedFilesHere).toBe(true);
  });
});
