/** Which months are to be counted. A month is `2026-03`, which compares as text. */

/** How often a month has been counted, and when last. */
export interface Mark {
  month: string;
  /** The business date that it was counted up to. */
  through: string;
  countedAtMs: number;
  /** Decisions and applications in it. */
  records: number;
}

/** Loans of earlier months go on to go well or badly. */
export const followedMonths = 24;
const hourMs = 3_600_000;
/** What is decided late in a month is on record before this day of the next. */
const settledDay = '04';

export function monthOf(date: string): string {
  return date.slice(0, 7);
}

/** So many months before; 0 is the month itself. */
export function monthsBefore(month: string, count: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const place = year * 12 + (number - 1) - count;
  return `${String(Math.trunc(place / 12)).padStart(4, '0')}-${String((place % 12) + 1).padStart(2, '0')}`;
}

/**
 * Oldest first. This month is counted every day, and after an hour again, and so is the one before it until it was counted
 * on the fourth or later, whenever that is; the others once a month, since their loans go on; an empty one costs nothing,
 * and records may have been taken in late.
 */
export function monthsDue(facts: { today: string; nowMs: number; marks: readonly Mark[] }): string[] {
  const { today, nowMs, marks } = facts;
  const current = monthOf(today);
  const settled = `${current}-${settledDay}`;
  const byMonth = new Map(marks.map((mark) => [mark.month, mark]));
  const followed = Array.from({ length: followedMonths + 1 }, (_, back) => ({
    back,
    month: monthsBefore(current, back),
  }));
  return followed
    .filter(({ back, month }) => {
      const mark = byMonth.get(month);
      if (!mark) return true;
      const isOld = nowMs - mark.countedAtMs >= hourMs;
      if (back === 0 || (back === 1 && mark.through < settled)) return mark.through < today || isOld;
      return monthOf(mark.through) < current || (mark.records === 0 && isOld);
    })
    .map(({ month }) => month)
    .toReversed();
}
