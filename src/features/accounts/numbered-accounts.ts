import type { Model } from 'mongoose';
import { operators } from '#platform/mongo.ts';
import type { AccountRecord } from './account.model.ts';

/** What lists that come in bulk need of an account they name. */
export type NumberedAccount = Pick<AccountRecord, '_id' | 'number' | 'holders' | 'currency' | 'state'>;

export async function accountsByNumbers(
  accounts: Model<AccountRecord>,
  numbers: readonly string[],
): Promise<NumberedAccount[]> {
  if (numbers.length === 0) return [];
  const fields = { number: 1, holders: 1, currency: 1, state: 1 } as const;
  return accounts
    .find({ number: operators({ $in: numbers }) }, fields)
    .limit(numbers.length)
    .lean<NumberedAccount[]>();
}
