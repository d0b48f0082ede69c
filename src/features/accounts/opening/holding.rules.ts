import { ok, refuse, type Result } from '#core/result.ts';

/** Who may see and use one account: its owner and at most three others. */
export const mostHolders = 4;
/** Days, the one of the invitation not counted, in which it can be accepted. */
export const invitationDays = 14;
/** What one person may send in 24 hours, whatever became of them: an inbox is not to be flooded. */
export const mostInvitationsADay = 10;

export type InviteRefusal = 'already-holder' | 'already-invited' | 'too-many-holders' | 'too-many-invitations';

/** Whether an owner may invite an address. Of a stranger's and a customer's address the answer is the same. */
export function mayInvite(facts: {
  holders: number;
  /** Open invitations of the account, and whether one of them is for this address. */
  open: number;
  alreadyOpen: boolean;
  alreadyHolder: boolean;
  sentLately: number;
}): Result<'invite', InviteRefusal> {
  if (facts.alreadyHolder) return refuse('already-holder');
  if (facts.alreadyOpen) return refuse('already-invited');
  if (facts.holders + facts.open >= mostHolders) return refuse('too-many-holders');
  if (facts.sentLately >= mostInvitationsADay) return refuse('too-many-invitations');
  return ok('invite');
}

export type AcceptRefusal = 'no-longer-open' | 'too-many-holders' | 'too-many-shared';

export function mayAccept(facts: {
  state: string;
  openUntil: string;
  today: string;
  accountOpen: boolean;
  holders: number;
  /** Accounts of others that the invited person shares already. */
  shared: number;
  mostShared: number;
}): Result<'accept', AcceptRefusal> {
  const open = facts.state === 'pending' && facts.openUntil >= facts.today;
  if (!open || !facts.accountOpen) return refuse('no-longer-open');
  if (facts.holders >= mostHolders) return refuse('too-many-holders');
  if (facts.shared >= facts.mostShared) return refuse('too-many-shared');
  return ok('accept');
}

/** What somebody who asks to end a holding does by it; undefined where it is not theirs to end. */
export function endingOf(facts: { asks: string; owner: string; holder: string }): 'removes' | 'leaves' | undefined {
  // The owner's name stands for the account's keys and its debts: they can close it, not leave it.
  if (facts.holder === facts.owner) return undefined;
  if (facts.asks === facts.owner) return 'removes';
  return facts.asks === facts.holder ? 'leaves' : undefined;
}
