import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  addFrequency,
  dateOf,
  dateText,
  daysBetween,
  dueDate,
  formatDate,
  formatInstant,
  isBefore,
  parseDate,
  yearsBetween,
} from '#core/calendar.ts';

const epoch = dateOf('1600-01-01');
const date = fc.integer({ min: 0, max: 400_000 }).map((days) => epoch.add({ days }));

describe('reading a date', () => {
  it.each(['2024-02-29', '0001-01-01', '9999-12-31'])('takes %s and writes it back', (text) => {
    const parsed = parseDate(text);
    expect(parsed.ok && dateText(parsed.value)).toBe(text);
  });

  it.each([
    ['', 'empty'],
    ['2026-02-29', 'not-a-date'],
    ['2026-2-3', 'not-a-date'],
    ['2026-13-01', 'not-a-date'],
    ['2026-01-01T00:00', 'not-a-date'],
    ['01/02/2026', 'not-a-date'],
    ['20260101', 'not-a-date'],
  ])('refuses %j', (text, fault) => {
    expect(parseDate(text)).toEqual({ ok: false, refusal: fault });
  });
});

describe('counting days and months', () => {
  it('agrees with the calendar of the language, over centuries and in both directions', () => {
    fc.assert(
      fc.property(date, date, (from, to) => {
        expect(daysBetween(from, to)).toBe(from.until(to, { largestUnit: 'day' }).days);
      }),
    );
  });

  it('adds months as the language does with clamped month ends', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: 1, max: 12 }), fc.integer({ min: -400, max: 400 }), (from, every, n) => {
        const added = addFrequency(from, { every, unit: 'month' }, n);
        expect(dateText(added)).toBe(dateText(from.add({ months: every * n }, { overflow: 'constrain' })));
      }),
    );
  });

  it('counts years as an age is counted', () => {
    expect(yearsBetween(dateOf('2000-02-29'), dateOf('2018-02-28'))).toBe(17);
    expect(yearsBetween(dateOf('2000-02-29'), dateOf('2018-03-01'))).toBe(18);
  });
});

describe('due dates', () => {
  const monthly = { every: 1, unit: 'month' } as const;
  const due = (disbursedOn: string, firstDueOn: string, n: number) =>
    dateText(dueDate({ disbursedOn: dateOf(disbursedOn), firstDueOn: dateOf(firstDueOn), frequency: monthly }, n));

  it.each([
    ['2023-10-31', '2023-11-30', 2, '2023-12-31'],
    ['2024-01-31', '2024-02-29', 2, '2024-03-31'],
    ['2024-01-31', '2024-02-29', 13, '2025-02-28'],
    ['2024-01-15', '2024-02-29', 2, '2024-03-29'],
    ['2024-01-30', '2024-02-29', 2, '2024-03-30'],
  ])('lent on %s and first due on %s, number %d is %s', (disbursedOn, firstDueOn, n, expected) => {
    expect(due(disbursedOn, firstDueOn, n)).toBe(expected);
  });

  it('begin with the first one and never stand still', () => {
    const frequency = fc.record({
      every: fc.integer({ min: 1, max: 6 }),
      unit: fc.constantFrom('month' as const, 'week' as const, 'day' as const),
    });
    fc.assert(
      fc.property(date, fc.integer({ min: 1, max: 90 }), frequency, (disbursedOn, after, every) => {
        const terms = { disbursedOn, firstDueOn: disbursedOn.add({ days: after }), frequency: every };
        expect(dueDate(terms, 1).equals(terms.firstDueOn)).toBe(true);
        for (let n = 1; n < 14; n += 1) expect(isBefore(dueDate(terms, n), dueDate(terms, n + 1))).toBe(true);
      }),
    );
  });
});

describe('showing dates', () => {
  it('names the month', () => {
    expect(formatDate(dateOf('2026-03-03'), 'en-US')).toBe('3 March 2026');
  });

  it('shows an instant in the time zone of the bank', () => {
    const instant = Temporal.Instant.from('2026-03-03T23:30:00Z');
    expect(formatInstant(instant, { locale: 'en-US', timeZone: 'Asia/Kolkata' })).toBe('4 March 2026, 05:00');
  });
});
