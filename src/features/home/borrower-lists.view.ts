import type { Formats } from '#core/format.ts';
import { historyRows, type DepositAccount, type TextedEntry } from '#features/accounts/index.ts';
import type { Notices } from '#features/notices/index.ts';
import { paths } from '#web/paths.ts';

export type NoticeFacts = Awaited<ReturnType<Notices['list']>>['notices'][number];

const entriesShown = 8;

/** The newest entries over all accounts, in groups by day. A balance is shown where there is one account only. */
export function recentEntries(
  all: readonly TextedEntry[],
  { accounts, formats }: { accounts: readonly DepositAccount[]; formats: Formats },
) {
  const [first] = accounts;
  if (!first || all.length === 0) return undefined;
  const masked = new Map(accounts.map((account) => [account.id, account.masked]));
  const several = accounts.length > 1;
  const newest = all
    .toSorted(newer)
    .slice(0, entriesShown)
    .map((entry) => (several ? ofAccount(entry, masked.get(entry.account) ?? '') : entry));
  return {
    link: { href: several ? paths.transactions : paths.account(first.id), text: 'See all' },
    table: {
      caption: `${several ? 'All accounts' : `${first.name} ${first.masked}`}, amounts in ${formats.currency}`,
      columns: [
        { key: 'what', label: 'What', grow: true },
        { key: 'amount', label: 'Amount', kind: 'num' },
        ...(several ? [] : [{ key: 'balance', label: 'Balance after', kind: 'num', hideSmall: true }]),
      ],
      rows: historyRows(newest, formats),
    },
  };
}

function newer(a: TextedEntry, b: TextedEntry): number {
  return b.postedAt.getTime() - a.postedAt.getTime() || b.seq - a.seq;
}

/** In a list over several accounts a line says first which of them it is of. */
function ofAccount(entry: TextedEntry, masked: string): TextedEntry {
  const { text } = entry;
  return { ...entry, text: { ...text, sub: [masked, text.sub].filter(Boolean).join(', ') } };
}

export function inboxItems(notices: readonly NoticeFacts[], formats: Formats) {
  return notices.map((notice) => ({
    href: paths.notice(notice._id),
    title: notice.title,
    sub: `${notice.readAt ? 'Read' : 'Unread'}, ${formats.instant(notice.at)}`,
    unread: notice.readAt === null,
  }));
}
