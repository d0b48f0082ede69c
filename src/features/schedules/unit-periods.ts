import { addFrequency, daysBetween, isBefore, type Frequency, type PlainDate } from '#core/calendar.ts';
import { nominalFraction, wholeMonths } from './day-count.ts';

/** How far a payment lies after the first advance: whole unit periods, and the part of one left over. */
export interface Distance {
  unitPeriods: number;
  fraction: number;
}

/** `half-month` is the semimonthly unit of Regulation Z: fifteen days, two to a month. */
export type UnitPeriod = Frequency | 'half-month';

// Appendix J (b)(5): a month has thirty days where days are left over.
const daysIn = { month: 30, week: 7, day: 1 } as const;

/**
 * Dates whole unit periods apart, month ends clamped, count so. Others are counted back from the payment in whole unit
 * periods, and the days left are a fraction of one (Regulation Z, Appendix J (b)(5)).
 */
export function distanceInUnitPeriods(from: PlainDate, to: PlainDate, unit: UnitPeriod): Distance {
  if (unit === 'half-month') return halfMonths(from, to);
  const forward = wholePeriods(from, to, unit);
  if (addFrequency(from, unit, forward).equals(to)) return { unitPeriods: forward, fraction: 0 };
  // A clamped month end can make the count back differ by one from the count forward.
  let back = forward + 1;
  while (back > 0 && isBefore(addFrequency(to, unit, -back), from)) back -= 1;
  const daysLeft = daysBetween(from, addFrequency(to, unit, -back));
  return { unitPeriods: back, fraction: daysLeft / (unit.every * daysIn[unit.unit]) };
}

function wholePeriods(from: PlainDate, to: PlainDate, unit: Frequency): number {
  const units = unit.unit === 'month' ? wholeMonths(from, to) : Math.floor(daysBetween(from, to) / daysIn[unit.unit]);
  return Math.floor(units / unit.every);
}

function halfMonths(from: PlainDate, to: PlainDate): Distance {
  const months = distanceInUnitPeriods(from, to, { every: 1, unit: 'month' });
  const halves = months.unitPeriods * 2 + months.fraction * 2;
  return { unitPeriods: Math.floor(halves), fraction: halves - Math.floor(halves) };
}

const unitsByCount: Readonly<Record<number, UnitPeriod>> = {
  1: { every: 12, unit: 'month' },
  2: { every: 6, unit: 'month' },
  3: { every: 4, unit: 'month' },
  4: { every: 3, unit: 'month' },
  6: { every: 2, unit: 'month' },
  12: { every: 1, unit: 'month' },
  13: { every: 4, unit: 'week' },
  24: 'half-month',
  26: { every: 2, unit: 'week' },
  52: { every: 1, unit: 'week' },
  365: { every: 1, unit: 'day' },
};

/** The unit period there are so many of in a year, or null where that is none of the law's. */
function unitPeriodOf(unitPeriodsPerYear: number): UnitPeriod | null {
  return unitsByCount[unitPeriodsPerYear] ?? null;
}

export function unitPeriodsPerYear(frequency: Frequency): number {
  const { numerator, denominator } = nominalFraction(frequency);
  return Number(denominator) / Number(numerator);
}

/** The European rule: whole months from the first advance ÷ 12, otherwise days ÷ 365, in leap years too. */
function distanceInYears(from: PlainDate, to: PlainDate): Distance {
  const months = wholeMonths(from, to);
  const years = from.add({ months }).equals(to) ? months / 12 : daysBetween(from, to) / 365;
  return { unitPeriods: 0, fraction: years };
}

export type Measure = (from: PlainDate, to: PlainDate) => Distance;

/** How a law measures from the first advance to a payment; null where the year has no such unit periods. */
export function measureOf(law: { method: 'reg-z'; unitPeriodsPerYear: number } | { method: 'eu' }): Measure | null {
  if (law.method === 'eu') return distanceInYears;
  const unit = unitPeriodOf(law.unitPeriodsPerYear);
  return unit && ((from, to) => distanceInUnitPeriods(from, to, unit));
}
