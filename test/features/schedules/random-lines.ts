import fc from '#test/properties.ts';
import { isoOf, later, dayOf, type Frequency } from './reference/days.ts';
import type { Line } from './reference/loan.ts';

const frequency: fc.Arbitrary<Frequency> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ every: fc.constantFrom(1, 1, 1, 2, 3, 6), unit: fc.constant('month' as const) }),
  },
  fc.record({ every: fc.integer({ min: 1, max: 4 }), unit: fc.constant('week' as const) }),
  fc.record({ every: fc.integer({ min: 5, max: 45 }), unit: fc.constant('day' as const) }),
);
const startDays = fc.oneof(
  fc.constantFrom(
    '2023-01-31',
    '2023-12-12',
    '2023-12-31',
    '2024-01-01',
    '2024-01-30',
    '2024-02-29',
    '2023-08-31',
    '2023-11-30',
  ),
  fc.integer({ min: dayOf('2022-01-01'), max: dayOf('2025-12-31') }).map(isoOf),
);
const methods = ['equal-instalment', 'equal-principal', 'flat', 'bullet'] as const;
const dayCounts = [
  '30/360',
  'nominal',
  'actual/365',
  'actual/360',
  'actual/actual',
  'actual/actual-feb29',
  'actual/actual-dec31',
];

const amount = (cents: number) => (cents / 100).toFixed(2);
const percent = fc.oneof(
  fc.constantFrom('0', '12', '7', '9.4822', '36'),
  fc.integer({ min: 1, max: 400_000 }).map((n) => (n / 10_000).toFixed(4)),
);

/** A plain loan, odd first periods and roundings among them. */
export const plainLine: fc.Arbitrary<Line> = fc
  .record({
    cents: fc.oneof(fc.integer({ min: 10_000, max: 2_000_000 }), fc.constantFrom(10_000, 100_000, 500_000)),
    rate: percent,
    instalments: fc.integer({ min: 1, max: 18 }),
    frequency,
    method: fc.constantFrom(...methods, 'equal-instalment' as const),
    dayCount: fc.constantFrom(...dayCounts),
    disbursedOn: startDays,
    oddDays: fc.option(fc.integer({ min: 1, max: 100 }), { freq: 3 }),
    mode: fc.constantFrom('half-even' as const, 'half-up' as const),
    rounding: fc.option(
      fc.record({
        instalmentTo: fc.constantFrom('0.01', '0.05', '1', '1.00'),
        instalmentMode: fc.constantFrom('nearest' as const, 'up' as const),
      }),
      { freq: 2 },
    ),
    basis: fc.constantFrom('day-count' as const, 'day-count' as const, 'nominal' as const),
  })
  .map((drawn) => ({
    principal: amount(drawn.cents),
    annualRatePercent: drawn.rate,
    instalments: drawn.instalments,
    frequency: drawn.frequency,
    method: drawn.method,
    dayCount: drawn.dayCount,
    disbursedOn: drawn.disbursedOn,
    firstDueOn:
      drawn.oddDays === null
        ? isoOf(later(dayOf(drawn.disbursedOn), drawn.frequency, 1))
        : isoOf(dayOf(drawn.disbursedOn) + drawn.oddDays),
    rounding: { mode: drawn.mode, ...drawn.rounding },
    instalmentBasis: drawn.basis,
  }));

export type Twist = (line: Line) => fc.Arbitrary<Line>;

/** A day inside the loan's life, often a due date. */
function dayWithin(line: Line, latest = 1): fc.Arbitrary<string> {
  const rows = line.instalments ?? 1;
  const dueOf = (n: number) => later(dayOf(line.firstDueOn), line.frequency, n - 1);
  const [from, to] = [dayOf(line.disbursedOn) + 1, dueOf(Math.max(1, Math.floor(rows * latest)))];
  return fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: from, max: Math.max(from, to) }).map(isoOf) },
    fc.integer({ min: 1, max: Math.max(1, Math.floor(rows * latest)) }).map((n) => isoOf(dueOf(n))),
  );
}
const partOf = (line: Line, from: number, to: number) =>
  fc
    .integer({ min: Math.ceil(from * 1000), max: Math.floor(to * 1000) })
    .map((thousandths) => amount(Math.max(1, Math.round((Number(line.principal) * 100 * thousandths) / 1000))));

export const twists: Readonly<Record<string, Twist>> = {
  principalGrace: (line) =>
    fc.integer({ min: 0, max: (line.instalments ?? 1) - 1 }).map((n) => ({ ...line, principalGraceInstalments: n })),
  interestGrace: (line) =>
    fc.integer({ min: 0, max: (line.instalments ?? 1) - 1 }).map((n) => ({ ...line, interestGraceInstalments: n })),
  balloon: (line) =>
    line.method === 'bullet' ? fc.constant(line) : partOf(line, 0, 0.6).map((balloon) => ({ ...line, balloon })),
  downPayment: (line) =>
    fc.constantFrom('10', '12.5', '33.3333').map((downPaymentPercent) => ({ ...line, downPaymentPercent })),
  tranches: (line) =>
    fc
      .record({ on: fc.array(dayWithin(line, 0.7), { minLength: 1, maxLength: 2 }), amount: partOf(line, 0.1, 0.9) })
      .map((drawn) => {
        const { principal = '1' } = line;
        const later = [...new Set(drawn.on)].sort().map((on) => ({ on, amount: drawn.amount }));
        return { ...line, disbursements: [{ on: line.disbursedOn, amount: principal }, ...later] };
      }),
  rateChanges: (line) =>
    fc
      .array(fc.record({ on: dayWithin(line), annualRatePercent: percent }), { minLength: 1, maxLength: 3 })
      .map((changes) => {
        const byDay = new Map(changes.map((change) => [change.on, change]));
        return { ...line, rateChanges: [...byDay.values()].sort((a, b) => (a.on < b.on ? -1 : 1)) };
      }),
  shortenTerm: (line) => prepaid(line, 'shorten-term'),
  lowerInstalment: (line) => prepaid(line, 'lower-instalment'),
  nextInstalments: (line) => prepaid(line, 'next-instalments'),
  fees: (line) =>
    fc
      .subarray([
        { when: 'instalment', percentOf: 'instalment', percent: '1.25' },
        { when: 'instalment', percentOf: 'principal', percent: '0.5' },
        { when: 'instalment', percentOf: 'interest', percent: '3' },
        { when: 'instalment', percentOf: 'loan', percent: '0.1' },
        { when: 'instalment', amount: '1.50' },
        { when: 'disbursement', percentOf: 'loan', percent: '2' },
      ])
      .map((fees) => ({ ...line, fees })),
  asOf: (line) =>
    fc
      .record({
        payments: fc.array(fc.record({ on: dayWithin(line), amount: partOf(line, 0.02, 0.25) }), { maxLength: 4 }),
        penalty: fc.option(
          fc.record({
            percentOf: fc.constantFrom('overdue-principal', 'overdue-instalment'),
            percent: fc.constantFrom('1.5', '24'),
            graceDays: fc.integer({ min: 0, max: 10 }),
            basis: fc.constantFrom('once' as const, 'annual' as const),
          }),
        ),
        extra: fc.integer({ min: 0, max: 40 }),
        on: dayWithin(line),
        allocation: fc.option(
          fc.constantFrom(
            ['principal', 'interest', 'fee', 'penalty'] as const,
            ['interest', 'principal', 'penalty', 'fee'] as const,
          ),
        ),
      })
      .map(({ payments, penalty, extra, on, allocation }) => {
        const byDay = new Map(payments.map((payment) => [payment.on, payment]));
        const sorted = [...byDay.values()].sort((a, b) => (a.on < b.on ? -1 : 1));
        const last = Math.max(dayOf(on), ...sorted.map((payment) => dayOf(payment.on)));
        return {
          ...line,
          payments: sorted,
          asOf: isoOf(last + extra),
          ...(penalty === null ? {} : { penalty }),
          ...(allocation === null ? {} : { allocation: [...allocation] }),
        };
      }),
  rest: (line) => fc.constant({ ...line, rest: 'period' as const }),
  payoff: (line) =>
    fc
      .record({
        payoffOn: dayWithin(line),
        payoffInterest: fc.constantFrom('to-date' as const, 'to-due-date' as const),
      })
      .map((payoff) => ({ ...line, ...payoff })),
  reschedule: (line) =>
    fc
      .record({
        row: fc.integer({ min: 1, max: line.instalments ?? 1 }),
        extra: fc.integer({ min: 0, max: 5 }),
        grace: fc.integer({ min: 0, max: 2 }),
      })
      .map(({ row, extra, grace }) => ({
        ...line,
        reschedule: {
          fromDueOn: isoOf(
            line.firstDueOn === isoOf(later(dayOf(line.disbursedOn), line.frequency, 1))
              ? later(dayOf(line.disbursedOn), line.frequency, row)
              : later(dayOf(line.firstDueOn), line.frequency, row - 1),
          ),
          extraInstalments: extra,
          interestGraceInstalments: Math.min(grace, (line.instalments ?? 1) - row + extra),
        },
      })),
  fixed: (line) => {
    if (line.method !== 'equal-instalment') return fc.constant(line);
    return partOf(line, 0.15, 0.5).map((fixedInstalment) => ({ ...line, fixedInstalment }));
  },
};

function prepaid(line: Line, effect: 'shorten-term' | 'lower-instalment' | 'next-instalments'): fc.Arbitrary<Line> {
  return fc
    .array(fc.record({ on: dayWithin(line, 0.8), amount: partOf(line, 0.02, 0.2) }), { minLength: 1, maxLength: 2 })
    .map((drawn) => {
      const byDay = new Map(drawn.map(({ on, amount: paid }) => [on, { on, amount: paid, effect }]));
      return { ...line, prepayments: [...byDay.values()].sort((a, b) => (a.on < b.on ? -1 : 1)) };
    });
}
