import { dayNumber, isBefore, monthsLater, type Frequency, type PlainDate } from '#core/calendar.ts';
import type { CalendarDay } from '#core/calendar.ts';
import { addFractions, fractionOf, type Fraction } from './fraction.ts';
import type { DayCount } from './terms.ts';

/** A day with its number, which every count needs. */
export interface DatedDay extends CalendarDay {
  number: number;
}

/** From the day after `start` up to and with `due`; `regular` where it is exactly one frequency long. */
export interface DatedPeriod {
  start: DatedDay;
  due: DatedDay;
  frequency: Frequency;
  regular: boolean;
}

const periodsAYear = { month: 12, week: 52, day: 365 } as const;

/** One period as a share of the year by the rate's own count, whatever the dates. */
export function nominalFraction(frequency: Frequency): Fraction {
  return fractionOf(frequency.every, periodsAYear[frequency.unit]);
}

/** The share of a year one period has under the day count; times the annual rate it is the period's factor. */
export function yearFraction(dayCount: DayCount, period: DatedPeriod): Fraction {
  switch (dayCount) {
    case '30/360':
      return thirtyOver360(period);
    case 'nominal':
      return nominalFraction(period.frequency);
    case 'actual/365':
      return fractionOf(daysOf(period), 365);
    case 'actual/360':
      return fractionOf(daysOf(period), 360);
    case 'actual/actual':
      return byCalendarYear(period, 'jan1');
    case 'actual/actual-dec31':
      return byCalendarYear(period, 'dec31');
    case 'actual/actual-feb29':
      return fractionOf(daysOf(period), holdsLeapDay(period) ? 366 : 365);
  }
}

function daysOf({ start, due }: DatedPeriod): number {
  return due.number - start.number;
}

function thirtyOver360(period: DatedPeriod): Fraction {
  const { start, due, frequency } = period;
  if (frequency.unit !== 'month') return fractionOf(daysOf(period), 360);
  if (period.regular) return fractionOf(frequency.every, 12);
  const months = monthsThatFit(start, due);
  const daysLeft = due.number - dayNumber(monthsLater(start, months));
  return fractionOf(months * 30 + daysLeft, 360);
}

function monthsThatFit(from: CalendarDay, to: CalendarDay): number {
  const months = (to.year - from.year) * 12 + to.month - from.month;
  return dayNumber(to) < dayNumber(monthsLater(from, months)) ? months - 1 : months;
}

/** The most months that fit between two dates when month ends are clamped: 31 January to 28 February is one. */
export function wholeMonths(from: PlainDate, to: PlainDate): number {
  const months = (to.year - from.year) * 12 + to.month - from.month;
  return isBefore(to, from.add({ months })) ? months - 1 : months;
}

/**
 * The days in each calendar year over that year's own length. ISDA changes years between 31 December and 1 January as
 * they begin; `dec31` lets 31 December itself be the boundary, which moves one day to the new year.
 */
function byCalendarYear({ start, due }: DatedPeriod, boundary: 'jan1' | 'dec31'): Fraction {
  const end = due.number;
  const shift = boundary === 'dec31' ? 1 : 0;
  let from = start.number;
  let total: Fraction | null = null;
  for (let year = start.year; from < end; year += 1) {
    const until = Math.min(end, dayNumber({ year: year + 1, month: 1, day: 1 }) - shift);
    // A period that begins on 31 December lies wholly in the new year where that day is the boundary.
    if (until <= from) continue;
    const share = fractionOf(until - from, isLeap(year) ? 366 : 365);
    total = total ? addFractions(total, share) : share;
    from = until;
  }
  return total ?? fractionOf(0, 1);
}

/** Whether a 29 February lies after the start and not after the due date. */
function holdsLeapDay({ start, due }: DatedPeriod): boolean {
  for (let year = start.year; year <= due.year; year += 1) {
    if (!isLeap(year)) continue;
    const leapDay = dayNumber({ year, month: 2, day: 29 });
    if (start.number < leapDay && leapDay <= due.number) return true;
  }
  return false;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
