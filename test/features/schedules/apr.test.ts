import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { rateOf } from '#core/rate.ts';
import { measureOf, solveApr } from '#features/schedules/index.ts';
import { scheduleOf, usd } from './loans.ts';

const at = (unitPeriods: number, amount: string, fraction = 0) => ({ unitPeriods, fraction, amount: usd(amount) });

function apr(flows: { advances: ReturnType<typeof at>[]; payments: ReturnType<typeof at>[] }) {
  return solveApr({ ...flows, unitPeriodsPerYear: 12, compounding: 'actuarial' });
}

describe('the annual percentage rate', () => {
  it('of one payment after one period is its interest times the periods of a year', () => {
    const solved = apr({ advances: [at(0, '1000')], payments: [at(1, '1010')] });
    expect(solved).toEqual({ ok: true, value: { aprPercent: '12.00', solvedPercent: '12.00000000' } });
  });

  it('counts a part of a period by simple interest', () => {
    // 1000 × (1 + 0.5 × 2 %) = 1010.
    const solved = apr({ advances: [at(0, '1000')], payments: [at(0, '1010', 0.5)] });
    expect(solved).toMatchObject({ ok: true, value: { solvedPercent: '24.00000000' } });
  });

  it('follows several advances', () => {
    // 100 grows to 101, another 100 joins it, and 201 grows to 203.01.
    const solved = apr({ advances: [at(0, '100'), at(1, '100')], payments: [at(2, '203.01')] });
    expect(solved).toMatchObject({ ok: true, value: { solvedPercent: '12.00000000' } });
  });

  it('is nothing where no more is paid than was advanced', () => {
    expect(apr({ advances: [at(0, '100')], payments: [at(1, '60'), at(2, '40')] })).toMatchObject({
      ok: true,
      value: { aprPercent: '0.00' },
    });
  });

  it.each([
    ['nothing is advanced', { advances: [at(0, '0')], payments: [at(1, '1')] }, 'nothing-advanced'],
    ['less is paid than advanced', { advances: [at(0, '100')], payments: [at(1, '99.99')] }, 'payments-below-advances'],
    ['all is paid at once', { advances: [at(0, '100')], payments: [at(0, '101')] }, 'no-rate'],
  ])('is refused where %s', (_why, flows, code) => {
    expect(apr(flows)).toEqual({ ok: false, refusal: { code } });
  });

  it('discounts the payments to exactly what was advanced', () => {
    const payments = fc.array(fc.integer({ min: 10_00, max: 500_00 }), { minLength: 3, maxLength: 60 });
    fc.assert(
      fc.property(payments, fc.integer({ min: 1, max: 95 }), (cents, percent) => {
        const paid = cents.reduce((sum, amount) => sum + amount, 0);
        const advanced = Math.floor((paid * percent) / 100);
        const flows = cents.map((amount, k) => at(k + 1, (amount / 100).toFixed(2)));
        const solved = apr({ advances: [at(0, (advanced / 100).toFixed(2))], payments: flows });
        if (!solved.ok) throw new Error(solved.refusal.code);
        const i = Number(solved.value.solvedPercent) / 1200;
        const worth = cents.reduce((sum, amount, k) => sum + amount / (1 + i) ** (k + 1), 0);
        expect(Math.abs(worth / advanced - 1)).toBeLessThan(1e-8);
      }),
    );
  });

  it('by the European rule is the effective rate of a year', () => {
    const measure = measureOf({ method: 'eu' });
    const distance = measure?.(dateOf('2024-01-31'), dateOf('2025-01-31'));
    expect(distance).toEqual({ unitPeriods: 0, fraction: 1 });
    const solved = solveApr({
      advances: [at(0, '1000')],
      payments: [at(0, '1210', 2)],
      unitPeriodsPerYear: 1,
      compounding: 'effective',
    });
    expect(solved).toMatchObject({ ok: true, value: { solvedPercent: '10.00000000' } });
  });
});

describe('the distance of a payment', () => {
  const monthly = measureOf({ method: 'reg-z', unitPeriodsPerYear: 12 });
  const european = measureOf({ method: 'eu' });

  it.each([
    ['2024-01-31', '2024-02-29', 1, 0],
    ['2024-01-31', '2024-03-31', 2, 0],
    ['2024-01-10', '2024-02-25', 1, 15 / 30],
    ['2024-01-10', '2024-01-25', 0, 15 / 30],
    ['2024-01-30', '2024-03-01', 1, 2 / 30],
  ])('from %s to %s is %d months and %d of one', (from, to, unitPeriods, fraction) => {
    expect(monthly?.(dateOf(from), dateOf(to))).toEqual({ unitPeriods, fraction });
  });

  it('by the European rule is whole months over twelve, or days over 365', () => {
    expect(european?.(dateOf('2024-01-31'), dateOf('2024-02-29')).fraction).toBe(1 / 12);
    expect(european?.(dateOf('2024-01-31'), dateOf('2024-02-28')).fraction).toBe(28 / 365);
    expect(european?.(dateOf('2024-02-10'), dateOf('2025-02-11')).fraction).toBe(367 / 365);
  });

  it('is not measured in periods the law does not know', () => {
    expect(measureOf({ method: 'reg-z', unitPeriodsPerYear: 5 })).toBeNull();
  });
});

describe('the rate of a schedule', () => {
  it('counts an odd first period back from the first due date', () => {
    const odd = scheduleOf({
      principal: usd('6000'),
      disbursedOn: dateOf('1978-02-10'),
      firstDueOn: dateOf('1978-04-01'),
      annualRate: rateOf('0'),
    });
    expect(odd.aprPercent).toBe('0.00');
    // The long first month carries no interest of its own under a nominal count, so the rate falls below the nominal one.
    const nominal = scheduleOf({
      dayCount: 'nominal',
      disbursedOn: dateOf('2024-01-01'),
      firstDueOn: dateOf('2024-02-16'),
    });
    expect(Number(nominal.aprPercent)).toBeLessThan(12);
  });

  it('sets a down payment and a fee kept back against the advance', () => {
    const down = scheduleOf({ downPaymentPercent: rateOf('50'), principal: usd('2400') });
    expect(down.aprPercent).toBe(scheduleOf().aprPercent);
  });
});
