import { dayNumber, dateOf, type PlainDate } from '#core/calendar.ts';
import { divideRounded, moneyOf, plus, zero, type Money } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';

/** Days from one to another, both of them included. */
export interface InterestPeriod {
  from: PlainDate;
  to: PlainDate;
}

/** What was on the account at the end of a day, and of the days after it until the next of these. */
export interface ClosingBalance {
  on: string;
  balance: Money;
}

/** A yearly rate in per cent from a day on. */
export interface RateStep {
  from: string;
  annualRate: string;
}

const ratePlaces = 6;
const daysOfYear = 365n;

/**
 * Interest before rounding, in parts of a minor unit: balances × millionths of a per cent × days. So a sum of days is
 * exact, in whatever order and pieces it is added up.
 */
export type InterestParts = bigint;
export const partsPerMinorUnit: InterestParts = daysOfYear * 100n * 10n ** BigInt(ratePlaces);

/**
 * Interest of a period on its closing balances, actual/365: a leap day is one day more of interest. A day whose
 * balance is below zero bears none.
 */
export function accruedParts(facts: {
  period: InterestPeriod;
  /** The closing balance of the day before the period. */
  opening: Money;
  /** At most one a day, in any order. */
  closings: readonly ClosingBalance[];
  rates: readonly RateStep[];
}): InterestParts {
  const { period, opening, closings, rates } = facts;
  const end = dayNumber(period.to) + 1;
  const balances = [...closings].map(({ on, balance }) => ({ day: dayNumber(dateOf(on)), balance }));
  const steps = rates.map(({ from, annualRate }) => ({ day: dayNumber(dateOf(from)), rate: millionths(annualRate) }));
  const inside = (day: number) => day > dayNumber(period.from) && day < end;
  const starts = [dayNumber(period.from), ...[...balances, ...steps].map(({ day }) => day).filter(inside)];
  const segments = [...new Set(starts)].sort((a, b) => a - b);
  let parts = 0n;
  for (const [index, day] of segments.entries()) {
    const days = (segments[index + 1] ?? end) - day;
    // A period that ends before it begins has no days.
    if (days <= 0) return 0n;
    const balance = latest(balances, day)?.balance ?? opening;
    const rate = latest(steps, day)?.rate ?? 0n;
    if (balance > zero) parts += balance * rate * BigInt(days);
  }
  return parts;
}

/** The one rounding of interest, when it is posted. */
export function roundInterest(parts: InterestParts): Money {
  return moneyOf(divideRounded(parts, partsPerMinorUnit, 'half-even'));
}

/** The closing balances of the days on which something moved, from what moved on each in all. */
export function closingsOf(opening: Money, movedOn: ReadonlyMap<string, Money>): ClosingBalance[] {
  let balance = opening;
  return [...movedOn]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([on, moved]) => {
      balance = plus(balance, moved);
      return { on, balance };
    });
}

/** The last one of a day at or before the given; of two of one day, the one that stands later. */
function latest<T extends { day: number }>(steps: readonly T[], day: number): T | undefined {
  let found: T | undefined;
  for (const step of steps) {
    if (step.day <= day && (found === undefined || step.day >= found.day)) found = step;
  }
  return found;
}

/** A rate as millionths of a per cent: `2.5` is 2,500,000. */
function millionths(annualRate: string): bigint {
  const [whole = '0', places = ''] = rateOf(annualRate).split('.');
  return BigInt(whole + places.padEnd(ratePlaces, '0'));
}

export type Month = Temporal.PlainYearMonth;

export function monthOf(date: PlainDate): Month {
  return date.toPlainYearMonth();
}

export function lastDay(month: Month): PlainDate {
  return month.toPlainDate({ day: month.daysInMonth });
}

/**
 * What is still to be posted, a month at a time and in order: each month's interest bears interest in the next. The
 * first may begin in mid-month, where the account was opened or paid out then.
 */
export function periodsDue(paidTo: PlainDate, through: Month): { month: Month; period: InterestPeriod }[] {
  const due: { month: Month; period: InterestPeriod }[] = [];
  let from = paidTo.add({ days: 1 });
  for (;;) {
    const month = monthOf(from);
    if (Temporal.PlainYearMonth.compare(month, through) > 0) return due;
    const to = lastDay(month);
    due.push({ month, period: { from, to } });
    from = to.add({ days: 1 });
  }
}

/** The days whose interest is not paid yet; today's closing balance is not known before the day is over. */
export function unpaidDays(paidTo: string, today: PlainDate): InterestPeriod {
  return { from: dateOf(paidTo).add({ days: 1 }), to: today.subtract({ days: 1 }) };
}
