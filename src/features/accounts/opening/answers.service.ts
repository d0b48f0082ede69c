import { dateText } from '#core/calendar.ts';
import { Fault, notFound } from '#core/errors.ts';
import { ok, type Result } from '#core/result.ts';
import { noticeRow } from '#features/notices/index.ts';
import { commitTogether } from '#platform/companion.ts';
import { operators } from '#platform/mongo.ts';
import type { AccountRecord } from '../account.model.ts';
import { maskedNumber, mostShared } from '../own-accounts.service.ts';
import { mayAccept, mostHolders, type AcceptRefusal } from './holding.rules.ts';
import type { InvitationRecord } from './invitation.model.ts';
import { audited, stateChange, type InvitationParts } from './invitations.service.ts';

/** An open invitation as the invited person sees it. */
export interface Invitation {
  id: string;
  accountId: string;
  /** What the account is and how its number ends; its name is its holders' own. */
  kind: AccountRecord['kind'];
  masked: string;
  /** The full name of who invites. */
  from: string;
  openUntil: string;
}

export interface AnswerOrder {
  actor: string;
  partyId: string;
  invitationId: string;
}

const mostShown = 20;

/** What somebody is invited to and can still accept, oldest first. */
export async function openInvitations(
  parts: InvitationParts,
  facts: { partyId: string; invitationId?: string },
): Promise<Invitation[]> {
  const today = dateText(await parts.platform.bankDay.today());
  const found = await parts.invitations
    .find({
      ...{ inviteeId: facts.partyId, state: 'pending' as const, openUntil: operators({ $gte: today }) },
      ...(facts.invitationId === undefined ? {} : { _id: facts.invitationId }),
    })
    .sort({ _id: 1 })
    .limit(mostShown)
    .lean<InvitationRecord[]>();
  if (found.length === 0) return [];
  const ids = operators({ $in: found.map((one) => one.accountId) });
  const [accounts, names] = await Promise.all([
    parts.accounts.find({ _id: ids, state: 'open' }).limit(mostShown).lean<AccountRecord[]>(),
    parts.customers.names(found.map((one) => one.ownerId)),
  ]);
  return found.flatMap(({ _id: id, accountId, ownerId, openUntil }) => {
    // An invitation to an account that is closed by now is none.
    const account = accounts.find((one) => one._id === accountId);
    if (!account) return [];
    const { kind, number } = account;
    return [{ id, accountId, kind, masked: maskedNumber(number), from: names.get(ownerId) ?? '', openUntil }];
  });
}

export async function findInvitation(
  parts: InvitationParts,
  facts: { partyId: string; invitationId: string },
): Promise<Invitation | 'over' | undefined> {
  const [open] = await openInvitations(parts, facts);
  if (open) return open;
  const { invitationId: _id, partyId: inviteeId } = facts;
  return (await parts.invitations.exists({ _id, inviteeId })) ? 'over' : undefined;
}

async function ofInvited(parts: InvitationParts, order: AnswerOrder): Promise<InvitationRecord> {
  const { invitationId: _id, partyId: inviteeId } = order;
  const invitation = await parts.invitations.findOne({ _id, inviteeId }).lean<InvitationRecord>();
  if (!invitation) throw notFound('Invitation');
  return invitation;
}

const mostTries = 5;

/** Makes the invited person a holder. Accepting what one accepted before changes nothing. */
export async function acceptInvitation(
  parts: InvitationParts,
  order: AnswerOrder,
): Promise<Result<{ accountId: string }, AcceptRefusal>> {
  for (let attempt = 1; ; attempt += 1) {
    const invitation = await ofInvited(parts, order);
    const { accountId } = invitation;
    const account = await parts.accounts.findOne({ _id: accountId }).lean<AccountRecord>();
    if (!account) throw notFound('Account');
    if (invitation.state === 'accepted' && account.holders.includes(order.partyId)) return ok({ accountId });
    const decision = mayAccept(await acceptFacts(parts, { order, invitation, account }));
    if (!decision.ok) return decision;
    try {
      await commitTogether(parts.platform.database, accepted(parts, { order, account }));
      return ok({ accountId });
    } catch (error) {
      // Another holder came in, or the owner took the invitation back, at the same moment: decided again.
      if (!(error instanceof Fault) || error.kind !== 'conflict' || attempt >= mostTries) throw error;
    }
  }
}

async function acceptFacts(
  { platform, accounts }: InvitationParts,
  facts: { order: AnswerOrder; invitation: InvitationRecord; account: AccountRecord },
) {
  const { order, invitation, account } = facts;
  const held = { holders: order.partyId, state: 'open' as const };
  const others = { partyId: operators({ $ne: order.partyId }) };
  return {
    state: invitation.state,
    openUntil: invitation.openUntil,
    today: dateText(await platform.bankDay.today()),
    accountOpen: account.state === 'open',
    holders: account.holders.length,
    shared: await accounts.countDocuments({ ...held, ...others }).limit(mostShared),
    mostShared,
  };
}

/** The new holder with their invitation: guarded so that an account never has more than the most, nor anyone twice. */
function accepted(parts: InvitationParts, facts: { order: AnswerOrder; account: AccountRecord }) {
  const { order, account } = facts;
  const { actor, partyId, invitationId } = order;
  const accountId = account._id;
  return [
    {
      collection: 'accounts',
      kind: 'update' as const,
      filter: {
        ...{ _id: accountId, state: 'open', holders: { $ne: partyId } },
        [`holders.${mostHolders - 1}`]: { $exists: false },
      },
      change: { $push: { holders: partyId }, $inc: { version: 1 } },
    },
    stateChange({ invitationId, state: 'accepted' }),
    audited(parts, { actor, action: 'joint-holder-added', accountId, invitationId }),
    ...account.holders.map((holder) =>
      noticeRow(parts.platform.outbox, {
        partyId: holder,
        title: 'Your account has a new holder',
        text: `An invitation to share account ${maskedNumber(account.number)} was accepted. The new holder sees the account and can use its money.`,
        href: `/accounts/${accountId}/holders`,
      }),
    ),
  ];
}

/** Declining what is not open any more changes nothing. */
export async function declineInvitation(parts: InvitationParts, order: AnswerOrder): Promise<void> {
  const { accountId, ownerId, state } = await ofInvited(parts, order);
  if (state !== 'pending') return;
  const { actor, invitationId } = order;
  await commitTogether(parts.platform.database, [
    stateChange({ invitationId, state: 'declined' }),
    audited(parts, { actor, action: 'joint-holder-declined', accountId, invitationId }),
    noticeRow(parts.platform.outbox, {
      partyId: ownerId,
      title: 'An invitation was declined',
      text: 'Somebody you invited to share an account declined. Nothing has changed.',
      href: `/accounts/${accountId}/holders`,
    }),
  ]);
}
