import { addFrequency, calendarDay, dayNumber, monthsLater, textOfDay } from '#core/calendar.ts';
import type { CalendarDay, DateText } from '#core/calendar.ts';
import { nominalFraction, yearFraction, type DatedDay } from './day-count.ts';
import type { Fraction } from './fraction.ts';
import type { ScheduleTerms } from './terms.ts';

/** The days after `start` up to and with `due`, as day numbers. */
export interface Period {
  start: number;
  due: number;
  dueOn: DateText;
  days: bigint;
  /** The period's share of a year: times the annual rate it is the interest of each unit that stands through all of it. */
  share: Fraction;
}

/** The periods of a loan by their index from 0, each worked out once and only when asked for; they never end. */
export interface Timeline {
  period(index: number): Period;
  /** A period's share of the year where it is counted by the rate alone. */
  nominalShare: Fraction;
}

type Terms = Pick<ScheduleTerms, 'disbursedOn' | 'firstDueOn' | 'frequency' | 'dayCount'>;

export function createTimeline(terms: Terms): Timeline {
  const { disbursedOn, firstDueOn, frequency, dayCount } = terms;
  const firstIsRegular = addFrequency(disbursedOn, frequency, 1).equals(firstDueOn);
  const dueDay = firstIsRegular ? daysFrom(disbursedOn, terms, 1) : daysFrom(firstDueOn, terms, 0);
  const days: DatedDay[] = [dated(partsOf(disbursedOn))];
  const periods: Period[] = [];

  function dayAt(index: number): DatedDay {
    return (days[index] ??= dated(dueDay(index - 1)));
  }

  function period(index: number): Period {
    const known = periods[index];
    if (known) return known;
    const start = dayAt(index);
    const due = dayAt(index + 1);
    const made = {
      start: start.number,
      due: due.number,
      dueOn: textOfDay(due),
      days: BigInt(due.number - start.number),
      share: yearFraction(dayCount, { start, due, frequency, regular: index > 0 || firstIsRegular }),
    };
    periods[index] = made;
    return made;
  }
  return { period, nominalShare: nominalFraction(frequency) };
}

function dated({ year, month, day }: CalendarDay): DatedDay {
  return { year, month, day, number: dayNumber({ year, month, day }) };
}

function partsOf({ year, month, day }: CalendarDay): CalendarDay {
  return { year, month, day };
}

/** Due dates count from one date and are never chained, so that 31 October → 30 November → 31 December. */
function daysFrom(anchor: CalendarDay, { frequency }: Terms, offset: number): (index: number) => CalendarDay {
  const from = partsOf(anchor);
  const { every, unit } = frequency;
  if (unit === 'month') return (index) => monthsLater(from, (index + offset) * every);
  const first = dayNumber(from);
  const step = unit === 'week' ? every * 7 : every;
  return (index) => calendarDay(first + (index + offset) * step);
}
