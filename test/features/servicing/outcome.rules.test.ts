import { describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { courseOf, type LoanFacts } from '#features/servicing/outcome.rules.ts';

const today = dateOf('2026-06-01');
const loan = (change: Partial<LoanFacts> = {}): LoanFacts => ({
  state: 'active',
  instalments: [],
  arrears: { daysPastDue: 0, nonPerformingSince: null },
  ...change,
});
const row = (dueOn: string, paidOn: string | null) => ({ dueOn, paidOn });

describe('how a loan went', () => {
  it('is well where every row was paid on time, early or is not due yet', () => {
    const instalments = [row('2026-01-05', '2026-01-05'), row('2026-02-05', '2025-12-01'), row('2026-09-05', null)];
    expect(courseOf(loan({ instalments }), today)).toEqual({ worstDaysPastDue: 0, defaulted: false });
  });

  it('is default from 90 days on, also where it was paid later', () => {
    const paidAfter = (paidOn: string) => courseOf(loan({ instalments: [row('2026-01-01', paidOn)] }), today);
    expect(paidAfter('2026-03-31')).toEqual({ worstDaysPastDue: 89, defaulted: false });
    expect(paidAfter('2026-04-01')).toEqual({ worstDaysPastDue: 90, defaulted: true });
    const closed = loan({ state: 'closed', instalments: [row('2026-01-01', '2026-04-15')] });
    expect(courseOf(closed, today).defaulted).toBe(true);
  });

  it('counts what is unpaid to this day', () => {
    expect(courseOf(loan({ instalments: [row('2026-02-01', null)] }), today).worstDaysPastDue).toBe(120);
  });

  it('is default where it is non-performing or written off, whatever its rows say', () => {
    const arrears = { daysPastDue: 30, nonPerformingSince: '2026-05-01' };
    expect(courseOf(loan({ arrears }), today)).toEqual({ worstDaysPastDue: 30, defaulted: true });
    expect(courseOf(loan({ state: 'written-off' }), today).defaulted).toBe(true);
  });
});
