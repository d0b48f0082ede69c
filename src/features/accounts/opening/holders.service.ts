import { dateText } from '#core/calendar.ts';
import { Fault, notFound } from '#core/errors.ts';
import type { Result } from '#core/result.ts';
import { noticeRow } from '#features/notices/index.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { operators } from '#platform/mongo.ts';
import type { AccountRecord } from '../account.model.ts';
import { maskedNumber } from '../own-accounts.service.ts';
import { acceptInvitation, declineInvitation, findInvitation, openInvitations } from './answers.service.ts';
import type { AnswerOrder, Invitation } from './answers.service.ts';
import { endingOf, mostHolders, type AcceptRefusal, type InviteRefusal } from './holding.rules.ts';
import { invitationCollection, type InvitationRecord } from './invitation.model.ts';
import { invite, withdrawInvitation, type InvitationParts, type InviteOrder } from './invitations.service.ts';

export type { AnswerOrder, Invitation } from './answers.service.ts';

export interface Holder {
  partyId: string;
  name: string;
  owner: boolean;
}

/** Who holds an account; whom its owner has invited is told to the owner alone. */
export interface HolderList {
  holders: Holder[];
  invited: { id: string; email: string; openUntil: string }[];
}

export interface Holders {
  /** The people of an account, for one of them. */
  of(partyId: string, accountId: string): Promise<HolderList | undefined>;
  /** Everybody who holds an open account together with the party. */
  jointWith(partyId: string): Promise<string[]>;
  invite(order: InviteOrder): Promise<Result<{ openUntil: string }, InviteRefusal>>;
  withdraw(order: { actor: string; partyId: string; accountId: string; invitationId: string }): Promise<void>;
  /** What somebody is invited to. */
  invitations(partyId: string): Promise<Invitation[]>;
  /** One that they were sent; `over` where it cannot be answered any more. */
  invitation(partyId: string, invitationId: string): Promise<Invitation | 'over' | undefined>;
  accept(order: AnswerOrder): Promise<Result<{ accountId: string }, AcceptRefusal>>;
  decline(order: AnswerOrder): Promise<void>;
  /** The owner removes a holder, or a holder leaves; ending what has ended changes nothing. */
  end(order: { actor: string; partyId: string; accountId: string; holderId: string }): Promise<void>;
}

export function createHolders(parts: InvitationParts): Holders {
  return {
    of: (partyId, accountId) => holdersOf(parts, { partyId, accountId }),
    jointWith: (partyId) => jointWith(parts, partyId),
    invite: (order) => invite(parts, order),
    withdraw: (order) => withdrawInvitation(parts, order),
    invitations: (partyId) => openInvitations(parts, { partyId }),
    invitation: (partyId, invitationId) => findInvitation(parts, { partyId, invitationId }),
    accept: (order) => acceptInvitation(parts, order),
    decline: (order) => declineInvitation(parts, order),
    end: (order) => endHolding(parts, order),
  };
}

async function holdersOf(
  parts: InvitationParts,
  { partyId, accountId }: { partyId: string; accountId: string },
): Promise<HolderList | undefined> {
  const account = await parts.accounts.findOne({ _id: accountId, holders: partyId }).lean<AccountRecord>();
  if (!account) return undefined;
  const [names, invited] = await Promise.all([
    parts.customers.names(account.holders),
    account.partyId === partyId && account.state === 'open' ? invitedTo(parts, accountId) : [],
  ]);
  const holders = account.holders.map((holder) => ({
    partyId: holder,
    name: names.get(holder) ?? '',
    owner: holder === account.partyId,
  }));
  return { holders, invited };
}

// Far more than anybody may hold.
const mostAccounts = 200;

async function jointWith({ accounts }: InvitationParts, partyId: string): Promise<string[]> {
  const held = await accounts
    .find({ holders: partyId, state: 'open' }, { holders: 1 })
    .limit(mostAccounts)
    .lean<Pick<AccountRecord, '_id' | 'holders'>[]>();
  return [...new Set(held.flatMap(({ holders }) => holders))].filter((holder) => holder !== partyId);
}

async function invitedTo({ platform, invitations }: InvitationParts, accountId: string) {
  const today = dateText(await platform.bankDay.today());
  const open = await invitations
    .find({ accountId, state: 'pending', openUntil: operators({ $gte: today }) })
    .sort({ _id: 1 })
    .limit(mostHolders)
    .lean<InvitationRecord[]>();
  return Promise.all(
    open.map(async ({ _id: id, email, openUntil }) => {
      const place = { collection: invitationCollection, document: id, field: 'email' };
      return { id, email: await platform.vault.open(place, email), openUntil };
    }),
  );
}

async function endHolding(
  parts: InvitationParts,
  order: { actor: string; partyId: string; accountId: string; holderId: string },
): Promise<void> {
  const { actor, partyId, accountId, holderId } = order;
  const account = await parts.accounts
    .findOne({ _id: accountId, holders: partyId, state: 'open' })
    .lean<AccountRecord>();
  const ending = account && endingOf({ asks: partyId, owner: account.partyId, holder: holderId });
  if (!account || ending === undefined) throw notFound('Holder');
  if (!account.holders.includes(holderId)) return;
  const action = ending === 'removes' ? 'joint-holder-removed' : 'joint-holder-left';
  const told = ending === 'removes' ? removedNotice(holderId, account) : leftNotice(account);
  const subject = { type: 'account', id: accountId };
  try {
    await commitTogether(parts.platform.database, [
      without(account, holderId),
      parts.platform.audit.entry({ actor, action, subject, details: { holder: holderId } }),
      noticeRow(parts.platform.outbox, told),
    ]);
  } catch (error) {
    // The same button twice, or the owner and the holder at the same moment: the holding is over either way.
    const now = await parts.accounts.exists({ _id: accountId, holders: holderId });
    if (!(error instanceof Fault) || error.kind !== 'conflict' || now) throw error;
  }
}

function without(account: AccountRecord, holderId: string): Companion {
  const filter = { _id: account._id, state: 'open', holders: holderId };
  return {
    collection: 'accounts',
    kind: 'update',
    filter,
    change: { $pull: { holders: holderId }, $inc: { version: 1 } },
  };
}

function removedNotice(partyId: string, { number }: AccountRecord) {
  return {
    partyId,
    title: 'You no longer share an account',
    text: `The owner of account ${maskedNumber(number)} ended your access to it. Your own accounts are as they were.`,
    href: '/accounts',
  };
}

function leftNotice({ _id, partyId, number }: AccountRecord) {
  return {
    partyId,
    title: 'A holder has left your account',
    text: `Somebody who shared account ${maskedNumber(number)} with you has left it. They no longer see or use it.`,
    href: `/accounts/${_id}/holders`,
  };
}
