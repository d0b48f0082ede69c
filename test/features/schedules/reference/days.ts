import { exact, plus, zero, type Exact } from './exact.ts';

/** Days since 1970, and the dates of INTERFACES.md counted in them. */
const msADay = 86_400_000;

export interface Frequency {
  every: number;
  unit: 'month' | 'week' | 'day';
}

export function dayOf(iso: string): number {
  return Date.parse(`${iso}T00:00:00Z`) / msADay;
}

export function isoOf(day: number): string {
  return new Date(day * msADay).toISOString().slice(0, 10);
}

export function yearOf(day: number): number {
  return Number(isoOf(day).slice(0, 4));
}

export function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function lastOfMonth(year: number, month: number): number {
  return [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

/** So many months later, clamped to the month's end. */
export function monthsLater(day: number, months: number): number {
  const [year = 0, month = 0, date = 0] = isoOf(day).split('-').map(Number);
  const count = year * 12 + (month - 1) + months;
  const [newYear, newMonth] = [Math.floor(count / 12), (count % 12) + 1];
  return Date.UTC(newYear, newMonth - 1, Math.min(date, lastOfMonth(newYear, newMonth))) / msADay;
}

export function later(day: number, frequency: Frequency, times: number): number {
  const units = frequency.every * times;
  if (frequency.unit === 'month') return monthsLater(day, units);
  return day + units * (frequency.unit === 'week' ? 7 : 1);
}

export interface Period {
  /** Counted from 1, a down payment not counted. */
  number: number;
  start: number;
  due: number;
  /** Part of a year. */
  factor: Exact;
  /** What the `nominal` basis takes for it. */
  nominal: Exact;
}

export interface Calendar {
  disbursedOn: number;
  firstDueOn: number;
  frequency: Frequency;
  dayCount: string;
}

export function periodOf(calendar: Calendar, number: number): Period {
  const { disbursedOn, firstDueOn, frequency } = calendar;
  const isRegular = firstDueOn === later(disbursedOn, frequency, 1);
  const dueOf = (n: number): number => {
    if (n === 0) return disbursedOn;
    return isRegular ? later(disbursedOn, frequency, n) : later(firstDueOn, frequency, n - 1);
  };
  const [start, due] = [dueOf(number - 1), dueOf(number)];
  const { every } = frequency;
  const nominal = exact(every, { month: 12, week: 52, day: 365 }[frequency.unit]);
  const span = { start, due, isOdd: number === 1 && !isRegular };
  return { number, start, due, nominal, factor: factorOf(calendar, span, nominal) };
}

interface Span {
  start: number;
  due: number;
  isOdd: boolean;
}

function factorOf({ dayCount, frequency }: Calendar, span: Span, nominal: Exact): Exact {
  const { start, due } = span;
  const days = due - start;
  switch (dayCount) {
    case 'nominal':
      return nominal;
    case '30/360':
      if (frequency.unit !== 'month') return exact(days, 360);
      return span.isOdd ? monthsAndDays(start, due) : exact(frequency.every, 12);
    case 'actual/365':
      return exact(days, 365);
    case 'actual/360':
      return exact(days, 360);
    case 'actual/actual-feb29':
      return exact(days, daysFrom(start + 1, days).some((day) => isoOf(day).endsWith('02-29')) ? 366 : 365);
    default: {
      // Under ISDA a day belongs to the year it begins in; with the boundary at 31 December, the year it ends in.
      const first = dayCount === 'actual/actual' ? start : start + 1;
      const years = daysFrom(first, days).map((day) => exact(1, isLeap(yearOf(day)) ? 366 : 365));
      return years.reduce(plus, zero);
    }
  }
}

function daysFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

function monthsAndDays(start: number, due: number): Exact {
  let months = 0;
  while (monthsLater(start, months + 1) <= due) months += 1;
  return plus(exact(months, 12), exact(due - monthsLater(start, months), 360));
}
