import { Fault, notFound } from '#core/errors.ts';
import type { Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { DepositAccount } from '#features/accounts/index.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import type { Application } from '../applying/application.model.ts';
import { moveApplication } from '../applying/application-moving.ts';
import { next } from '../applying/application-states.ts';
import type { CancellationFacts, LifeRefusal } from './loan-life.ts';
import { moved, type PayoutParts, type PayoutRefusal } from './payout-parts.ts';

export interface CancelOrder {
  actor: string;
  partyId: string;
  applicationId: string;
  version: number;
}

/** What the page of a cancellation shows. */
export interface LoanToCancel extends CancellationFacts {
  accounts: DepositAccount[];
}

/** Before any payout: a payout that is approved at the same moment is there before this, or is refused by it. */
export async function cancelAccepted(
  parts: PayoutParts,
  order: CancelOrder,
): Promise<Result<'cancelled', PayoutRefusal>> {
  const { actor, partyId, applicationId: _id, version } = order;
  const application = await parts.applications.findOne({ _id, partyId }).lean<Application>();
  if (!application) throw notFound('Application');
  if (application.state === 'cancelled') return ok('cancelled');
  if (application.state !== 'accepted' || application.version !== version) return refuse(moved);
  try {
    await commitTogether(parts.platform.database, cancelWrites(parts, { application, actor }));
    return ok('cancelled');
  } catch (error) {
    if (error instanceof Fault && error.kind === 'conflict') return refuse(moved);
    throw error;
  }
}

function cancelWrites(
  { platform }: PayoutParts,
  { application, actor }: { application: Application; actor: string },
): Companion[] {
  return moveApplication(platform, { application, action: 'cancel', actor, by: 'borrower' }).companions;
}

export async function cancellation(
  { life, accounts }: PayoutParts,
  query: { loanId: string; partyId: string },
): Promise<LoanToCancel | undefined> {
  const facts = await life.cancellation(query);
  if (!facts) return undefined;
  const own = (await accounts.listOwn(query.partyId)).filter(({ currency }) => currency === facts.loan.currency);
  return { ...facts, accounts: own };
}

export interface CancelLoanOrder {
  key: string;
  actor: string;
  partyId: string;
  loanId: string;
  accountId: string;
  shown: Money;
  seen: number;
}

/** Pays the loan back and closes it, and its application with it: all in one, or nothing. */
export async function cancelLoan(
  parts: PayoutParts,
  order: CancelLoanOrder,
): Promise<Result<{ key: string }, LifeRefusal>> {
  const { loanId, partyId, actor } = order;
  const application = await parts.applications.findOne({ loanId, partyId }).lean<Application>();
  const mayMove = application !== null && next(application.state, 'cancel') !== undefined;
  // Sent twice, the second finds what the first has done by its key; a loan that nobody applied for has nothing to move.
  const companions = mayMove ? cancelWrites(parts, { application, actor }) : [];
  return parts.life.cancel({ ...order, companions });
}
