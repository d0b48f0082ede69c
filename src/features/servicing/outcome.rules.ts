import { dateOf, daysBetween, type PlainDate } from '#core/calendar.ts';

/** The usual definition of default (Basel II, § 452): more than so many days late on anything that was due. */
export const defaultDaysPastDue = 90;

/** What of a loan tells how it went. */
export interface LoanFacts {
  state: 'active' | 'closed' | 'written-off';
  instalments: readonly { dueOn: string; paidOn: string | null }[];
  arrears: { daysPastDue: number; nonPerformingSince: string | null };
}

export interface LoanCourse {
  worstDaysPastDue: number;
  /** Ever 90 days past due, non-performing or written off. What was paid later does not undo it. */
  defaulted: boolean;
}

/** How late a loan ever was: each row from its due date to the day nothing of it was owed any more, or to today. */
export function courseOf(loan: LoanFacts, today: PlainDate): LoanCourse {
  const late = loan.instalments.map(({ dueOn, paidOn }) =>
    daysBetween(dateOf(dueOn), paidOn === null ? today : dateOf(paidOn)),
  );
  // A loan that is written off is late for good; its rows say until when only by today.
  const worstDaysPastDue = late.reduce((worst, days) => Math.max(worst, days), Math.max(0, loan.arrears.daysPastDue));
  const isBad = loan.state === 'written-off' || loan.arrears.nonPerformingSince !== null;
  return { worstDaysPastDue, defaulted: isBad || worstDaysPastDue >= defaultDaysPastDue };
}
