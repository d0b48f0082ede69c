import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { dateOf, dayNumber } from '#core/calendar.ts';
import { rateOf } from '#core/rate.ts';
import { buildSchedule, runLoan, type LoanEvent, type LoanRun, type ScheduleTerms } from '#features/schedules/index.ts';
import { aLoan, usd } from './loans.ts';

const start = dayNumber(dateOf('2024-01-01'));

function told(changes: Partial<ScheduleTerms>, story: { events: readonly LoanEvent[]; asOf: string }): LoanRun {
  const run = runLoan(aLoan(changes), { events: story.events, asOf: dateOf(story.asOf) });
  if (!run.ok) throw new Error(`Refused: ${JSON.stringify(run.refusal)}`);
  return run.value;
}

const kinds = fc.oneof(
  fc.record({ kind: fc.constant('payment' as const), amount: fc.bigInt(1n, 90_000n) }),
  fc.record({
    kind: fc.constant('prepayment' as const),
    amount: fc.bigInt(1n, 20_000n),
    effect: fc.constantFrom('shorten-term' as const, 'lower-instalment' as const, 'next-instalments' as const),
  }),
  fc.record({ kind: fc.constant('charge' as const), amount: fc.bigInt(1n, 5_000n) }),
  fc.record({
    kind: fc.constant('waiver' as const),
    part: fc.constantFrom('fee' as const, 'penalty' as const, 'interest' as const),
    amount: fc.bigInt(1n, 3_000n),
  }),
  fc.record({ kind: fc.constant('rate' as const), rate: fc.bigInt(0n, 30_000_000n) }),
  fc.record({ kind: fc.constant('advance' as const), amount: fc.bigInt(1n, 30_000n) }),
  fc.constant({ kind: 'capitalise' as const }),
  fc.constant({ kind: 'stop' as const }),
  fc.record({
    kind: fc.constant('payoff' as const),
    amount: fc.bigInt(1n, 200_000n),
    interest: fc.constant('to-date' as const),
  }),
);
const story = fc.array(fc.tuple(fc.integer({ min: 1, max: 420 }), kinds), { maxLength: 12 });

const loans = fc.record({
  method: fc.constantFrom('equal-instalment' as const, 'equal-principal' as const, 'flat' as const, 'bullet' as const),
  dayCount: fc.constantFrom('30/360' as const, 'actual/365' as const),
  rest: fc.constantFrom('daily' as const, 'period' as const),
  interestGraceInstalments: fc.integer({ min: 0, max: 2 }),
  fees: fc.constantFrom([], [{ when: 'instalment' as const, amount: usd('3.00') }]),
});

describe('a loan that runs', () => {
  it('has every cent that came and went in one place, whatever happens to it', () => {
    fc.assert(
      fc.property(loans, story, fc.integer({ min: 0, max: 450 }), (loan, drawn, day) => {
        const events = drawn.map(([after, event], index): LoanEvent => ({
          ...event,
          id: String(index).padStart(3, '0'),
          day: start + after,
        }));
        const asOf = dateOf('2024-01-01').add({ days: day });
        const penalty = {
          percentOf: 'overdue-principal',
          percent: rateOf('24'),
          graceDays: 3,
          basis: 'annual',
        } as const;
        const run = runLoan(aLoan({ ...loan, penalty }), { events, asOf });
        // A prepayment of more than is scheduled is refused.
        fc.pre(run.ok);
        const { value } = run;
        const past = events.filter((event) => event.day <= start + day);
        const used = [...value.applied.values()];
        const came = past.flatMap((event) => {
          const isMoney = event.kind === 'payment' || event.kind === 'prepayment' || event.kind === 'payoff';
          return isMoney && event.amount !== null ? [event.amount] : [];
        });
        const lent = past.reduce((sum, event) => sum + (event.kind === 'advance' ? event.amount : 0n), 1_200_00n);
        const earned = value.interest.earned + value.fee.earned + value.penalty.earned;
        const owed = value.interest.receivable + value.fee.receivable + value.penalty.receivable;
        const held = value.outstandingPrincipal + owed - value.overpaid - value.unused;
        expect(held).toBe(lent + earned - came.reduce((sum, amount) => sum + amount, 0n) - value.principalWaived);
        expect(used.length).toBe(past.filter(({ kind }) => kind !== 'rate').length);
        for (const amount of [value.outstandingPrincipal, owed, value.payoff.total, value.unused])
          expect(amount).toBeGreaterThanOrEqual(0n);
      }),
      { numRuns: 400 },
    );
  });

  it('collects a fee that was charged before its first due date with what pays everything', () => {
    const charge: LoanEvent = { id: 'a', kind: 'charge', day: start + 5, amount: 25_00n };
    const before = told({}, { events: [charge], asOf: '2024-01-15' });
    const payment: LoanEvent = { id: 'b', kind: 'payment', day: start + 14, amount: before.payoff.total };
    const after = told({}, { events: [charge, payment], asOf: '2024-01-15' });
    expect(after).toMatchObject({ overpaid: 0n, fee: { receivable: 0n }, outstandingPrincipal: 0n });
    expect(after.payoff.total).toBe(0n);
  });

  it('earns nothing more once it is repaid, also where a period keeps its whole interest', () => {
    const events: LoanEvent[] = [{ id: 'a', kind: 'payoff', day: start + 40, amount: null, interest: 'to-due-date' }];
    for (const asOf of ['2024-02-10', '2024-06-10', '2025-06-10']) {
      const run = told({ rest: 'period' }, { events, asOf });
      expect(run.interest.receivable).toBe(0n);
      expect(run.payoff.total).toBe(0n);
    }
  });

  it('is never dearer for being repaid in part, however often', () => {
    const effect = fc.constantFrom('shorten-term' as const, 'lower-instalment' as const);
    const one = fc.record({ month: fc.integer({ min: 0, max: 9 }), amount: fc.bigInt(1n, 150_00n), effect });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 4 }), (drawn) => {
        const prepayments = drawn
          .toSorted((a, b) => a.month - b.month)
          .map(({ month, amount, effect: how }) => ({
            on: dateOf('2024-01-15').add({ months: month }),
            amount: amount as ReturnType<typeof usd>,
            effect: how,
          }));
        const interestWith = (count: number) => {
          const built = buildSchedule(aLoan({ prepayments: prepayments.slice(0, count), dayCount: 'actual/365' }));
          // More than is left is refused.
          fc.pre(built.ok);
          return built.value.totals.interest;
        };
        // An instalment that is solved anew may be rounded down: a cent a row is then owed for longer.
        for (let count = 1; count <= prepayments.length; count += 1)
          expect(interestWith(count)).toBeLessThanOrEqual(interestWith(0) + 12n);
      }),
    );
  });
});
