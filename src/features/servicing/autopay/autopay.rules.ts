import { dateOf, dateText, type PlainDate } from '#core/calendar.ts';

/** When autopay tries and when borrowers hear of what is due, in days from the due date. */
export const autopayRule = {
  /** The first try is on the due date itself. */
  triesAfterDays: [0, 2, 5],
  remindDaysBefore: 3,
  overdueNoticeDays: [1, 7, 15, 30, 60, 90],
} as const;

/** Where a mandate is: which due date it is about, which try comes next and when, and the due date to be reminded of. */
export interface Place {
  dueOn: string;
  /** Counted from 1. */
  attempt: number;
  tryOn: string;
  remindFor: string | null;
}

/** Of a loan, in the order of their dates. */
type Rows = readonly { dueOn: string }[];

/** The first due date that is not over. */
export function firstPlace(rows: Rows, today: PlainDate): Place {
  return placeFrom(rows, dateText(today.subtract({ days: 1 })));
}

/** After a due date is settled, or given up. */
export function nextPlace({ dueOn }: Pick<Place, 'dueOn'>, rows: Rows): Place {
  return placeFrom(rows, dueOn);
}

function placeFrom(rows: Rows, after: string): Place {
  const dueOn = nextDueOn(rows, after);
  if (dueOn !== undefined) return { dueOn, attempt: 1, tryOn: dueOn, remindFor: dueOn };
  // Rows may be added to a loan, so that a mandate without one to come looks again when a month ends.
  const lookOn = monthEndAfter(after);
  return { dueOn: lookOn, attempt: 1, tryOn: lookOn, remindFor: null };
}

function nextDueOn(rows: Rows, after: string): string | undefined {
  return rows.find((row) => row.dueOn > after)?.dueOn;
}

function monthEndAfter(date: string): string {
  const next = dateOf(date).add({ days: 1 });
  return dateText(next.with({ day: next.daysInMonth }));
}

export function isDueDate({ dueOn }: Pick<Place, 'dueOn'>, rows: Rows): boolean {
  return rows.some((row) => row.dueOn === dueOn);
}

/**
 * What follows a try that failed: the next one, or where there is none before the next due date, that date, on which
 * everything in arrears is taken.
 */
export function afterFailure(
  place: Place,
  { rows, today }: { rows: Rows; today: PlainDate },
): { place: Place; againOn: string | null } {
  const following = nextPlace(place, rows);
  const days = autopayRule.triesAfterDays[place.attempt];
  if (days === undefined) return { place: following, againOn: null };
  const planned = dateText(dateOf(place.dueOn).add({ days }));
  const tomorrow = dateText(today.add({ days: 1 }));
  const tryOn = planned > tomorrow ? planned : tomorrow;
  const isOvertaken = following.remindFor !== null && tryOn >= following.dueOn;
  if (isOvertaken) return { place: following, againOn: null };
  const { dueOn, attempt } = place;
  return { place: { dueOn, attempt: attempt + 1, tryOn, remindFor: following.remindFor }, againOn: tryOn };
}

/** The dates on which a due date that fails is tried. */
export function tryDates(dueOn: string): PlainDate[] {
  return autopayRule.triesAfterDays.map((days) => dateOf(dueOn).add({ days }));
}

/**
 * A try's key, and the payment's. Of the account too: what was refused for one says nothing about another that the
 * borrower chose since. Another round of it is made only where the loan or the mandate moved at that moment.
 */
export function takingKey(
  { loanId, dueOn, attempt, accountId }: Place & { loanId: string; accountId: string },
  round: number,
): string {
  const key = `autopay:${loanId}:${dueOn}:${attempt}:${accountId}`;
  return round === 0 ? key : `${key}:${round}`;
}

export function bounceKey({ loanId, dueOn }: { loanId: string; dueOn: string }, round: number): string {
  const key = `autopay:${loanId}:${dueOn}:bounce`;
  return round === 0 ? key : `${key}:${round}`;
}
