import type { ScheduleTerms } from '#features/schedules/index.ts';

const words: Record<ScheduleTerms['dayCount'], string> = {
  '30/360': 'Every month counts as thirty days of a year of 360.',
  nominal: 'Every instalment bears the same part of the yearly rate.',
  'actual/365': 'Days are counted as they are, of a year of 365.',
  'actual/360': 'Days are counted as they are, of a year of 360.',
  'actual/actual': 'Days are counted as they are, of the days the year has.',
  'actual/actual-feb29': 'Days are counted as they are, of 365, or of 366 where 29 February is among them.',
  'actual/actual-dec31': 'Days are counted as they are, of the days of the year that they lie in.',
};

/** How days make interest, as a borrower reads it. */
export function dayCountText(dayCount: ScheduleTerms['dayCount']): string {
  return words[dayCount];
}
