import { notFound } from '#core/errors.ts';
import type { Platform } from '#platform/platform.ts';
import type { Pages } from '#web/render.ts';
import type { Accounts } from './accounts.service.ts';
import type { DepositAccount } from './own-accounts.service.ts';

export interface AccountRouteParts {
  platform: Platform;
  accounts: Accounts;
  pages: Pages;
}

/** Whose page it is and which account it is about. */
export interface AccountPlace {
  partyId: string;
  accountId: string;
}

/** The account, where whoever asks holds it. */
export async function heldAccount({ accounts }: AccountRouteParts, place: AccountPlace): Promise<DepositAccount> {
  const account = await accounts.findOwn(place.partyId, place.accountId);
  if (!account) throw notFound('Account');
  return account;
}

/** The account, where whoever asks owns it and it is open: what only an owner may do is not there for anybody else. */
export async function ownedAccount(parts: AccountRouteParts, place: AccountPlace): Promise<DepositAccount> {
  const account = await heldAccount(parts, place);
  if (!account.owned || account.state !== 'open') throw notFound('Account');
  return account;
}
