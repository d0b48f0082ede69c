import type { Formats } from '#core/format.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { kycTabs, type KycList, type KycTab } from './kyc-reading.ts';
import { checkNames, isSettled } from './kyc.rules.ts';
import { checkTexts, stateBadges } from './kyc-texts.ts';

const tabTexts: Record<KycTab, string> = {
  waiting: 'Waiting',
  ending: 'Ending soon',
  expired: 'Expired',
  rejected: 'Rejected',
};

const empty: Record<KycTab, { title: string; text: string }> = {
  waiting: { title: 'Nobody waits', text: 'A check begins with a customer’s first document or application.' },
  ending: { title: 'None ends soon', text: 'Those that end within 30 days are listed here. Each customer is told.' },
  expired: {
    title: 'None has ended',
    text: 'Customers whose check has ended are listed here until they are verified again.',
  },
  rejected: { title: 'Nobody is rejected', text: 'Ask for the documents again to reopen a check.' },
};

/** `/staff/kyc`. */
export function kycListPage(facts: { list: KycList; tab: KycTab; page: number; formats: Formats }) {
  const { list, tab, page, formats } = facts;
  const href = (one: KycTab) => `${paths.staffKycList}?tab=${one}`;
  return {
    title: 'Identity checks',
    head: { title: 'Identity checks', sub: 'Nothing is paid out to somebody who is not verified.' },
    tabs: kycTabs.map((one) => ({
      href: href(one),
      text: `${tabTexts[one]} (${list.counts[one] >= 1_000 ? '1,000+' : list.counts[one]})`,
      current: one === tab,
    })),
    table:
      list.lines.length === 0
        ? undefined
        : {
            caption: tabTexts[tab],
            captionHidden: true,
            columns: [
              { key: 'customer', label: 'Customer' },
              { key: 'state', label: 'State' },
              { key: 'open', label: 'Open checks', hideSmall: true, grow: true },
              { key: 'when', label: tab === 'ending' || tab === 'expired' ? 'Ends' : 'Last change', hideSmall: true },
            ],
            rows: list.lines.map((line) => lineOf(line, { tab, formats })),
          },
    empty: { ...empty[tab], action: undefined },
    paging: pagingView({ page, total: list.total, path: paths.staffKycList, query: { tab } }),
  };
}

function lineOf(
  { partyId, name, standing, changedAt }: KycList['lines'][number],
  { tab, formats }: { tab: KycTab; formats: Formats },
) {
  const open = checkNames.filter((check) => !isSettled(standing.checks, check)).map((check) => checkTexts[check]);
  const byEnd = tab === 'ending' || tab === 'expired';
  const when = byEnd && standing.reverifyOn !== null ? formats.date(standing.reverifyOn) : formats.instant(changedAt);
  return {
    cells: {
      customer: {
        text: name,
        href: paths.staffKyc(partyId),
        subSmall: open.length > 0 ? `Open: ${open.join(', ')}` : when,
      },
      state: { badge: stateBadges[standing.state] },
      open: open.length === 0 ? { text: 'None', tone: 'muted' } : open.join(', '),
      when,
    },
  };
}
