import type { Model } from 'mongoose';
import { operators } from '#platform/mongo.ts';
import type { Application } from './application.model.ts';

const mostApplications = 100;
const mostSharing = 200;

/** By blind index, so that nobody's bank details are opened; for the query and for the test of its index. */
export const sharedBankFilter = (indexes: readonly string[]) => ({ bankIndex: operators({ $in: [...indexes] }) });

/** Other parties whose applications, whatever became of them, name a bank account of the party's applications. */
export async function sharingBankAccount(applications: Model<Application>, partyId: string): Promise<string[]> {
  const own = await applications
    .find({ partyId }, { bankIndex: 1 })
    .sort({ createdAt: -1 })
    .limit(mostApplications)
    .lean<Pick<Application, '_id' | 'bankIndex'>[]>();
  const indexes = [...new Set(own.flatMap(({ bankIndex }) => bankIndex ?? []))];
  if (indexes.length === 0) return [];
  const found = await applications
    .find(sharedBankFilter(indexes), { partyId: 1 })
    .limit(mostSharing)
    .lean<Pick<Application, '_id' | 'partyId'>[]>();
  return [...new Set(found.map((one) => one.partyId))].filter((one) => one !== partyId);
}
