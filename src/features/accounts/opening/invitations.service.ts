import type { Model } from 'mongoose';
import { dateText, type PlainDate } from '#core/calendar.ts';
import { notFound } from '#core/errors.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Identity } from '#features/identity/index.ts';
import { noticeRow } from '#features/notices/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { isDuplicateKey, operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { AccountRecord } from '../account.model.ts';
import { maskedNumber } from '../own-accounts.service.ts';
import { invitationDays, mayInvite, mostHolders, type InviteRefusal } from './holding.rules.ts';
import { invitationCollection, type InvitationRecord } from './invitation.model.ts';

export interface InvitationParts {
  platform: Platform;
  identity: Pick<Identity, 'accountKey' | 'customerOf'>;
  customers: Pick<Customers, 'names'>;
  accounts: Model<AccountRecord>;
  invitations: Model<InvitationRecord>;
}

export interface InviteOrder {
  actor: string;
  partyId: string;
  accountId: string;
  /** The form's key: the invitation's id. */
  key: string;
  email: string;
}

const dayMs = 86_400_000;

/**
 * Invites whoever signs in with the address to share the account. A stranger's address makes the same record and the
 * same answer; only nobody is told. The same key invites once.
 */
export async function invite(
  parts: InvitationParts,
  order: InviteOrder,
): Promise<Result<{ openUntil: string }, InviteRefusal>> {
  const { platform, invitations } = parts;
  const { actor, partyId, accountId, key, email } = order;
  const account = await parts.accounts.findOne({ _id: accountId, partyId, state: 'open' }).lean<AccountRecord>();
  if (!account) throw notFound('Account');
  const known = await invitations.findOne({ _id: key, ownerId: partyId, accountId }).lean<InvitationRecord>();
  if (known) return ok({ openUntil: known.openUntil });
  const today = await platform.bankDay.today();
  await expireOld(parts, { accountId, today });
  const emailIndex = parts.identity.accountKey(email);
  const inviteeId = (await parts.identity.customerOf(email)) ?? null;
  const decision = mayInvite(await inviteFacts(parts, { account, key, emailIndex, inviteeId }));
  if (!decision.ok) return decision;
  const openUntil = dateText(today.add({ days: invitationDays }));
  const place = { collection: invitationCollection, document: key, field: 'email' };
  const record: InvitationRecord = {
    ...{ _id: key, accountId, ownerId: partyId, emailIndex, inviteeId, state: 'pending', openUntil },
    email: await platform.vault.seal(partyId, place, email),
    at: bsonDate(platform.clock.now()),
  };
  try {
    await commitTogether(platform.database, [
      { collection: invitationCollection, kind: 'insert', document: { ...record } },
      audited(parts, { actor, action: 'joint-holder-invited', accountId, invitationId: key }),
      ...(inviteeId === null ? [] : [invitedNotice(parts, { inviteeId, account, invitationId: key, openUntil })]),
    ]);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // The same form twice at once, or two forms for one address: either way the address is invited.
    const now = await invitations.findOne({ _id: key, ownerId: partyId, accountId }).lean<InvitationRecord>();
    return now ? ok({ openUntil: now.openUntil }) : refuse('already-invited');
  }
  return ok({ openUntil });
}

async function inviteFacts(
  { platform, invitations }: InvitationParts,
  facts: { account: AccountRecord; key: string; emailIndex: string; inviteeId: string | null },
) {
  const { account, key, emailIndex, inviteeId } = facts;
  const open = { accountId: account._id, state: 'pending' as const };
  const yesterday = new Date(platform.clock.now().epochMilliseconds - dayMs);
  const [found, sentLately] = await Promise.all([
    invitations.find(open, { emailIndex: 1 }).limit(mostHolders).lean<Pick<InvitationRecord, '_id' | 'emailIndex'>[]>(),
    invitations.countDocuments({ ownerId: account.partyId, at: operators({ $gt: yesterday }) }),
  ]);
  // The same form may be coming in a second time just now; its insert will tell.
  const pending = found.filter(({ _id }) => _id !== key);
  return {
    holders: account.holders.length,
    open: pending.length,
    alreadyOpen: pending.some((one) => one.emailIndex === emailIndex),
    alreadyHolder: inviteeId !== null && account.holders.includes(inviteeId),
    sentLately,
  };
}

/** What nobody answered in time no longer counts among the open ones. */
async function expireOld(
  { invitations }: InvitationParts,
  facts: { accountId: string; today: PlainDate },
): Promise<void> {
  const late = { accountId: facts.accountId, state: 'pending' as const };
  const before = operators({ $lt: dateText(facts.today) });
  await invitations.updateMany({ ...late, openUntil: before }, { $set: { state: 'expired' } });
}

function invitedNotice(
  { platform }: InvitationParts,
  facts: { inviteeId: string; account: AccountRecord; invitationId: string; openUntil: string },
): Companion {
  const until = platform.formats.date(facts.openUntil);
  return noticeRow(platform.outbox, {
    partyId: facts.inviteeId,
    title: 'You are invited to share an account',
    text: `Another customer invites you to share account ${maskedNumber(facts.account.number)}. See who it is and decide until ${until}. If you do nothing, nothing changes.`,
    href: `/accounts/invitations/${facts.invitationId}`,
  });
}

export function audited(
  { platform }: Pick<InvitationParts, 'platform'>,
  facts: { actor: string; action: string; accountId: string; invitationId: string },
): Companion {
  const { actor, action, accountId, invitationId } = facts;
  const subject = { type: 'account', id: accountId };
  return platform.audit.entry({ actor, action, subject, details: { invitation: invitationId } });
}

/** Takes an open invitation back; one that was answered meanwhile stays answered. */
export async function withdrawInvitation(
  parts: InvitationParts,
  order: { actor: string; partyId: string; accountId: string; invitationId: string },
): Promise<void> {
  const { actor, partyId, accountId, invitationId } = order;
  const own = { _id: invitationId, ownerId: partyId, accountId };
  const found = await parts.invitations.findOne(own, { state: 1 }).lean<Pick<InvitationRecord, 'state'>>();
  if (!found) throw notFound('Invitation');
  if (found.state !== 'pending') return;
  await commitTogether(parts.platform.database, [
    stateChange({ invitationId, state: 'withdrawn' }),
    audited(parts, { actor, action: 'joint-invitation-withdrawn', accountId, invitationId }),
  ]);
}

export function stateChange(facts: { invitationId: string; state: InvitationRecord['state'] }): Companion {
  const filter = { _id: facts.invitationId, state: 'pending' };
  return { collection: invitationCollection, kind: 'update', filter, change: { $set: { state: facts.state } } };
}
