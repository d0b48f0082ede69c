import { counted, waited, type Formats } from '#core/format.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import type { ListedApproval } from './approval-parts.ts';
import { kindName, type ApprovalState } from './approval.rules.ts';
import type { ApprovalTab } from './approvals.forms.ts';
import type { ApprovalList } from './approvals.service.ts';

export const stateBadges: Record<ApprovalState, { kind: string; text: string }> = {
  pending: { kind: 'alert', text: 'Waiting' },
  approved: { kind: 'ok', text: 'Approved' },
  rejected: { kind: 'critical', text: 'Rejected' },
  withdrawn: { kind: 'neutral', text: 'Withdrawn' },
  expired: { kind: 'neutral', text: 'Expired' },
};

interface ListFacts {
  tab: ApprovalTab;
  kind: string | undefined;
  /** The kinds to choose from. */
  kinds: readonly string[];
  list: ApprovalList;
  /** How many wait for this person, whatever is filtered. */
  waiting: number;
  page: number;
  userId: string;
  now: Temporal.Instant;
  formats: Formats;
}

const tabNames: Record<ApprovalTab, string> = { waiting: 'Waiting for you', mine: 'You asked', decided: 'Decided' };

/** `/approvals`: what waits for this person, what they asked for, and what was decided. */
export function approvalsPage(facts: ListFacts) {
  const { tab, kind, kinds, list, waiting, page } = facts;
  return {
    title: 'Approvals',
    head: {
      title: 'Approvals',
      sub: waiting === 0 ? 'Nothing waits for you' : `${counted(waiting, 'request')} waiting for you`,
    },
    tabs: (Object.keys(tabNames) as ApprovalTab[]).map((one) => ({
      href: hrefOf(one, kind),
      text: tabNames[one],
      current: one === tab,
    })),
    chips: [
      { text: 'Every kind', href: hrefOf(tab, undefined), current: kind === undefined },
      ...kinds.map((one) => ({ text: kindName(one), href: hrefOf(tab, one), current: one === kind })),
    ],
    table: {
      caption: tabNames[tab],
      captionHidden: true,
      columns: columnsOf(tab),
      rows: list.requests.map((request) => ({ cells: cellsOf(request, facts) })),
    },
    paging: pagingView({ page, total: list.total, path: paths.approvals, query: queryOf(tab, kind) }),
    empty: list.requests.length > 0 ? null : emptyList(facts),
  };
}

function queryOf(tab: ApprovalTab, kind: string | undefined): Record<string, string> {
  return { ...(tab === 'waiting' ? {} : { tab }), ...(kind === undefined ? {} : { kind }) };
}

function hrefOf(tab: ApprovalTab, kind: string | undefined): string {
  const query = new URLSearchParams(queryOf(tab, kind)).toString();
  return query === '' ? paths.approvals : `${paths.approvals}?${query}`;
}

function columnsOf(tab: ApprovalTab) {
  return [
    { key: 'what', label: 'Request' },
    { key: 'who', label: tab === 'mine' ? 'Decided by' : 'Asked by', hideSmall: true },
    { key: 'at', label: tab === 'decided' ? 'Decided' : 'Asked', hideSmall: true },
    { key: 'state', label: tab === 'waiting' ? 'Waiting' : 'State' },
  ];
}

function cellsOf(request: ListedApproval, { tab, userId, now, formats }: ListFacts) {
  const { id, kind, title, maker, state, at, expiresOn, decidedAt, decidedBy } = request;
  const who = tab === 'mine' ? decidedBy : maker;
  const name = who && (who.userId === userId ? 'You' : who.name);
  const when = tab === 'decided' && decidedAt ? decidedAt : at;
  return {
    what: {
      text: title,
      href: paths.approval(id),
      sub: kindName(kind),
      subSmall: name === null ? formats.instant(when) : `${name}, ${formats.instant(when)}`,
    },
    who: name ?? '',
    at: formats.instant(when),
    state:
      tab === 'waiting'
        ? { text: waited(at, now).text, sub: `until ${formats.date(expiresOn)}` }
        : { badge: stateBadges[state] },
  };
}

function emptyList({ tab, kind, page }: ListFacts) {
  if (kind !== undefined || page > 1) {
    const action = { href: hrefOf(tab, undefined), text: 'Show every kind' };
    return { title: 'Nothing here', text: 'No request fits what you chose.', action };
  }
  const texts: Record<ApprovalTab, { title: string; text: string }> = {
    waiting: {
      title: 'Nothing waits for you',
      text: 'What a colleague asks for and you may decide appears here. Your own requests go to somebody else.',
    },
    mine: { title: 'You asked for nothing yet', text: 'What you ask a second person to approve appears here.' },
    decided: {
      title: 'Nothing is decided yet',
      text: 'Approved, rejected, withdrawn and expired requests appear here.',
    },
  };
  return { ...texts[tab], action: undefined };
}
