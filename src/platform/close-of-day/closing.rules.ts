import { dateText, isBefore, type PlainDate } from '#core/calendar.ts';
import { ok, refuse, type Result } from '#core/result.ts';

export type ClosingRefusal =
  /** The date is not the business date: it is closed already, or a day before it is still open. */
  | { code: 'not-the-business-date'; today: PlainDate }
  /** The calendar has not come to it: nobody may close tomorrow. */
  | { code: 'not-begun'; today: PlainDate };

/** A day may be closed when it is the business date and has begun by the calendar; its evening need not be over. */
export function decideClosing(facts: {
  date: PlainDate;
  today: PlainDate;
  calendarToday: PlainDate;
}): Result<PlainDate, ClosingRefusal> {
  const { date, today, calendarToday } = facts;
  if (dateText(date) !== dateText(today)) return refuse({ code: 'not-the-business-date', today });
  if (isBefore(calendarToday, date)) return refuse({ code: 'not-begun', today });
  return ok(date);
}
