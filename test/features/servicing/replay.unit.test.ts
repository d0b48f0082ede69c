import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { moneyOf, sum } from '#core/money.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import { firstDifference, replay, settle } from '#features/servicing/replay.ts';
import { newLoan, nextPayment } from './loans.ts';

const lent = fc.record({
  principal: fc.bigInt({ min: 100_00n, max: 500_000_00n }),
  annualRate: fc.constantFrom('0', '4.25', '9.6', '24'),
  instalments: fc.integer({ min: 1, max: 60 }),
  disbursedOn: fc.integer({ min: 0, max: 1_000 }).map((days) => dateOf('2024-01-31').add({ days }).toString()),
});

/** The loan after its first payments, each made on its due date. */
function paid(start: { loan: Loan; disbursal: LoanTransaction }, count: number) {
  const transactions = [start.disbursal];
  let { loan } = start;
  for (let n = 1; n <= count; n += 1) {
    const payment = nextPayment(loan, loan.nextDueOn ?? '');
    transactions.push(payment);
    loan = { ...loan, ...settle(loan, payment) };
  }
  return { loan, transactions };
}

describe('A loan and its payments', () => {
  it('repays exactly what was lent, never goes below zero and closes with the last instalment and not before', () => {
    fc.assert(
      fc.property(lent, fc.nat({ max: 60 }), (terms, wanted) => {
        const start = newLoan(terms);
        const count = Math.min(wanted, start.loan.instalments.length);
        const { loan, transactions } = paid(start, count);
        const repaid = sum(transactions.slice(1).map((one) => one.principal));
        expect(repaid + loan.outstandingPrincipal).toBe(loan.principal);
        expect(loan.outstandingPrincipal >= 0n).toBe(true);
        const over = count === loan.instalments.length;
        expect(loan.state).toBe(over ? 'closed' : 'active');
        expect(loan.closedOn === null).toBe(!over);
        expect(loan.outstandingPrincipal === 0n).toBe(over);
        expect(loan.nextDueOn).toBe(loan.instalments[count]?.dueOn ?? null);
      }),
      { numRuns: 60 },
    );
  });

  it('is stored as it is replayed from its terms and transactions', () => {
    fc.assert(
      fc.property(lent, fc.nat({ max: 60 }), (terms, wanted) => {
        const start = newLoan(terms);
        const { loan, transactions } = paid(start, Math.min(wanted, start.loan.instalments.length));
        const replayed = replay(loan, transactions);
        expect(replayed.ok && firstDifference(loan, replayed.value)).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });
});

describe('A stored loan that was tampered with', () => {
  const { loan, transactions } = paid(newLoan(), 3);
  const replayed = replay(loan, transactions);
  const differenceOf = (changed: Partial<Loan>) =>
    replayed.ok ? firstDifference({ ...loan, ...changed }, replayed.value) : 'no schedule';
  const withRow = (index: number, change: Partial<Loan['instalments'][number]>) => ({
    instalments: loan.instalments.map((row, at) => (at === index ? { ...row, ...change } : row)),
  });

  it.each([
    ['an instalment marked as paid', withRow(3, { paidOn: '2025-07-03' }), 'paidOn of instalment 4'],
    ['an instalment marked as unpaid', withRow(2, { paidBy: null }), 'paidBy of instalment 3'],
    ['another amount', withRow(9, { interest: moneyOf(1n) }), 'interest of instalment 10'],
    ['less principal', { outstandingPrincipal: moneyOf(1n) }, 'outstandingPrincipal'],
    ['a state of its own', { state: 'closed' as const }, 'state'],
    ['a row left out', { instalments: loan.instalments.slice(1) }, 'the number of instalments'],
  ])('is told by %s', (_what, changed, told) => {
    expect(differenceOf(changed)).toContain(told);
  });
});
