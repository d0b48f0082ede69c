import { present } from '#core/assert.ts';
import { dateText, type PlainDate } from '#core/calendar.ts';
import { larger, minus, zero, type Money } from '#core/money.ts';
import type { Balance, Ledger } from '#features/ledger/index.ts';
import type { Platform } from '#platform/platform.ts';
import type { Interest } from '../interest/interest.service.ts';
import type { DepositAccount, OwnAccounts } from '../own-accounts.service.ts';
import type { AccountTypes } from './account-types.service.ts';
import type { HolderList, Holders } from './holders.service.ts';

/** All that a holder is told of an account beside its history. */
export interface AccountDetails {
  account: DepositAccount;
  /** Per cent a year today; undefined where accounts of the type bear no interest. */
  annualRate: string | undefined;
  floor: Money;
  /** What may still leave it today under its limit; undefined where it has none. */
  leftToday: Money | undefined;
  people: HolderList;
  interest: Awaited<ReturnType<Interest['accruedSoFar']>>;
}

export interface DetailParts {
  platform: Platform;
  ledger: Pick<Ledger, 'balances'>;
  types: AccountTypes;
  own: Pick<OwnAccounts, 'findOwn'>;
  holders: Holders;
  interest: Interest;
}

export async function accountDetails(
  parts: DetailParts,
  { partyId, accountId }: { partyId: string; accountId: string },
): Promise<AccountDetails | undefined> {
  const account = await parts.own.findOwn(partyId, accountId);
  if (!account) return undefined;
  const [balances, today, people, interest] = await Promise.all([
    parts.ledger.balances([accountId]),
    parts.platform.bankDay.today(),
    parts.holders.of(partyId, accountId),
    parts.interest.accruedSoFar(accountId),
  ]);
  const balance = present(balances.get(accountId), 'The ledger account of a deposit account');
  return {
    account,
    annualRate: account.kind === 'savings' ? await parts.types.rateOn(account.typeId, today) : undefined,
    floor: balance.floor ?? zero,
    leftToday: leftOf(balance, today),
    people: present(people, 'The holders of an account'),
    interest,
  };
}

function leftOf({ limits, spent }: Balance, today: PlainDate): Money | undefined {
  if (limits.perDay === null) return undefined;
  // What left on another business date counts no more; the ledger's day may be ahead of ours, never behind.
  const gone = spent && spent.on >= dateText(today) ? spent.amount : zero;
  return larger(minus(limits.perDay, gone), zero);
}
