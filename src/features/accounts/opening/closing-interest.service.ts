import type { Model } from 'mongoose';
import type { PlainDate } from '#core/calendar.ts';
import { zero } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { hashRequest } from '#features/ledger/index.ts';
import type { AccountRecord } from '../account.model.ts';
import { unpaidDays } from '../interest/interest.rules.ts';
import {
  interestJournal,
  interestKind,
  interestOver,
  paidUpTo,
  type PostingParts,
} from '../interest/posting.service.ts';
import type { CloseRefusal } from './closing.rules.ts';

export interface ClosingOrder {
  actor: string;
  partyId: string;
  accountId: string;
  /** The form's key: the closing's journal. */
  key: string;
  /** Another account of theirs that takes the interest not paid yet; without it, the account itself does first. */
  interestTo?: string | undefined;
}

/**
 * Pays what has accrued up to yesterday before an account is closed, once: an account that is emptied today bears none
 * for today. Refuses with `interest-paid-in` where the account itself took it and so is no longer empty.
 */
export async function payClosingInterest(
  parts: PostingParts & { accounts: Model<AccountRecord> },
  facts: { order: ClosingOrder; account: AccountRecord; today: PlainDate },
): Promise<Result<'paid', CloseRefusal>> {
  const { order, account, today } = facts;
  const { interestPaidTo } = account;
  if (interestPaidTo === undefined) return ok('paid');
  const period = unpaidDays(interestPaidTo, today);
  const amount = await interestOver(parts, { account, period });
  if (amount === zero) return ok('paid');
  const into = order.interestTo ?? account._id;
  if (order.interestTo !== undefined && !(await mayTake(parts, { order, account }))) {
    return refuse({ code: 'not-your-account' });
  }
  const outcome = await parts.ledger.post({
    ...interestJournal(parts.platform, { account, period, amount, into }),
    key: `${interestKind}:${account._id}:closing:${order.key}`,
    requestHash: hashRequest({ interest: account._id, closing: order.key, into }),
    actor: order.actor,
    effectiveOn: today,
    companions: [paidUpTo({ ...account, interestPaidTo }, period)],
  });
  if (!outcome.ok) {
    const { code } = outcome.refusal;
    return refuse({ code: code === 'guard-missed' ? 'changed-meanwhile' : 'interest-not-taken' });
  }
  return into === account._id ? refuse({ code: 'interest-paid-in', amount }) : ok('paid');
}

async function mayTake(
  { accounts }: { accounts: Model<AccountRecord> },
  { order, account }: { order: ClosingOrder; account: AccountRecord },
): Promise<boolean> {
  const { interestTo: _id, partyId } = order;
  if (_id === undefined || _id === account._id) return false;
  const { currency } = account;
  return (await accounts.exists({ _id, holders: partyId, state: 'open', currency })) !== null;
}
