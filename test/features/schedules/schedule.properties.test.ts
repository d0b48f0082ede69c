import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { addFrequency, dateOf } from '#core/calendar.ts';
import { moneyOf } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { buildSchedule, dayCounts, repaymentMethods, type ScheduleTerms } from '#features/schedules/index.ts';

const frequency = fc.oneof(
  fc.record({ every: fc.integer({ min: 1, max: 12 }), unit: fc.constant('month' as const) }),
  fc.record({ every: fc.integer({ min: 1, max: 8 }), unit: fc.constant('week' as const) }),
  fc.record({ every: fc.integer({ min: 1, max: 90 }), unit: fc.constant('day' as const) }),
);

const start = dateOf('2022-12-25');

const terms: fc.Arbitrary<ScheduleTerms> = fc
  .record({
    principal: fc.bigInt({ min: 1n, max: 10n ** 12n }).map(moneyOf),
    annualRate: fc.integer({ min: 0, max: 600_000 }).map((millis) => rateOf((millis / 10_000).toFixed(4))),
    instalments: fc.integer({ min: 1, max: 80 }),
    frequency,
    method: fc.constantFrom(...repaymentMethods),
    dayCount: fc.constantFrom(...dayCounts),
    day: fc.integer({ min: 0, max: 800 }),
    firstAfter: fc.option(fc.integer({ min: 1, max: 120 })),
    mode: fc.constantFrom('half-even' as const, 'half-up' as const),
    instalmentMode: fc.constantFrom('nearest' as const, 'up' as const),
    instalmentTo: fc.constantFrom(1n, 5n, 100n).map(moneyOf),
    instalmentBasis: fc.constantFrom('day-count' as const, 'nominal' as const),
    principalGrace: fc.integer({ min: 0, max: 5 }),
    interestGrace: fc.integer({ min: 0, max: 5 }),
    balloonShare: fc.constantFrom(0n, 0n, 30n),
  })
  .map((drawn) => {
    const disbursedOn = start.add({ days: drawn.day });
    const grace = (rows: number) => Math.min(rows, drawn.instalments - 1);
    const balloon = drawn.method === 'bullet' ? 0n : (drawn.principal * drawn.balloonShare) / 100n;
    return {
      principal: drawn.principal,
      currency: 'USD',
      annualRate: drawn.annualRate,
      instalments: drawn.instalments,
      frequency: drawn.frequency,
      method: drawn.method,
      dayCount: drawn.dayCount,
      disbursedOn,
      firstDueOn:
        drawn.firstAfter === null
          ? addFrequency(disbursedOn, drawn.frequency, 1)
          : disbursedOn.add({ days: drawn.firstAfter }),
      rounding: { mode: drawn.mode, instalmentMode: drawn.instalmentMode, instalmentTo: drawn.instalmentTo },
      instalmentBasis: drawn.instalmentBasis,
      principalGraceInstalments: grace(drawn.principalGrace),
      interestGraceInstalments: grace(drawn.interestGrace),
      balloon: moneyOf(balloon),
      fees: [{ when: 'instalment', percentOf: 'instalment', percent: rateOf('1.25') }],
    };
  });

function scheduleOf(loan: ScheduleTerms) {
  const built = buildSchedule(loan);
  if (!built.ok) throw new Error(JSON.stringify(built.refusal));
  return built.value;
}

describe('whatever the terms, a schedule', () => {
  it('repays exactly what was lent, and never less than nothing is owed', () => {
    fc.assert(
      fc.property(terms, (loan) => {
        const { rows, totals } = scheduleOf(loan);
        let owed: bigint = loan.principal;
        for (const row of rows) {
          expect(row.principal >= 0n && row.interest >= 0n).toBe(true);
          owed -= row.principal;
          expect(row.balance).toBe(owed);
          expect(owed >= 0n).toBe(true);
        }
        expect(owed).toBe(0n);
        expect(totals.principal).toBe(loan.principal);
      }),
      { numRuns: 400 },
    );
  });

  it('adds up: every row from its parts, every total from its rows', () => {
    fc.assert(
      fc.property(terms, (loan) => {
        const { rows, totals } = scheduleOf(loan);
        for (const row of rows) expect(row.total).toBe(row.principal + row.interest + row.fee + row.penalty);
        for (const key of ['principal', 'interest', 'fee', 'penalty', 'total'] as const) {
          expect(totals[key]).toBe(rows.reduce((sum, row) => sum + row[key], 0n));
        }
      }),
    );
  });

  it('numbers its rows and lets them fall due one after the other, with no more rows than asked for', () => {
    fc.assert(
      fc.property(terms, (loan) => {
        const { rows } = scheduleOf(loan);
        expect(rows.length).toBeLessThanOrEqual(loan.instalments ?? 0);
        rows.forEach((row, index) => {
          expect(row.n).toBe(index + 1);
          const before = rows[index - 1]?.dueOn ?? loan.disbursedOn.toString();
          expect(before < row.dueOn).toBe(true);
        });
      }),
    );
  });

  it('with equal instalments agrees with the annuity formula of the textbook', () => {
    const plain = fc.record({
      principal: fc.integer({ min: 100_00, max: 1_000_000_00 }),
      bps: fc.integer({ min: 1, max: 6000 }),
      instalments: fc.integer({ min: 1, max: 480 }),
    });
    fc.assert(
      fc.property(plain, ({ principal, bps, instalments }) => {
        const { instalment } = scheduleOf({
          principal: moneyOf(BigInt(principal)),
          currency: 'USD',
          annualRate: rateOf((bps / 100).toFixed(2)),
          instalments,
          frequency: { every: 1, unit: 'month' },
          method: 'equal-instalment',
          dayCount: 'nominal',
          disbursedOn: dateOf('2024-01-31'),
          firstDueOn: dateOf('2024-02-29'),
        });
        const i = bps / 120_000;
        const formula = (principal * i) / (1 - (1 + i) ** -instalments);
        expect(Math.abs(Number(instalment) - formula)).toBeLessThanOrEqual(0.5001);
      }),
    );
  });

  it('has an APR at its own rate, within a rounding, where it has no fees and even periods', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 4000 }), fc.integer({ min: 2, max: 360 }), (bps, instalments) => {
        const { aprPercent } = scheduleOf({
          principal: moneyOf(10n ** 12n),
          currency: 'USD',
          annualRate: rateOf((bps / 100).toFixed(2)),
          instalments,
          frequency: { every: 1, unit: 'month' },
          method: 'equal-instalment',
          dayCount: '30/360',
          disbursedOn: dateOf('2024-01-31'),
          firstDueOn: dateOf('2024-02-29'),
        });
        expect(aprPercent).toBe((bps / 100).toFixed(2));
      }),
    );
  });
});

describe('at its bound', () => {
  it('a schedule of 3,600 rows still repays all', () => {
    const schedule = scheduleOf({
      principal: moneyOf(10n ** 9n),
      currency: 'USD',
      annualRate: rateOf('7.25'),
      instalments: 3600,
      frequency: { every: 1, unit: 'week' },
      method: 'equal-instalment',
      dayCount: 'actual/actual',
      disbursedOn: dateOf('2024-01-01'),
      firstDueOn: dateOf('2024-01-08'),
    });
    expect(schedule.rows).toHaveLength(3600);
    expect(schedule.rows.at(-1)?.balance).toBe(0n);
  });
});
