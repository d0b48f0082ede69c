import { daysBetween, isBefore, type PlainDate } from '#core/calendar.ts';
import { counted, type Formats } from '#core/format.ts';
import type { Result } from '#core/result.ts';
import { may, type Actor } from '#core/roles.ts';
import type { ClosingRefusal } from '#platform/close-of-day/closing.rules.ts';
import type { DayRun } from '#platform/close-of-day/day-run.model.ts';
import type { FormState } from '#web/forms.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { duration, runBadge, startedBy } from './run.view.ts';

export interface ClosingFacts {
  list: { runs: readonly DayRun[]; total: number };
  unfinished: readonly DayRun[];
  dates: { today: PlainDate; calendarToday: PlainDate; timeZone: string };
  closable: Result<PlainDate, ClosingRefusal>;
  page: number;
  actor: Actor;
  formats: Formats;
}

/** `/close-of-day`: where the bank stands, and the closes so far, newest first. */
export function closingPage(facts: ClosingFacts) {
  const { list, unfinished, dates, closable, page, actor, formats } = facts;
  const { today } = dates;
  const stopped = unfinished.find(({ state }) => state === 'stopped');
  const text = `Close ${formats.date(today)}`;
  const mine = closable.ok && may(actor, 'day:close') && !unfinished.some(({ _id }) => _id === today.toString());
  return {
    title: 'Close of day',
    head: {
      title: 'Close of day',
      sub: `Business date ${formats.date(today)}`,
      ...(mine ? { action: { href: paths.closeDay, text } } : {}),
    },
    stopped: stopped && {
      title: `${formats.date(stopped._id)} could not be finished`,
      text: 'It is tried again every minute.',
      link: { href: paths.dayRun(stopped._id), text: 'See what stopped it' },
    },
    figures: figuresOf(facts),
    table: {
      caption: 'Closed days',
      captionHidden: true,
      columns: [
        { key: 'date', label: 'Day' },
        { key: 'state', label: 'State' },
        { key: 'started', label: 'Started', hideSmall: true },
        { key: 'by', label: 'By', hideSmall: true },
        { key: 'took', label: 'Took', kind: 'num', hideSmall: true },
      ],
      rows: list.runs.map((run) => ({
        cells: {
          date: { text: formats.date(run._id), href: paths.dayRun(run._id) },
          state: { badge: runBadge(run), ...(run.finishedAt ? { subSmall: `in ${tookOf(run)}` } : {}) },
          started: formats.instant(run.startedAt),
          by: startedBy(run, actor),
          took: tookOf(run),
        },
      })),
    },
    paging: pagingView({ page, total: list.total, path: paths.closeOfDay }),
    empty:
      list.runs.length > 0
        ? null
        : { title: 'No day is closed yet', text: 'The first close appears here when the business date has passed.' },
  };
}

function tookOf({ startedAt, finishedAt }: DayRun): string {
  return duration(startedAt, finishedAt ?? undefined);
}

function figuresOf({ dates, unfinished, list, formats }: ClosingFacts) {
  const { today, calendarToday, timeZone } = dates;
  const ahead = daysBetween(today, calendarToday);
  const last = list.runs.find(({ state }) => state === 'done');
  const calendarNote =
    ahead > 0
      ? `${counted(ahead, 'day')} ahead of the business date`
      : ahead < 0
        ? 'behind the business date, which was closed early'
        : 'the same day';
  return [
    { label: 'Business date', value: formats.date(today), note: 'what loans and limits are dated by' },
    { label: 'Calendar', value: formats.date(calendarToday), note: calendarNote },
    nextClose({ today, ahead, timeZone, busy: unfinished.length > 0, formats }),
    {
      label: 'Last closed',
      value: last ? formats.date(last._id) : 'None yet',
      ...(last ? { note: runBadge(last).text } : {}),
    },
  ];
}

function nextClose(facts: { today: PlainDate; ahead: number; timeZone: string; busy: boolean; formats: Formats }) {
  const { today, ahead, timeZone, busy, formats } = facts;
  const label = 'Next close';
  if (busy) return { label, value: 'Under way', note: 'one at a time, in the order of the days' };
  if (ahead > 0) return { label, value: 'Due now', note: 'it begins within a minute' };
  return { label, value: formats.date(today.add({ days: 1 })), note: `by itself after midnight, ${timeZone}` };
}

export interface ConfirmFacts {
  closable: Result<PlainDate, ClosingRefusal>;
  calendarToday: PlainDate;
  steps: readonly { title: string }[];
  form: FormState;
  formats: Formats;
}

/** `/close-of-day/close`: what closing means, and the button. */
export function confirmPage({ closable, calendarToday, steps, form, formats }: ConfirmFacts) {
  const date = closable.ok ? closable.value : closable.refusal.today;
  const shown = formats.date(date);
  const title = closable.ok ? `Close ${shown}` : 'Close of day';
  const next = formats.date(date.add({ days: 1 }));
  const early = !isBefore(date, calendarToday);
  return {
    title,
    crumbs: [{ text: 'Close of day', href: paths.closeOfDay }, { text: title }],
    head: { title },
    form,
    blocked: closable.ok ? undefined : explainClosing(closable.refusal, { date, formats }),
    confirm: closable.ok
      ? {
          action: paths.closeDay,
          date: date.toString(),
          button: `Close ${shown} now`,
          text: `The business date becomes ${next}. Everything customers and staff do from then on counts in that day. This cannot be taken back.`,
          early: early
            ? `${shown} is not over by the calendar. What comes in later today counts in ${next}.`
            : undefined,
        }
      : undefined,
    steps: steps.map((step) => step.title),
    back: { href: paths.closeOfDay, text: 'Back to the closed days' },
  };
}

export function explainClosing(
  refusal: ClosingRefusal,
  { date, formats }: { date: PlainDate; formats: Formats },
): string {
  const today = formats.date(refusal.today);
  switch (refusal.code) {
    case 'not-begun':
      return `${today} has not begun by the calendar. It can be closed from that day on. Nothing was changed.`;
    case 'not-the-business-date':
      return `${formats.date(date)} is not the business date, which is ${today}. Nothing was changed.`;
  }
}
