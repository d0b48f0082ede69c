import { counted, formatsIn, type Formats } from '#core/format.ts';
import type { Actor } from '#core/roles.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { linesTable } from './import-lines.view.ts';
import type { ImportLine, ImportRecord, ImportState } from './import.model.ts';

const badges: Record<ImportState, { kind: string; text: string; icon?: string }> = {
  uploaded: { kind: 'info', text: 'Being checked', icon: 'clock' },
  checked: { kind: 'info', text: 'Waits for confirmation', icon: 'clock' },
  confirmed: { kind: 'info', text: 'Checked once more', icon: 'clock' },
  posting: { kind: 'info', text: 'Being posted', icon: 'clock' },
  posted: { kind: 'ok', text: 'Posted' },
  undoing: { kind: 'alert', text: 'Being undone' },
  undone: { kind: 'neutral', text: 'Undone', icon: 'x' },
};

export function importBadge({ state, errorLines }: ImportRecord) {
  return state === 'checked' && errorLines > 0 ? { kind: 'critical', text: 'Has errors' } : badges[state];
}

/** The portal knows staff by their role; who of them it was is told by the end of their id, as the audit trail has it. */
export function person(userId: string, reader: string): string {
  return userId === reader ? 'You' : `A colleague (…${userId.slice(-6)})`;
}

export function number(count: number, formats: Formats): string {
  return new Intl.NumberFormat(formats.locale).format(count);
}

export function isWorking({ phase }: ImportRecord): boolean {
  return phase !== null;
}

interface Facts {
  /** The first lines with errors. */
  first: readonly ImportLine[];
  form: FormState;
  actor: Actor;
  now: Temporal.Instant;
  formats: Formats;
}

const stalledMs = 10 * 60_000;

/** `/imports/:id`: where it stands, what it comes to, and what can be done now. */
export function importPage(record: ImportRecord, facts: Facts) {
  const { first, form, actor, now } = facts;
  const formats = formatsIn(record.currency, facts.formats);
  const { _id } = record;
  return {
    title: record.fileName,
    crumbs: [{ text: 'Imports', href: paths.imports }, { text: record.fileName }],
    head: {
      title: record.fileName,
      badge: importBadge(record),
      sub: `${counted(record.lines, 'line')}, ${record.currency}`,
    },
    form,
    progress: isWorking(record) ? { ...progressOf(record, formats), refresh: paths.import(_id) } : undefined,
    stalled:
      isWorking(record) && now.epochMilliseconds - record.movedAt.getTime() > stalledMs
        ? { action: paths.resumeImport(_id), since: formats.instant(record.movedAt) }
        : undefined,
    notice: noticeOf(record),
    figures: figuresOf(record, formats),
    rows: rowsOf(record, { actor, formats }),
    errors:
      first.length === 0
        ? undefined
        : {
            title: record.errorLines > first.length ? `The first ${first.length} errors` : 'Errors',
            table: linesTable(first, { caption: 'Lines with errors', formats }),
            foot: {
              link: { href: paths.importLines(_id), text: `See all ${counted(record.errorLines, 'line')} with errors` },
            },
          },
    confirm: confirmOf(record, { actor, formats }),
  };
}

function progressOf(record: ImportRecord, formats: Formats) {
  const { state, phase, lines, cursor, posted, undone, accounts } = record;
  const of = (done: number, all: number, noun: string) => ({
    value: Math.min(done, all),
    max: Math.max(all, 1),
    text: `${number(done, formats)} of ${counted(all, noun).replace(String(all), number(all, formats))}`,
  });
  if (state === 'posting') return { title: 'Posting', ...of(posted, lines, 'line') };
  if (state === 'undoing') return { title: 'Taking back what was posted', ...of(undone, posted, 'line') };
  const title = state === 'confirmed' ? 'Checking once more before posting' : 'Checking; nothing moves';
  if (phase === 'accounts') return { title, ...of(cursor, accounts, 'account') };
  return { title, ...of(phase === 'order' ? lines : cursor, lines, 'line') };
}

function noticeOf({ state, errorLines, reason, undone, claims }: ImportRecord) {
  if (state === 'undone' || state === 'undoing') {
    const taken =
      state === 'undone'
        ? `${counted(undone, 'line')} had been posted and ${undone === 1 ? 'was' : 'were'} taken back on ${undone === 1 ? 'its' : 'their'} own day.`
        : '';
    const open =
      claims === 0
        ? ''
        : ` ${counted(claims, 'line')} could not be taken back from the account in full; the rest stands as the bank’s claim in “Returned deposits receivable”.`;
    return { kind: 'warn', title: 'This import was given up', text: `${reason ?? ''} ${taken}${open}`.trim() };
  }
  if (state === 'posted') return undefined;
  if (reason !== null) return { kind: 'warn', title: 'It was not posted', text: reason };
  if (state === 'checked' && errorLines > 0)
    return {
      kind: 'danger',
      title: `${counted(errorLines, 'line')} with errors`,
      text: 'Nothing was moved. Mend the file and upload it again: it is posted as a whole or not at all.',
    };
  return undefined;
}

function figuresOf(record: ImportRecord, formats: Formats) {
  const { _id, lines, errorLines, warningLines, accounts, paidIn, paidOut } = record;
  const count = (value: number) => number(value, formats);
  const judged = record.checkedAt !== null;
  return [
    { label: 'Lines', value: count(lines), href: `${paths.importLines(_id)}?show=all` },
    ...(judged
      ? [
          { label: 'Errors', value: count(errorLines), href: `${paths.importLines(_id)}?show=error` },
          { label: 'Warnings', value: count(warningLines), href: `${paths.importLines(_id)}?show=warning` },
        ]
      : []),
    ...(judged && errorLines === 0
      ? [
          { label: 'Accounts', value: count(accounts), href: paths.importAccounts(_id) },
          { label: 'Comes in', value: formats.moneyWithCurrency(paidIn) },
          { label: 'Goes out', value: formats.moneyWithCurrency(paidOut) },
        ]
      : []),
  ];
}

function rowsOf(record: ImportRecord, { actor, formats }: { actor: Actor; formats: Formats }) {
  const { firstOn, lastOn, uploadedBy, uploadedAt, checkedAt, confirmedBy, confirmedAt, endedAt, state } = record;
  const did = (who: string, at: Date) => `${person(who, actor.userId)}, ${formats.instant(at)}`;
  return [
    ...(firstOn !== null && lastOn !== null
      ? [{ label: 'Days', value: `${formats.date(firstOn)} to ${formats.date(lastOn)}` }]
      : []),
    { label: 'Uploaded', value: did(uploadedBy, uploadedAt) },
    ...(checkedAt ? [{ label: 'Checked', value: formats.instant(checkedAt) }] : []),
    ...(confirmedBy !== null && confirmedAt ? [{ label: 'Confirmed', value: did(confirmedBy, confirmedAt) }] : []),
    ...(endedAt ? [{ label: state === 'posted' ? 'Posted' : 'Undone', value: formats.instant(endedAt) }] : []),
    { label: 'All lines', value: 'Look through them', href: `${paths.importLines(record._id)}?show=all` },
    { label: 'Report', value: 'Download as CSV', href: paths.importReport(record._id) },
    ...(record.expiresAt
      ? [{ label: 'Kept until', value: `${formats.instant(record.expiresAt)}, unless it is confirmed` }]
      : []),
  ];
}

function confirmOf(record: ImportRecord, { actor, formats }: { actor: Actor; formats: Formats }) {
  const { _id, state, errorLines, lines, uploadedBy, step } = record;
  if (state !== 'checked' || errorLines > 0) return undefined;
  const own = uploadedBy === actor.userId;
  return {
    action: paths.confirmImport(_id),
    version: step,
    button: `Post ${counted(lines, 'line').replace(String(lines), number(lines, formats))}`,
    blocked: own ? 'You uploaded this file, so a colleague has to confirm it. Nothing moves until then.' : undefined,
    text: 'The file is checked once more and then posted line by line, each on its own day. If one line is refused, every line of it is taken back.',
  };
}
