import { counted, type Formats } from '#core/format.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { DepositAccount } from '../own-accounts.service.ts';
import { mostHolders, type AcceptRefusal, type InviteRefusal } from './holding.rules.ts';
import type { Holder, HolderList, Invitation } from './holders.service.ts';
import { kindName } from './opening.view.ts';

function crumbsOf({ id, name }: DepositAccount, last: string) {
  return [{ text: 'Accounts', href: paths.accounts }, { text: name, href: paths.account(id) }, { text: last }];
}

/** `/accounts/:id/holders`: who holds it, who is invited, and the form to invite. */
export function holdersPage(facts: {
  account: DepositAccount;
  people: HolderList;
  partyId: string;
  form: FormState;
  key: string;
  formats: Formats;
}) {
  const { account, people, partyId, form, key, formats } = facts;
  const open = account.state === 'open';
  const free = mostHolders - people.holders.length - people.invited.length;
  return {
    title: 'Who holds this account',
    crumbs: crumbsOf(account, 'Holders'),
    head: { title: 'Who holds this account', sub: `${account.name} ${account.masked}` },
    holders: people.holders.map((holder) => holderItem(holder, { account, partyId })),
    invited: people.invited.map(({ id, email, openUntil }) => ({
      id,
      email,
      until: `Invited, can answer until ${formats.date(openUntil)}`,
    })),
    withdrawAction: paths.withdrawInvitation(account.id),
    form,
    key,
    invite: account.owned && open && free > 0 ? { action: paths.accountHolders(account.id) } : undefined,
    full:
      account.owned && open && free <= 0
        ? `An account has at most ${counted(mostHolders, 'holder')}, open invitations included.`
        : undefined,
  };
}

function holderItem({ partyId: holder, name, owner }: Holder, facts: { account: DepositAccount; partyId: string }) {
  const { account, partyId } = facts;
  const you = holder === partyId;
  const mayEnd = account.state === 'open' && !owner && (you || account.owned);
  return {
    name: you ? `${name} (you)` : name,
    role: owner ? 'Owner' : 'Joint holder',
    end: mayEnd
      ? { href: paths.accountHolder(account.id, holder), text: you ? 'Leave' : 'Remove', about: you ? '' : name }
      : undefined,
  };
}

/** The page that asks once more before somebody is removed or leaves. */
export function endHoldingPage(facts: { account: DepositAccount; holder: Holder; you: boolean }) {
  const { account, holder, you } = facts;
  const title = you ? 'Leave this account?' : `Remove ${holder.name}?`;
  return {
    title,
    crumbs: crumbsOf(account, you ? 'Leave' : 'Remove a holder'),
    head: { title, sub: `${account.name} ${account.masked}` },
    action: paths.accountHolder(account.id, holder.partyId),
    back: paths.accountHolders(account.id),
    text: you
      ? 'You will no longer see or use this account, nor what happened on it so far. Only its owner can invite you again.'
      : `${holder.name} will no longer see or use this account, from this moment on. What they paid from it stays paid. You can invite them again.`,
    button: you ? 'Leave the account' : `Remove ${holder.name}`,
  };
}

/** `/accounts/invitations/:id`. */
export function invitationPage(facts: { invitation: Invitation; form: FormState; formats: Formats }) {
  const { invitation, form, formats } = facts;
  return {
    title: 'An invitation to share an account',
    crumbs: [{ text: 'Accounts', href: paths.accounts }, { text: 'Invitation' }],
    head: { title: 'An invitation to share an account', sub: `From ${invitation.from}` },
    rows: [
      { label: 'From', value: invitation.from },
      { label: 'Account', value: `${kindName(invitation.kind)} ${invitation.masked}` },
      { label: 'You can decide until', value: formats.date(invitation.openUntil) },
    ],
    form,
    action: paths.accountInvitation(invitation.id),
  };
}

export function explainInviting(refusal: InviteRefusal): { field: string; sentence: string } {
  switch (refusal) {
    case 'already-holder':
      return { field: 'email', sentence: 'This person holds the account already' };
    case 'already-invited':
      return { field: 'email', sentence: 'You have invited this address already. Wait for the answer' };
    case 'too-many-holders':
      return {
        field: 'email',
        sentence: `An account has at most ${mostHolders} holders, open invitations included`,
      };
    case 'too-many-invitations':
      return { field: 'email', sentence: 'You have sent many invitations today. Please try again tomorrow' };
  }
}

export function explainAccepting(refusal: AcceptRefusal): string {
  switch (refusal) {
    case 'no-longer-open':
      return 'This invitation is no longer open. Nothing has changed.';
    case 'too-many-holders':
      return `The account has ${mostHolders} holders already, which is the most. Nothing has changed.`;
    case 'too-many-shared':
      return 'You share as many accounts as one person can. Leave one of them first, then accept.';
  }
}
