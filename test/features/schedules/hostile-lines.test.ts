import { describe, expect, it } from 'vitest';
import { ask } from './ask.ts';

const loan = {
  principal: '1000.00',
  annualRatePercent: '12',
  instalments: 6,
  frequency: { every: 1, unit: 'month' },
  method: 'equal-instalment',
  dayCount: '30/360',
  disbursedOn: '2024-01-01',
  firstDueOn: '2024-02-01',
};
const payment = { on: '2024-02-01', amount: '10.00' };

const hostile: readonly [string, object, string][] = [
  ['a payment after asOf', { payments: [payment], asOf: '2024-01-31' }, 'payments'],
  ['asOf before the disbursal', { payments: [], asOf: '2023-12-31' }, 'asOf'],
  ['a payment of nothing', { payments: [{ ...payment, amount: '0.00' }] }, 'payments'],
  ['a payment before the disbursal', { payments: [{ ...payment, on: '2023-12-31' }] }, 'payments'],
  ['a negative amount', { payments: [{ ...payment, amount: '-10.00' }] }, 'payments.0.amount'],
  ['an exponent', { payments: [{ ...payment, amount: '1e1' }] }, 'payments.0.amount'],
  [
    'too many places',
    { prepayments: [{ ...payment, amount: '1.005', effect: 'shorten-term' }] },
    'prepayments.0.amount',
  ],
  ['a number for an amount', { balloon: 5 }, 'balloon'],
  [
    'more prepaid than is owed',
    { prepayments: [{ ...payment, amount: '5000', effect: 'lower-instalment' }] },
    'prepayments',
  ],
  ['an unknown effect', { prepayments: [{ ...payment, effect: 'vanish' }] }, 'prepayments.0.effect'],
  ['a list that is none', { payments: 'all of them' }, 'payments'],
  ['an object for a list', { rateChanges: { on: '2024-02-01' } }, 'rateChanges'],
  ['a rate beyond any', { annualRatePercent: '1000' }, 'annualRatePercent'],
  [
    'a year of five digits',
    { instalments: 3600, frequency: { every: 12, unit: 'month' }, disbursedOn: '9000-01-01', firstDueOn: '9001-01-01' },
    'instalments',
  ],
  ['asOf with a time', { asOf: '2024-02-01T00:00:00Z' }, 'asOf'],
  ['a day that no month has', { payoffOn: '2023-02-29' }, 'payoffOn'],
  ['an order that names a part twice', { allocation: ['fee', 'fee', 'interest', 'principal'] }, 'allocation'],
  [
    'advances out of order',
    {
      disbursements: [
        { on: '2024-01-01', amount: '1' },
        { on: '2024-03-01', amount: '1' },
        { on: '2024-02-01', amount: '1' },
      ],
    },
    'disbursements',
  ],
  [
    'an advance after the last row',
    {
      disbursements: [
        { on: '2024-01-01', amount: '1' },
        { on: '2024-07-01', amount: '1' },
      ],
    },
    'disbursements',
  ],
  ['grace for every row', { principalGraceInstalments: 6 }, 'principalGraceInstalments'],
  ['all of it paid down', { downPaymentPercent: '100' }, 'downPaymentPercent'],
  ['a fixed instalment below the interest', { fixedInstalment: '9.99' }, 'fixedInstalment'],
  ['a re-schedule after the end', { reschedule: { fromDueOn: '2025-01-01' } }, 'reschedule'],
  [
    'a grace of a fraction of a day',
    { penalty: { percentOf: 'overdue-principal', percent: '1', graceDays: 0.5 } },
    'penalty.graceDays',
  ],
  [
    'more events than any loan has',
    { rateChanges: Array.from({ length: 5001 }, () => ({ on: '2024-02-01', annualRatePercent: '1' })) },
    'rateChanges',
  ],
  ['a polluted prototype', { ['__proto__']: undefined, constructor: { prototype: {} } }, 'constructor'],
];

describe('cli schedule, tried with lines that mean harm', () => {
  it.each(hostile)('answers %s with the field and a message, and the next line as ever', async (_, changes, field) => {
    const { exitCode, answers } = await ask('schedule', [
      { id: 1, ...loan, ...changes },
      { id: 2, ...loan },
    ]);
    expect(exitCode).toBe(2);
    expect(answers[0]).toMatchObject({ id: 1, error: { field } });
    expect(answers[0]?.error?.message.length).toBeGreaterThan(5);
    expect(answers[1]).toMatchObject({ id: 2, instalment: '172.55' });
  });

  it('takes the last of two equal keys, as JSON does everywhere', async () => {
    const twice = JSON.stringify({ id: 1, ...loan }).replace('{', '{"principal":"9.99",');
    expect((await ask('schedule', [twice])).answers[0]).toMatchObject({ instalment: '172.55' });
  });

  it('answers thousands of events on one loan within the second', async () => {
    const days = Array.from({ length: 5000 }, (_, index) => Temporal.PlainDate.from('2024-01-02').add({ days: index }));
    const payments = days.map((day) => ({ on: day.toString(), amount: '0.31' }));
    const from = performance.now();
    const { exitCode, answers } = await ask('schedule', [{ ...loan, instalments: 180, payments }]);
    expect(exitCode).toBe(0);
    expect(answers[0]?.rows?.at(-1)?.balance).toBe('0.00');
    // Generous, for shared machines: what is quadratic would take minutes.
    expect(performance.now() - from).toBeLessThan(15_000);
  });

  it('answers the empty, the huge and the deep', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const { exitCode, answers } = await ask('schedule', ['{}', '[]', 'null', '"x"', deep, `{"id":${'9'.repeat(400)}}`]);
    expect(exitCode).toBe(2);
    expect(answers.every((answer) => answer.error !== undefined)).toBe(true);
    expect(answers).toHaveLength(6);
  });
});

describe('cli apr, tried with lines that mean harm', () => {
  const annuity = { amountFinanced: '1000', unitPeriodsPerYear: 12 };

  it.each([
    ['no payments at all', { payments: [] }, 'payments'],
    ['payments that repay less', { payments: [{ unitPeriods: 1, amount: '999.99' }] }, 'payments'],
    [
      'a payment before the first advance',
      { amountFinanced: '1000', advancedOn: '2024-02-01', payments: [{ on: '2024-01-01', amount: '2000' }] },
      'payments.0.on',
    ],
    ['payments at the advance', { payments: [{ unitPeriods: 0, amount: '1000.01' }] }, 'payments'],
    ['a negative distance', { payments: [{ unitPeriods: -1, amount: '2000' }] }, 'payments.0.unitPeriods'],
    [
      'a year of no unit periods',
      { unitPeriodsPerYear: 0, payments: [{ unitPeriods: 1, amount: '2000' }] },
      'unitPeriodsPerYear',
    ],
  ])('answers %s with the field', async (_, changes, field) => {
    const { exitCode, answers } = await ask('apr', [{ id: 1, ...annuity, ...changes }]);
    expect(exitCode).toBe(2);
    expect(answers).toMatchObject([{ id: 1, error: { field } }]);
  });

  it.each([
    ['one day at half its amount', [{ unitPeriods: 1, amount: '1500' }], 365, '18250.00'],
    ['a hundred years', [{ unitPeriods: 1200, amount: '1000.01' }], 12, '0.00'],
    [
      'interest alone for fifty years',
      [
        ...Array.from({ length: 600 }, (_, n) => ({ unitPeriods: n + 1, amount: '10' })),
        { unitPeriods: 600, amount: '1000' },
      ],
      12,
      '12.00',
    ],
  ])('solves %s', async (_, payments, unitPeriodsPerYear, aprPercent) => {
    const { answers } = await ask('apr', [{ ...annuity, unitPeriodsPerYear, payments }]);
    expect(answers).toEqual([{ id: null, aprPercent }]);
  });
});
