import { PassThrough, Readable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { runApr } from '#src/cli/apr.ts';
import { runSchedule } from '#src/cli/schedule.ts';

async function run(command: typeof runSchedule, input: Iterable<string | Uint8Array>) {
  const output = new PassThrough();
  const written = readAll(output);
  const exitCode = await command({ input: Readable.from(input), output });
  output.end();
  const answers = (await written).split('\n').slice(0, -1);
  return { exitCode, answers: answers.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const loan = {
  principal: '100.00',
  annualRatePercent: '7',
  instalments: 6,
  frequency: { every: 1, unit: 'month' },
  method: 'equal-instalment',
  dayCount: '30/360',
  disbursedOn: '2024-01-01',
  firstDueOn: '2024-02-01',
};
const line = (id: unknown, changes: object = {}) => `${JSON.stringify({ id, ...loan, ...changes })}\n`;

describe('cli schedule', () => {
  it('answers a line with the schedule in decimal strings, the id echoed', async () => {
    const { exitCode, answers } = await run(runSchedule, [line('a-1', { instalments: 2 })]);
    expect(exitCode).toBe(0);
    expect(answers).toEqual([
      {
        id: 'a-1',
        instalment: '50.44',
        rows: [
          {
            n: 1,
            dueOn: '2024-02-01',
            principal: '49.86',
            interest: '0.58',
            fee: '0.00',
            penalty: '0.00',
            total: '50.44',
            balance: '50.14',
          },
          {
            n: 2,
            dueOn: '2024-03-01',
            principal: '50.14',
            interest: '0.29',
            fee: '0.00',
            penalty: '0.00',
            total: '50.43',
            balance: '0.00',
          },
        ],
        totals: { principal: '100.00', interest: '0.87', fee: '0.00', penalty: '0.00', total: '100.87' },
        aprPercent: '6.95',
      },
    ]);
  });

  it('answers the good lines beside bad ones, in order, and says so by its exit code', async () => {
    const { exitCode, answers } = await run(runSchedule, [
      line(1),
      'not json\n',
      '\n',
      line(2, { principal: '1e3' }),
      line(3),
    ]);
    expect(exitCode).toBe(2);
    expect(answers.map((answer) => [answer.id, 'error' in answer])).toEqual([
      [1, false],
      [null, true],
      [2, true],
      [3, false],
    ]);
  });

  it.each([
    [{ principal: '10.50g' }, 'principal'],
    [{ principal: '4.355' }, 'principal'],
    [{ principal: '1,000' }, 'principal'],
    [{ principal: 1000 }, 'principal'],
    [{ principal: '0' }, 'principal'],
    [{ principal: undefined }, 'principal'],
    [{ annualRatePercent: '-1' }, 'annualRatePercent'],
    [{ instalments: 1.5 }, 'instalments'],
    [{ instalments: 3601 }, 'instalments'],
    [{ instalments: undefined }, 'instalments'],
    [{ frequency: { every: 0, unit: 'month' } }, 'frequency'],
    [{ frequency: { every: 1, unit: 'year' } }, 'frequency.unit'],
    [{ firstDueOn: '2024-02-30' }, 'firstDueOn'],
    [{ fees: [{ when: 'instalment', percentOf: 'loan', percent: 'x' }] }, 'fees.0.percent'],
    [{ rounding: { mode: 'floor' } }, 'rounding.mode'],
    [{ surprise: true }, 'surprise'],
    [{ payoffOn: '2023-02-15' }, 'payoffOn'],
    [{ prepayments: [{ on: '2024-01-15', amount: '200', effect: 'shorten-term' }] }, 'prepayments'],
  ])('names the field of %j', async (changes, field) => {
    const { answers } = await run(runSchedule, [line('x', changes)]);
    expect(answers).toMatchObject([{ id: 'x', error: { field } }]);
  });

  it('reads lines across chunks, characters across bytes, and a last line without its end', async () => {
    const bytes = new TextEncoder().encode(line('né') + line(2).trimEnd());
    const { answers } = await run(
      runSchedule,
      Array.from(bytes, (byte) => Uint8Array.of(byte)),
    );
    expect(answers.map((answer) => answer.id)).toEqual(['né', 2]);
  });

  it('gives up on a line that is too long, and goes on with the next', async () => {
    const endless = Array.from({ length: 20 }, () => 'x'.repeat(100_000));
    const { exitCode, answers } = await run(runSchedule, [...endless, '\n', line(2)]);
    expect(exitCode).toBe(2);
    expect(answers).toMatchObject([{ id: null, error: { field: 'line' } }, { id: 2 }]);
  });
});

describe('cli apr', () => {
  const annuity = { amountFinanced: '6000', unitPeriodsPerYear: 12 };

  it('gives the same rate for counted and for dated payments', async () => {
    const counted = { id: 1, ...annuity, payments: [{ unitPeriods: 1, fraction: '0.633333333333', amount: '6200' }] };
    const dated = {
      id: 2,
      ...annuity,
      amountFinanced: undefined,
      advances: [{ on: '1978-02-10', amount: '6000' }],
      payments: [{ on: '1978-04-01', amount: '6200' }],
    };
    const { exitCode, answers } = await run(runApr, [`${JSON.stringify(counted)}\n`, JSON.stringify(dated)]);
    expect(exitCode).toBe(0);
    expect(answers[0]?.aprPercent).toBe(answers[1]?.aprPercent);
  });

  it('solves the European rate from dates alone', async () => {
    const input = {
      method: 'eu',
      advances: [{ on: '2024-01-31', amount: '1000' }],
      payments: [{ on: '2026-01-31', amount: '1210' }],
    };
    expect((await run(runApr, [JSON.stringify(input)])).answers).toEqual([{ id: null, aprPercent: '10.00' }]);
  });

  it.each([
    [{ payments: [{ unitPeriods: 1, amount: '6000.01' }], amountFinanced: undefined }, 'amountFinanced'],
    [{ payments: [] }, 'payments'],
    [{ payments: [{ unitPeriods: 1, amount: '1' }] }, 'payments'],
    [{ payments: [{ on: '2024-01-01', amount: '7000' }] }, 'advancedOn'],
    [{ payments: [{ on: '2024-01-01', amount: '7000' }], advancedOn: '2024-01-02' }, 'payments.0.on'],
    [
      { payments: [{ on: '2025-01-01', amount: '7000' }], advancedOn: '2024-01-02', unitPeriodsPerYear: 5 },
      'unitPeriodsPerYear',
    ],
    [{ payments: [{ unitPeriods: 1, amount: '7000', fraction: '2' }] }, 'payments.0.fraction'],
  ])('names the field of %j', async (changes, field) => {
    const { exitCode, answers } = await run(runApr, [JSON.stringify({ id: 7, ...annuity, ...changes })]);
    expect(exitCode).toBe(2);
    expect(answers).toMatchObject([{ id: 7, error: { field } }]);
  });
});
