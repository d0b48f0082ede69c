import type { PlainDate } from '#core/calendar.ts';
import type { Formats } from '#core/format.ts';
import { isId } from '#core/ids.ts';
import { may, type Actor } from '#core/roles.ts';
import type { TrialBalanceLine } from '#features/ledger/index.ts';
import type { Audit } from '#platform/audit.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { balanceBadge } from './trial-balance.view.ts';
import type { Operations } from './home.service.ts';

type AuditList = Awaited<ReturnType<Audit['list']>>;

interface WatchFacts {
  actor: Actor;
  today: PlainDate;
  calendarToday: PlainDate;
  lines: readonly TrialBalanceLine[];
  operations: Operations;
  country: string;
  formats: Formats;
}

/** `/dashboard` of those who watch over the bank: compliance, administrators, analysts. */
export function watchHome(facts: WatchFacts) {
  const { actor, operations, formats, lines } = facts;
  const auditHref = may(actor, 'audit:view') ? { href: paths.audit } : {};
  const ledgerLink = may(actor, 'ledger:view') && { href: paths.trialBalance, text: 'See the trial balance' };
  const { outboxWaiting, outboxGivenUp } = operations;
  return {
    title: 'Home',
    head: { title: 'The bank today', sub: `Business date ${formats.date(facts.today)}` },
    figures: [
      { label: 'Audit entries', value: String(operations.auditedLately), note: 'in the last 24 hours', ...auditHref },
      { label: 'Messages to deliver', value: String(outboxWaiting), note: 'waiting in the outbox' },
      {
        label: 'Messages given up',
        value: String(outboxGivenUp),
        note: outboxGivenUp === 0 ? 'every delivery went through' : 'somebody has to look',
        ...(outboxGivenUp === 0 ? {} : { tone: 'danger' }),
      },
    ],
    ledger: {
      badge: balanceBadge(lines, formats),
      text: 'The trial balance of every account, added up a moment ago.',
      foot: ledgerLink ? { link: ledgerLink } : undefined,
    },
    instance: [
      { label: 'Business date', value: formats.date(facts.today) },
      { label: 'Calendar date', value: formats.date(facts.calendarToday) },
      { label: 'Currency', value: formats.currency },
      { label: 'Country of the bank', value: facts.country },
      { label: 'Locale', value: formats.locale },
    ],
  };
}

/** `/audit`: who did what, newest first. */
export function auditPage(list: AuditList & { page: number; formats: Formats }) {
  const { entries, total, page, formats } = list;
  return {
    title: 'Audit trail',
    head: { title: 'Audit trail', sub: 'Who did what, newest first. Entries are added and never changed' },
    table: {
      caption: 'Audit entries',
      columns: [
        { key: 'action', label: 'What' },
        { key: 'about', label: 'About' },
        { key: 'actor', label: 'By', hideSmall: true },
        { key: 'at', label: 'When', hideSmall: true },
      ],
      rows: entries.map((entry) => ({
        cells: {
          action: {
            text: sentence(entry.action),
            sub: detailsText(entry.details),
            subSmall: formats.instant(entry.at),
          },
          about: { text: sentence(entry.subject.type), sub: shortId(entry.subject.id) },
          actor: { text: shortId(entry.actor) },
          at: formats.instant(entry.at),
        },
      })),
    },
    paging: pagingView({ page, total, path: paths.audit }),
  };
}

/** `instalment-paid` as it is read: `Instalment paid`. */
function sentence(name: string): string {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The last group of an id: twelve random digits, enough to tell two apart on a page. */
function shortId(id: string): string {
  return isId(id) ? id.slice(-12) : id;
}

function detailsText(details: Readonly<Record<string, string>>): string | undefined {
  const parts = Object.entries(details).map(([name, value]) => `${name} ${shortId(value)}`);
  return parts.length > 0 ? parts.join(', ') : undefined;
}
