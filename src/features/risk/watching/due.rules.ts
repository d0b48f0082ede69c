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
/** What is decided late in a month is on record in the first days of the next at the latest. */
const settlingDays = 3;

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
 * Oldest first. This month and one that has just ended are counted every day, and after an hour again; the others once a
 * month, since their loans go on; an empty one costs nothing, and records may have been taken in late.
 */
export function monthsDue(facts: { today: string; nowMs: number; marks: readonly Mark[] }): string[] {
  const { today, nowMs, marks } = facts;
  const current = monthOf(today);
  const fresh = Number(today.slice(8)) <= settlingDays ? 1 : 0;
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
      if (back <= fresh) return mark.through < today || isOld;
      return monthOf(mark.through) < current || (mark.records === 0 && isOld);
    })
    .map(({ month }) => month)
    .toReversed();
}
