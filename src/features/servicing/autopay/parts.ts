import type { Model } from 'mongoose';
import type { Accounts } from '#features/accounts/index.ts';
import type { Loan } from '#features/loans/index.ts';
import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { Servicing } from '../servicing.service.ts';
import type { Mandate, Taking } from './mandate.model.ts';

export interface AutopayParts {
  platform: Platform;
  servicing: Pick<Servicing, 'act' | 'tell' | 'transaction' | 'findOwn'>;
  accounts: Pick<Accounts, 'findOwn'>;
  mandates: Model<Mandate>;
  takings: Model<Taking>;
  loans: Model<Loan>;
}

/** The name under which the bank acts for a mandate. */
export const autopayActor = 'autopay';

/** The mandate of a loan that is not over. */
export async function standingMandate(
  { mandates }: Pick<AutopayParts, 'mandates'>,
  { loanId, partyId }: { loanId: string; partyId: string },
): Promise<Mandate | undefined> {
  const state = operators({ $in: ['active', 'paused'] satisfies Mandate['state'][] });
  const found = await mandates.findOne({ loanId, partyId, state }).lean<Mandate>();
  return found ?? undefined;
}
