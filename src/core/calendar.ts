import { ok, refuse, type Result } from './result.ts';

/** A calendar date as it is stored and sent: `2026-03-31`. Compares correctly as text. */
export type DateText = `${number}-${number}-${number}`;
export type PlainDate = Temporal.PlainDate;

/** The parts of a date, where a Temporal object for each of hundreds would cost more than the sum it is for. */
export interface CalendarDay {
  year: number;
  month: number;
  day: number;
}

/** From the first day to the last, both included. */
export interface Period {
  from: PlainDate;
  to: PlainDate;
}

export interface Frequency {
  every: number;
  unit: 'month' | 'week' | 'day';
}

/** Reads a strict ISO date; `2026-02-30`, `2026-2-3` and anything with a time are refused. */
export function parseDate(text: string): Result<PlainDate, 'empty' | 'not-a-date'> {
  const trimmed = text.trim();
  if (trimmed === '') return refuse('empty');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(trimmed)) return refuse('not-a-date');
  try {
    return ok(Temporal.PlainDate.from(trimmed, { overflow: 'reject' }));
  } catch {
    return refuse('not-a-date');
  }
}

/** A date out of the database or the program itself; anything else is a fault. */
export function dateOf(text: string): PlainDate {
  return Temporal.PlainDate.from(text, { overflow: 'reject' });
}

export function dateText(date: PlainDate): DateText {
  return date.toString() as DateText;
}

export function daysBetween(from: PlainDate, to: PlainDate): number {
  return dayNumber(to) - dayNumber(from);
}

/**
 * Days on one endless count of the Gregorian calendar. Years begin in March here, so that a leap day is the last of its
 * year. A schedule asks for hundreds of distances; plain arithmetic is twenty times quicker than a Temporal duration.
 */
export function dayNumber({ year, month, day }: CalendarDay): number {
  const marchYear = month > 2 ? year : year - 1;
  const daysBeforeMonth = Math.floor((153 * ((month + 9) % 12) + 2) / 5);
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + daysBeforeMonth + day;
}

/** The date of a day on that count: the inverse of `dayNumber`. */
export function calendarDay(day: number): CalendarDay {
  const era = Math.floor((day - 1) / 146_097);
  const dayOfEra = day - 1 - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

/** `start` plus n months, clamped to the month's end. */
export function monthsLater(start: CalendarDay, count: number): CalendarDay {
  const months = start.year * 12 + start.month - 1 + count;
  const year = Math.floor(months / 12);
  const month = months - year * 12 + 1;
  const lastDay = dayNumber({ year, month: month + 1, day: 1 }) - dayNumber({ year, month, day: 1 });
  return { year, month, day: Math.min(start.day, lastDay) };
}

/** `2026-03-31`: the text of a date within the years 0 to 9999. */
export function textOfDay({ year, month, day }: CalendarDay): DateText {
  const text = `${String(year).padStart(4, '0')}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}`;
  return text as DateText;
}

export function isBefore(a: PlainDate, b: PlainDate): boolean {
  return Temporal.PlainDate.compare(a, b) < 0;
}

/** `start` plus n frequencies, clamped to the month's end: 31 January + 1 month = 28 or 29 February, + 2 = 31 March. */
export function addFrequency(start: PlainDate, frequency: Frequency, n: number): PlainDate {
  const count = frequency.every * n;
  if (frequency.unit === 'month') return addMonths(start, count);
  return start.add(frequency.unit === 'week' ? { weeks: count } : { days: count });
}

// The same as Temporal's own `add` with overflow `constrain`, at half its price: schedules are made of these.
function addMonths(start: PlainDate, count: number): PlainDate {
  const { year, month, day } = monthsLater(start, count);
  return new Temporal.PlainDate(year, month, day);
}

/**
 * Due date n (from 1). Where the first one is `disbursedOn` plus one frequency, dates count from `disbursedOn`,
 * otherwise from `firstDueOn`; never chained from the date before, so 31 October → 30 November → 31 December.
 */
export function dueDate(
  terms: { disbursedOn: PlainDate; firstDueOn: PlainDate; frequency: Frequency },
  n: number,
): PlainDate {
  return dueDates(terms)(n);
}

/** The rule of `dueDate` with its start decided once, for a whole schedule. */
export function dueDates(terms: {
  disbursedOn: PlainDate;
  firstDueOn: PlainDate;
  frequency: Frequency;
}): (n: number) => PlainDate {
  const { disbursedOn, firstDueOn, frequency } = terms;
  return addFrequency(disbursedOn, frequency, 1).equals(firstDueOn)
    ? (n) => addFrequency(disbursedOn, frequency, n)
    : (n) => addFrequency(firstDueOn, frequency, n - 1);
}

/** Whole years between two dates, as an age is counted. */
export function yearsBetween(from: PlainDate, to: PlainDate): number {
  return from.until(to, { largestUnit: 'year' }).years;
}

const namesByLocale = new Map<string, string[]>();

/** Making a formatter costs a hundred times what using its result does. */
function monthNames(locale: string): string[] {
  const known = namesByLocale.get(locale);
  if (known) return known;
  const format = new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC', calendar: 'gregory' });
  const names = Array.from({ length: 12 }, (_, index) => format.format(new Date(Date.UTC(2026, index, 1))));
  namesByLocale.set(locale, names);
  return names;
}

/** `3 March 2026` in the reader's locale, always day, month name, year. */
export function formatDate(date: PlainDate, locale: string): string {
  const month = monthNames(locale)[date.month - 1] ?? '';
  return `${date.day} ${month} ${date.year}`;
}

/** `3 March 2026, 09:12` in the bank's time zone. */
export function formatInstant(instant: Temporal.Instant, style: { locale: string; timeZone: string }): string {
  const local = instant.toZonedDateTimeISO(style.timeZone);
  const time = `${String(local.hour).padStart(2, '0')}:${String(local.minute).padStart(2, '0')}`;
  return `${formatDate(local.toPlainDate(), style.locale)}, ${time}`;
}
