import { counted, type Formats } from '#core/format.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { accountCard } from '../accounts.view.ts';
import { mostAccounts, type DepositAccount } from '../own-accounts.service.ts';
import type { Invitation } from './holders.service.ts';
import { kindName } from './opening.view.ts';

/** How many closed accounts a page lists. */
export const closedShown = 10;

/** `/accounts`: what somebody holds, what they are invited to, and what they held. */
export function accountListPage(facts: {
  accounts: readonly DepositAccount[];
  invitations: readonly Invitation[];
  closed: { accounts: readonly DepositAccount[]; total: number };
  page: number;
  formats: Formats;
}) {
  const { accounts, invitations, closed, page, formats } = facts;
  const full = accounts.filter((account) => account.owned).length >= mostAccounts;
  const most = counted(mostAccounts, 'account');
  return {
    title: 'Accounts',
    accounts: accounts.map((account) => accountCard(account, formats)),
    invitations: invitations.map((invitation) => ({
      title: `${invitation.from} invites you to share an account`,
      text: `${kindName(invitation.kind)} ${invitation.masked}. You can decide until ${formats.date(invitation.openUntil)}.`,
      link: { href: paths.accountInvitation(invitation.id), text: 'See the invitation' },
    })),
    depositHref: paths.deposit,
    ...(full ? { sub: `You have ${most}, which is the most one person can have` } : {}),
    ...(full ? {} : { openHref: paths.openAccount }),
    closed: closedList({ ...closed, page, formats }),
  };
}

function closedList(facts: { accounts: readonly DepositAccount[]; total: number; page: number; formats: Formats }) {
  const { accounts, total, page, formats } = facts;
  if (total === 0) return undefined;
  return {
    items: accounts.map((account) => ({
      href: paths.account(account.id),
      title: `${account.name} ${account.masked}`,
      sub: `${account.typeName}, closed ${formats.date(account.closedOn ?? account.openedOn)}`,
    })),
    paging: total > closedShown ? pagingView({ page, total, path: paths.accounts, size: closedShown }) : undefined,
  };
}
