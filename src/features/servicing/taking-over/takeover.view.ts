import { counted, formatsIn, type Formats } from '#core/format.ts';
import type { Actor } from '#core/roles.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { linesTable } from './takeover-lines.view.ts';
import type { TakeoverLine, TakeoverRecord, TakeoverState } from './takeover.model.ts';

const badges: Record<TakeoverState, { kind: string; text: string; icon?: string }> = {
  uploaded: { kind: 'info', text: 'Being checked', icon: 'clock' },
  checked: { kind: 'info', text: 'Waits for confirmation', icon: 'clock' },
  confirmed: { kind: 'info', text: 'Checked once more', icon: 'clock' },
  posting: { kind: 'info', text: 'Being taken over', icon: 'clock' },
  posted: { kind: 'ok', text: 'Taken over' },
  undoing: { kind: 'alert', text: 'Being undone' },
  undone: { kind: 'neutral', text: 'Undone', icon: 'x' },
};

export function takeoverBadge({ state, errorLines }: TakeoverRecord) {
  return state === 'checked' && errorLines > 0 ? { kind: 'critical', text: 'Has errors' } : badges[state];
}

/** The portal knows staff by their role; who of them it was is told by the end of their id, as the audit trail has it. */
export function person(userId: string, reader: string): string {
  return userId === reader ? 'You' : `A colleague (…${userId.slice(-6)})`;
}

export function number(count: number, formats: Formats): string {
  return new Intl.NumberFormat(formats.locale).format(count);
}

function countedIn(count: number, noun: string, formats: Formats): string {
  return counted(count, noun).replace(String(count), number(count, formats));
}

export function isWorking({ phase }: TakeoverRecord): boolean {
  return phase !== null;
}

interface Facts {
  /** The first lines with errors. */
  first: readonly TakeoverLine[];
  form: FormState;
  actor: Actor;
  now: Temporal.Instant;
  formats: Formats;
}

const stalledMs = 10 * 60_000;

/** `/loan-imports/:id`: where it stands, what it comes to, and what can be done now. */
export function takeoverPage(record: TakeoverRecord, facts: Facts) {
  const { first, form, actor, now } = facts;
  const formats = formatsIn(record.currency, facts.formats);
  const { _id } = record;
  const isStalled = isWorking(record) && now.epochMilliseconds - record.movedAt.getTime() > stalledMs;
  return {
    title: record.fileName,
    crumbs: [{ text: 'Loan imports', href: paths.loanImports }, { text: record.fileName }],
    head: {
      title: record.fileName,
      badge: takeoverBadge(record),
      sub: `${countedIn(record.lines, 'line', formats)}, ${record.currency}`,
    },
    form,
    progress: isWorking(record) ? { ...progressOf(record, formats), refresh: paths.loanImport(_id) } : undefined,
    stalled: isStalled ? { action: paths.resumeLoanImport(_id), since: formats.instant(record.movedAt) } : undefined,
    notice: noticeOf(record),
    figures: figuresOf(record, formats),
    rows: rowsOf(record, { actor, formats }),
    errors:
      first.length === 0
        ? undefined
        : {
            title: record.errorLines > first.length ? `The first ${first.length} errors` : 'Errors',
            table: linesTable(first, { caption: 'Lines with errors', formats, linked: false }),
            foot: {
              link: {
                href: `${paths.loanImportLines(_id)}?show=error`,
                text: 'See all lines with errors',
              },
            },
          },
    confirm: confirmOf(record, { actor, formats }),
  };
}

function progressOf(record: TakeoverRecord, formats: Formats) {
  const { state, phase, lines, cursor, posted, undone, loans } = record;
  const of = (done: number, all: number, noun: string) => ({
    value: Math.min(done, all),
    max: Math.max(all, 1),
    text: `${number(Math.min(done, all), formats)} of ${countedIn(all, noun, formats)}`,
  });
  if (state === 'posting') return { title: 'Taking the loans over', ...of(posted, loans, 'loan') };
  if (state === 'undoing') return { title: 'Taking back what was brought over', ...of(undone, posted, 'loan') };
  const once = state === 'confirmed' ? 'Checking once more' : 'Checking; nothing moves';
  const title = phase === 'loans' ? `${once}: each loan with its payments` : `${once}: each line`;
  return { title, ...of(cursor, lines, 'line') };
}

function noticeOf({ state, errorLines, reason, undone }: TakeoverRecord) {
  if (state === 'undone' || state === 'undoing') {
    const taken = state === 'undone' ? ` ${counted(undone, 'loan')} had been brought over and taken back.` : '';
    return { kind: 'warn', title: 'This import was given up', text: `${reason ?? ''}${taken}`.trim() };
  }
  if (state === 'posted') return undefined;
  if (reason !== null) return { kind: 'warn', title: 'It was not taken over', text: reason };
  if (state === 'checked' && errorLines > 0)
    return {
      kind: 'danger',
      title: `${counted(errorLines, 'line')} with errors`,
      text: 'Nothing was moved. Mend the file and upload it again: it is taken over as a whole or not at all.',
    };
  return undefined;
}

function figuresOf(record: TakeoverRecord, formats: Formats) {
  const { _id, lines, errorLines, warningLines, loans, overdue, outstanding, receivable } = record;
  const count = (value: number) => number(value, formats);
  const show = (filter: string) => `${paths.loanImportLines(_id)}?show=${filter}`;
  const judged = record.checkedAt !== null;
  return [
    { label: 'Lines', value: count(lines), href: show('all') },
    ...(judged
      ? [
          { label: 'Errors', value: count(errorLines), href: show('error') },
          { label: 'Warnings', value: count(warningLines), href: show('warning') },
        ]
      : []),
    ...(judged && errorLines === 0
      ? [
          { label: 'Loans', value: count(loans), href: show('loan') },
          { label: 'Past due', value: count(overdue) },
          { label: 'Outstanding', value: formats.moneyWithCurrency(outstanding) },
          { label: 'Interest and fees', value: formats.moneyWithCurrency(receivable) },
        ]
      : []),
  ];
}

function rowsOf(record: TakeoverRecord, { actor, formats }: { actor: Actor; formats: Formats }) {
  const { _id, takeoverOn, uploadedBy, uploadedAt, checkedAt, confirmedBy, confirmedAt, endedAt, state } = record;
  const did = (who: string, at: Date) => `${person(who, actor.userId)}, ${formats.instant(at)}`;
  return [
    { label: 'Takeover date', value: formats.date(takeoverOn) },
    ...(record.lent === 0n ? [] : [{ label: 'Lent at the start', value: formats.moneyWithCurrency(record.lent) }]),
    { label: 'Uploaded', value: did(uploadedBy, uploadedAt) },
    ...(checkedAt ? [{ label: 'Checked', value: formats.instant(checkedAt) }] : []),
    ...(confirmedBy !== null && confirmedAt ? [{ label: 'Confirmed', value: did(confirmedBy, confirmedAt) }] : []),
    ...(endedAt ? [{ label: state === 'posted' ? 'Taken over' : 'Undone', value: formats.instant(endedAt) }] : []),
    { label: 'All lines', value: 'Look through them', href: `${paths.loanImportLines(_id)}?show=all` },
    { label: 'Report', value: 'Download as CSV', href: paths.loanImportReport(_id) },
    ...(record.expiresAt
      ? [{ label: 'Kept until', value: `${formats.instant(record.expiresAt)}, unless it is confirmed` }]
      : []),
  ];
}

function confirmOf(record: TakeoverRecord, { actor, formats }: { actor: Actor; formats: Formats }) {
  const { _id, state, errorLines, loans, uploadedBy, step } = record;
  if (state !== 'checked' || errorLines > 0) return undefined;
  const own = uploadedBy === actor.userId;
  return {
    action: paths.confirmLoanImport(_id),
    version: step,
    button: `Take over ${countedIn(loans, 'loan', formats)}`,
    blocked: own ? 'You uploaded this file, so a colleague has to confirm it. Nothing moves until then.' : undefined,
    text: 'The file is checked once more as of today’s business date. Then every loan is opened with what is owed on it, against the migration account. If one loan is refused, all of them are taken back.',
  };
}
