import type { Request } from 'express';
import type { Platform } from '#platform/platform.ts';
import { clientNetwork, type Limiter } from '#web/rate-limit.ts';
import type { Pages } from '#web/render.ts';
import type { OwnAccounts } from '../own-accounts.service.ts';
import type { Transfers } from './transfers.service.ts';

/** What the routes of transfers, payees and schedules are given. */
export interface TransferRouteParts {
  platform: Platform;
  transfers: Transfers;
  accounts: Pick<OwnAccounts, 'listOwn' | 'findOwn'>;
  pages: Pages;
  limits: { accountLookUpByParty: Limiter; accountLookUpByAddress: Limiter };
}

/**
 * Counts that somebody asks whose account a number is, so that numbers cannot be tried one after the other. Numbers that
 * the person knows, of their own accounts and payees, may be asked about as often as they like.
 */
export async function countLookUp(
  { accounts, transfers, limits }: TransferRouteParts,
  req: Request,
  { partyId, number }: { partyId: string; number: string },
): Promise<void> {
  const [own, payees] = await Promise.all([accounts.listOwn(partyId), transfers.payees.list(partyId)]);
  if ([...own, ...payees].some((known) => known.number === number)) return;
  await limits.accountLookUpByParty.count(partyId);
  await limits.accountLookUpByAddress.count(clientNetwork(req));
}
