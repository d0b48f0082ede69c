import type { Frequency, PlainDate } from '#core/calendar.ts';
import { minus, type Money } from '#core/money.ts';
import { solveApr, type CashFlow } from './apr.ts';
import { distanceInUnitPeriods, unitPeriodsPerYear } from './unit-periods.ts';

/**
 * The Regulation Z rate of a schedule: the advances, less what is kept back from the first or paid down at once, against
 * every row's total without penalty. The first due date is measured; each later row lies one unit period after the row before.
 */
export function scheduleApr(loan: {
  advances: readonly { on: PlainDate; amount: Money }[];
  disbursedOn: PlainDate;
  firstDueOn: PlainDate;
  frequency: Frequency;
  rows: readonly { total: Money; penalty: Money }[];
}): string | null {
  const first = distanceInUnitPeriods(loan.disbursedOn, loan.firstDueOn, loan.frequency);
  const payments = loan.rows.map((row, index): CashFlow => ({
    unitPeriods: first.unitPeriods + index,
    fraction: first.fraction,
    amount: minus(row.total, row.penalty),
  }));
  const solved = solveApr({
    advances: loan.advances.map(({ on, amount }) => ({
      ...distanceInUnitPeriods(loan.disbursedOn, on, loan.frequency),
      amount,
    })),
    payments,
    unitPeriodsPerYear: unitPeriodsPerYear(loan.frequency),
    compounding: 'actuarial',
  });
  return solved.ok ? solved.value.aprPercent : null;
}
