import { dateOf } from '#core/calendar.ts';

/** How the instalments of a loan were paid that are behind it. */
export interface PaymentRecord {
  paid: number;
  late: number;
  /** The most days that one was late, or is late by now. */
  worstDays: number;
}

interface Row {
  dueOn: string;
  paidOn: string | null;
}

/** Counts by days: an instalment that is not paid yet is as late as it is on `today`. */
export function paymentRecord(rows: readonly Row[], today: string): PaymentRecord {
  const behind = rows.filter(({ dueOn, paidOn }) => paidOn !== null || dueOn < today);
  const days = behind.map(({ dueOn, paidOn }) => daysLate(dueOn, paidOn ?? today));
  return {
    paid: behind.filter(({ paidOn }) => paidOn !== null).length,
    late: days.filter((late) => late > 0).length,
    worstDays: Math.max(0, ...days),
  };
}

function daysLate(dueOn: string, on: string): number {
  if (on <= dueOn) return 0;
  return dateOf(dueOn).until(dateOf(on), { largestUnit: 'day' }).days;
}
