import { addFrequency, dueDates, type PlainDate } from '#core/calendar.ts';
import { yearFraction } from './day-count.ts';
import { multiplyFractions, rateFraction, type Fraction } from './fraction.ts';
import type { ScheduleTerms } from './terms.ts';

export interface Period {
  start: PlainDate;
  dueOn: PlainDate;
  /** Interest of the period for each unit of principal that stands through all of it. */
  factor: Fraction;
}

/** The periods of a loan by their index from 0, each worked out once and only when asked for. */
export interface Timeline {
  period(index: number): Period;
}

export function createTimeline(terms: ScheduleTerms): Timeline {
  const { disbursedOn, firstDueOn, frequency } = terms;
  const rate = rateFraction(terms.annualRate);
  const firstIsRegular = addFrequency(disbursedOn, frequency, 1).equals(firstDueOn);
  const due = dueDates(terms);
  const periods: Period[] = [];

  function period(index: number): Period {
    const known = periods[index];
    if (known) return known;
    const start = index === 0 ? disbursedOn : period(index - 1).dueOn;
    const dueOn = due(index + 1);
    const regular = index > 0 || firstIsRegular;
    const share = yearFraction(terms.dayCount, { start, dueOn, frequency, regular });
    const made = { start, dueOn, factor: multiplyFractions(rate, share) };
    periods[index] = made;
    return made;
  }
  return { period };
}
