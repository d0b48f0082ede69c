import { z } from 'zod';
import { dateText, isBefore, type Period, type PlainDate } from '#core/calendar.ts';
import type { Formats } from '#core/format.ts';
import { dateField } from './fields.ts';
import { parseForm, withError, type FormState } from './forms.ts';

/** The period of a statement, of an account or a loan, as a reader asks for it. */

export interface StatementQuery {
  form: FormState;
  /** Undefined where what was asked for is no period. */
  period: Period | undefined;
  /** The month, where it is one: `2026-03`. */
  month: string | undefined;
  /** What keeps the period in an address. */
  query: { month: string } | { from: string; to: string };
}

const monthForm = z.strictObject({
  month: z.string().regex(/^(19|[2-9]\d)\d{2}-(0[1-9]|1[0-2])$/, 'Choose a month from the list'),
});
const periodForm = z.strictObject({
  from: dateField({ what: 'the first day' }),
  to: dateField({ what: 'the last day' }),
});

const mostYears = 5;

/** A month or any days at most five years long; without either, this month so far. */
export function statementQuery(query: unknown, today: PlainDate): StatementQuery {
  const given = new Map<string, unknown>(typeof query === 'object' && query !== null ? Object.entries(query) : []);
  const typed = ['from', 'to'].filter((name) => given.has(name)).map((name) => [name, given.get(name)] as const);
  if (typed.length > 0) return ofPeriod({ from: '', to: '', ...Object.fromEntries(typed) }, today);
  const month = given.get('month');
  return month === undefined ? thisMonth(today) : ofMonth({ month }, today);
}

function thisMonth(today: PlainDate): StatementQuery {
  const month = dateText(today).slice(0, 7);
  return { form: { values: { month }, errors: {} }, period: monthOf(month, today), month, query: { month } };
}

function ofMonth(given: { month: unknown }, today: PlainDate): StatementQuery {
  const parsed = parseForm(monthForm, given);
  if (!parsed.ok) return { ...thisMonth(today), period: undefined, form: parsed.form };
  const { month } = parsed.value;
  const period = monthOf(month, today);
  if (isBefore(today, period.from)) {
    const form = withError(parsed.form, 'month', 'Choose a month that has begun');
    return { ...thisMonth(today), period: undefined, form };
  }
  return { form: parsed.form, period, month, query: { month } };
}

/** All of a month, or what of it has passed. */
function monthOf(month: string, today: PlainDate): Period {
  const from = Temporal.PlainDate.from(`${month}-01`);
  const last = from.add({ months: 1 }).subtract({ days: 1 });
  return { from, to: isBefore(today, last) && !isBefore(today, from) ? today : last };
}

function ofPeriod(given: Record<string, unknown>, today: PlainDate): StatementQuery {
  const parsed = parseForm(periodForm, given);
  const wrong = parsed.ok ? faultIn(parsed.value, today) : undefined;
  const form = wrong ? withError(parsed.form, wrong.field, wrong.sentence) : parsed.form;
  if (!parsed.ok || wrong) return { ...thisMonth(today), month: undefined, period: undefined, form };
  const period = parsed.value;
  return { form, period, month: undefined, query: { from: dateText(period.from), to: dateText(period.to) } };
}

function faultIn({ from, to }: Period, today: PlainDate): { field: string; sentence: string } | undefined {
  if (isBefore(to, from)) return { field: 'to', sentence: 'Choose a last day that is not before the first' };
  if (isBefore(today, to)) return { field: 'to', sentence: 'Choose a last day that is not in the future' };
  if (from.year < 1900) return { field: 'from', sentence: 'Choose a first day in 1900 or later' };
  if (!isBefore(to, from.add({ years: mostYears })))
    return { field: 'to', sentence: `Choose at most ${mostYears} years; make several statements for more` };
  return undefined;
}

const mostMonths = 120;

/** The months to choose from, newest first, and the one that is shown where it is further back. */
export function monthOptions(facts: { since: string; today: PlainDate; shown: string | undefined }, formats: Formats) {
  const { since, today, shown } = facts;
  const months = monthsSince(since, today);
  const all = shown === undefined || months.includes(shown) ? months : [...months, shown];
  // `March 2026`.
  return all.map((month) => ({ value: month, text: formats.date(`${month}-01`).replace(/^1 /, '') }));
}

function monthsSince(began: string, today: PlainDate): string[] {
  const opened = began.slice(0, 7);
  const months: string[] = [];
  let day = today.with({ day: 1 });
  while (months.length < mostMonths && (months.length === 0 || dateText(day).slice(0, 7) >= opened)) {
    months.push(dateText(day).slice(0, 7));
    day = day.subtract({ months: 1 });
  }
  return months;
}
