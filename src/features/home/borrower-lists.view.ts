import type { Formats } from '#core/format.ts';
import { historyRows, type DepositAccount } from '#features/accounts/index.ts';
import type { Entry } from '#features/ledger/index.ts';
import type { Notices } from '#features/notices/index.ts';
import { paths } from '#web/paths.ts';

export type NoticeFacts = Awaited<ReturnType<Notices['list']>>['notices'][number];

/** An entry with the account that it stands in. */
export interface AccountEntry {
  accountId: string;
  entry: Entry;
}

const entriesShown = 8;

/** The newest entries over all accounts, in groups by day. A balance is shown where there is one account only. */
export function recentEntries(
  all: readonly AccountEntry[],
  { accounts, formats }: { accounts: readonly DepositAccount[]; formats: Formats },
) {
  const [first] = accounts;
  if (!first || all.length === 0) return undefined;
  const masked = new Map(accounts.map((account) => [account.id, account.masked]));
  const several = accounts.length > 1;
  const newest = all
    .toSorted((a, b) => newer(a.entry, b.entry))
    .slice(0, entriesShown)
    .map(({ accountId, entry }) =>
      several ? { ...entry, reference: `${masked.get(accountId) ?? ''}, ${entry.reference}` } : entry,
    );
  return {
    link: { href: several ? paths.accounts : paths.account(first.id), text: 'See all' },
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

function newer(a: Entry, b: Entry): number {
  if (a.effectiveOn !== b.effectiveOn) return a.effectiveOn < b.effectiveOn ? 1 : -1;
  return b.postedAt.getTime() - a.postedAt.getTime() || b.seq - a.seq;
}

export function inboxItems(notices: readonly NoticeFacts[], formats: Formats) {
  return notices.map((notice) => ({
    href: paths.notice(notice._id),
    title: notice.title,
    sub: `${notice.readAt ? 'Read' : 'Unread'}, ${formats.instant(notice.at)}`,
    unread: notice.readAt === null,
  }));
}
