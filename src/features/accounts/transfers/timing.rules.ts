import { addFrequency, dateOf, dateText, isBefore, parseDate, type Frequency, type PlainDate } from '#core/calendar.ts';
import { ok, refuse, type Result } from '#core/result.ts';

export const whenChoices = ['now', 'once', 'week', 'month'] as const;
export type When = (typeof whenChoices)[number];
export const endChoices = ['open', 'until', 'times'] as const;
export type End = (typeof endChoices)[number];

/** When a transfer is to happen, as it was typed. */
export interface TimingInput {
  when: When;
  startOn: string;
  every: string;
  end: End;
  until: string;
  times: string;
}

/** The dates of a scheduled transfer: one, or a rhythm with or without an end. */
export interface Rhythm {
  startOn: PlainDate;
  every: Frequency | null;
  until: PlainDate | null;
  times: number | null;
}

export interface TimingFault {
  field: 'startOn' | 'every' | 'until' | 'times';
  sentence: string;
}

const furthestYears = 5;
const mostTimes = 999;
const mostEvery = { week: 52, month: 24 } as const;

/** Reads when a transfer is to happen; undefined is now. Dates are business dates, and a schedule begins tomorrow at the earliest. */
export function readTiming(input: TimingInput, today: PlainDate): Result<Rhythm | undefined, TimingFault> {
  const { when } = input;
  // A date that was typed is meant: money is not sent now because a choice above it was overlooked.
  if (when === 'now') return input.startOn.trim() === '' ? ok(undefined) : refuse(dateWithoutRhythm);
  const startOn = readStart(input.startOn, today);
  if (!startOn.ok) return startOn;
  if (when === 'once') return ok({ startOn: startOn.value, every: null, until: null, times: null });
  const every = wholeNumber(input.every, mostEvery[when]);
  if (every === undefined) {
    const sentence = `Enter every how many ${when}s, from 1 to ${mostEvery[when]}`;
    return refuse({ field: 'every', sentence });
  }
  const rhythm = { startOn: startOn.value, every: { every, unit: when } };
  return readEnd(input, rhythm);
}

const dateWithoutRhythm: TimingFault = {
  field: 'startOn',
  sentence: 'Choose above that it is sent on this date, once or regularly, or empty the date to send it now',
};

function readStart(text: string, today: PlainDate): Result<PlainDate, TimingFault> {
  const fault = (sentence: string) => refuse({ field: 'startOn' as const, sentence });
  const parsed = parseDate(text);
  if (!parsed.ok) return fault('Enter the date as year-month-day, like 2026-04-23');
  const date = parsed.value;
  if (isBefore(date, today)) return fault('This date is in the past. Choose a later one, or send the money now');
  if (date.equals(today))
    return fault('For today, choose to send the money now. A scheduled date is tomorrow or later');
  if (isBefore(today.add({ years: furthestYears }), date))
    return fault(`Choose a date in the next ${furthestYears} years`);
  return ok(date);
}

function readEnd(input: TimingInput, rhythm: Pick<Rhythm, 'startOn' | 'every'>): Result<Rhythm, TimingFault> {
  if (input.end === 'open') return ok({ ...rhythm, until: null, times: null });
  if (input.end === 'times') {
    const times = wholeNumber(input.times, mostTimes);
    if (times === undefined)
      return refuse({ field: 'times', sentence: `Enter how many times, from 1 to ${mostTimes}` });
    return ok({ ...rhythm, until: null, times });
  }
  const until = parseDate(input.until);
  if (!until.ok) return refuse({ field: 'until', sentence: 'Enter the last date as year-month-day, like 2027-04-23' });
  if (isBefore(until.value, rhythm.startOn))
    return refuse({ field: 'until', sentence: 'The last date is before the first. Choose a later one' });
  return ok({ ...rhythm, until: until.value, times: null });
}

function wholeNumber(text: string, most: number): number | undefined {
  if (!/^\d{1,4}$/.test(text.trim())) return undefined;
  const value = Number(text.trim());
  return value >= 1 && value <= most ? value : undefined;
}

/** A rhythm as it is stored. */
export interface StoredRhythm {
  startOn: string;
  every: Frequency | null;
  until: string | null;
  times: number | null;
}

export function storedRhythm({ startOn, every, until, times }: Rhythm): StoredRhythm {
  return { startOn: dateText(startOn), every, until: until && dateText(until), times };
}

/**
 * Date n of a rhythm, from 0; undefined where it has ended. Counted from the first date, never from the one before:
 * 31 January, 28 February, 31 March.
 */
export function occurrence({ startOn, every, until, times }: StoredRhythm, n: number): string | undefined {
  if (every === null) return n === 0 ? startOn : undefined;
  if (times !== null && n >= times) return undefined;
  const date = dateText(addFrequency(dateOf(startOn), every, n));
  return until !== null && date > until ? undefined : date;
}

/** The first dates of a rhythm, at most `most`. */
export function firstDates(rhythm: StoredRhythm, most: number): string[] {
  return Array.from({ length: most }, (_, n) => occurrence(rhythm, n)).filter((date) => date !== undefined);
}
