import { counted, type Formats } from '#core/format.ts';
import { may, type Actor } from '#core/roles.ts';
import type { DayRun, StepRecord } from '#platform/close-of-day/day-run.model.ts';
import type { Badge } from '#web/badge.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';

export function runBadge({ state, failed, notBefore }: Pick<DayRun, 'state' | 'failed' | 'notBefore'>): Badge {
  if (state === 'stopped') return { kind: 'critical', text: 'Stopped' };
  if (state === 'running') return { kind: 'info', text: notBefore ? 'Waiting' : 'Under way' };
  return failed === 0 ? { kind: 'ok', text: 'Closed' } : { kind: 'alert', text: `Closed, ${failed} to look at` };
}

/** Whether the page has something new in a few seconds. */
export function isMoving({ state }: Pick<DayRun, 'state'>): boolean {
  return state === 'running';
}

export function startedBy({ startedBy: by }: Pick<DayRun, 'startedBy'>, actor: Actor): string {
  if (by === 'calendar') return 'The calendar';
  if (by === 'command-line') return 'The command line';
  return by === actor.userId ? 'You' : 'A colleague';
}

/** `under 1 second`, `42 seconds`, `3 minutes 5 seconds`; a dash where it has not ended. */
export function duration(from: Date, to: Date | undefined): string {
  if (!to) return '–';
  const seconds = Math.trunc((to.getTime() - from.getTime()) / 1_000);
  if (seconds < 1) return 'under 1 second';
  if (seconds < 60) return counted(seconds, 'second');
  const minutes = Math.trunc(seconds / 60);
  const rest = seconds % 60;
  return rest === 0 ? counted(minutes, 'minute') : `${counted(minutes, 'minute')} ${counted(rest, 'second')}`;
}

export interface RunFacts {
  form: FormState;
  actor: Actor;
  now: Date;
  formats: Formats;
}

/** `/close-of-day/:date`: the steps of one close, how far each is, and what somebody has to look at. */
export function runPage(run: DayRun, facts: RunFacts) {
  const { form, actor, formats } = facts;
  const date = formats.date(run._id);
  const stopped = run.steps.find(({ state }) => state === 'failed');
  return {
    title: `Close of ${date}`,
    crumbs: [{ text: 'Close of day', href: paths.closeOfDay }, { text: date }],
    head: { title: `Close of ${date}`, badge: runBadge(run), sub: standing(run, facts) },
    form,
    refresh: isMoving(run) ? paths.dayRun(run._id) : undefined,
    stopped: stopped && {
      title: `It stopped at “${stopped.title}”`,
      text: `${stopped.error ?? ''} It is tried again every minute, and goes on where it stopped.`,
    },
    steps: run.steps.map((step) => stepItem(step, { run, ...facts })),
    rows: rowsOf(run, facts),
    failures: run.state === 'done' && run.failed > 0 ? failuresCard(run, actor) : failuresSoFar(run),
  };
}

function standing(run: DayRun, { now, formats }: RunFacts): string {
  if (run.finishedAt) return `Closed in ${duration(run.startedAt, run.finishedAt)}`;
  if (run.notBefore && run.notBefore > now) return `Goes on at ${formats.instant(run.notBefore)}`;
  return `Under way since ${formats.instant(run.startedAt)}`;
}

function rowsOf(run: DayRun, { actor, formats }: RunFacts) {
  return [
    { label: 'Day', value: formats.date(run._id) },
    { label: 'Started', value: formats.instant(run.startedAt) },
    { label: 'By', value: startedBy(run, actor) },
    { label: 'Finished', value: run.finishedAt ? formats.instant(run.finishedAt) : 'Not yet' },
    ...(run.takeovers === 0 ? [] : [{ label: 'Gone on after an interruption', value: counted(run.takeovers, 'time') }]),
    ...(run.retries === 0 ? [] : [{ label: 'Steps run again by hand', value: counted(run.retries, 'time') }]),
  ];
}

const stepBadges: Record<StepRecord['state'], Badge> = {
  waiting: { kind: 'neutral', text: 'Not begun' },
  running: { kind: 'info', text: 'Under way' },
  done: { kind: 'ok', text: 'Done' },
  failed: { kind: 'critical', text: 'Stopped' },
};

function stepItem(step: StepRecord, { run, now, formats }: RunFacts & { run: DayRun }) {
  const { title, state, failed } = step;
  const parked = state === 'running' && run.notBefore !== null && run.notBefore > now;
  const badge: Badge = parked ? { kind: 'neutral', text: 'Waiting' } : stepBadges[state];
  const until = parked && run.notBefore ? `until ${formats.instant(run.notBefore)}` : undefined;
  return {
    title,
    badge: failed > 0 && state === 'done' ? { kind: 'alert' as const, text: `Done, ${failed} to look at` } : badge,
    note: [amount(step, formats), took(step), until].filter((text) => text !== undefined).join(', '),
    error: step.error ?? undefined,
    progress: barOf(step),
    isNow: state === 'running',
  };
}

function amount({ done, total }: StepRecord, { locale }: Formats): string | undefined {
  const numbers = new Intl.NumberFormat(locale);
  if (total !== null) return `${numbers.format(done)} of ${numbers.format(total)}`;
  return done > 0 ? `${numbers.format(done)} done` : undefined;
}

function took({ startedAt, finishedAt }: StepRecord): string | undefined {
  return startedAt && finishedAt ? duration(startedAt, finishedAt) : undefined;
}

/** A bar without a value is one that nobody can tell the end of. */
function barOf({ state, done, total }: StepRecord): { value?: number; max: number } {
  if (state === 'done') return { value: 1, max: 1 };
  if (state === 'waiting') return { value: 0, max: 1 };
  // More may have come since they were counted.
  return total === null || total === 0 ? { max: 1 } : { value: Math.min(done, total), max: total };
}

function failureTable(run: DayRun) {
  return {
    caption: 'What needs somebody to look at it',
    captionHidden: true,
    columns: [
      { key: 'subject', label: 'What' },
      { key: 'step', label: 'Step', hideSmall: true },
      { key: 'sentence', label: 'Why', grow: true },
    ],
    rows: run.steps.flatMap((step) =>
      step.failures.map(({ subject, sentence }) => ({
        cells: { subject: { text: subject, subSmall: step.title }, step: step.title, sentence },
      })),
    ),
  };
}

function shownOf(run: DayRun): string {
  const shown = run.steps.reduce((sum, step) => sum + step.failures.length, 0);
  const all = run.steps.reduce((sum, step) => sum + step.failed, 0);
  return shown < all ? `The first ${shown} of ${all}` : counted(all, 'subject');
}

function failuresCard(run: DayRun, actor: Actor) {
  const retry = may(actor, 'day:close')
    ? {
        action: paths.retryDay(run._id),
        version: run.retries,
        text: 'When the reason is gone, run these steps again. What is done already is not done twice.',
        button: 'Run these steps again',
      }
    : undefined;
  return { note: shownOf(run), table: failureTable(run), retry };
}

function failuresSoFar(run: DayRun) {
  return run.steps.some(({ failed }) => failed > 0)
    ? { note: shownOf(run), table: failureTable(run), retry: undefined }
    : undefined;
}
