import { dateOf, daysBetween, type PlainDate } from '#core/calendar.ts';
import { sum, type Money } from '#core/money.ts';

interface Row {
  n: number;
  dueOn: string;
  /** What of it is still to pay. */
  left: Money;
  paidOn: string | null;
}

/** Where a loan stands on a business date: the instalment to pay next, and how it lies to that date. */
export interface Standing<R extends Row = Row> {
  next: R;
  when: 'overdue' | 'due' | 'upcoming';
  /** Days late where overdue, days to go where upcoming, 0 on the day itself. */
  days: number;
  /** Every instalment whose due date has passed. */
  overdue: { count: number; amount: Money };
}

/** Undefined where everything is paid. An instalment is late from the day after its due date. */
export function standingOf<R extends Row>(instalments: readonly R[], on: PlainDate): Standing<R> | undefined {
  const unpaid = instalments.filter((row) => row.paidOn === null);
  const [next] = unpaid;
  if (!next) return undefined;
  const daysToGo = daysBetween(on, dateOf(next.dueOn));
  const late = unpaid.filter((row) => daysBetween(on, dateOf(row.dueOn)) < 0);
  return {
    next,
    when: daysToGo < 0 ? 'overdue' : daysToGo === 0 ? 'due' : 'upcoming',
    days: Math.abs(daysToGo),
    overdue: { count: late.length, amount: sum(late.map((row) => row.left)) },
  };
}
