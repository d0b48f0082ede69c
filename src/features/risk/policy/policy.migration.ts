import { newId } from '#core/ids.ts';
import type { Currency } from '#core/money.ts';
import type { Migration } from '#platform/schema.ts';
import { foundingPolicy } from './founding.ts';
import { policyCollection, type PolicyVersion } from './policy-version.model.ts';

// As the products of the first day: before any history that a demonstration plays.
const foundingDay = '2020-01-01';

/** Puts version 1 of the credit policy in place where there is none. */
export function policyMigration(currency: Currency): Migration {
  return {
    id: 'risk-founding-policy',
    run: async (database) => {
      const founding: Omit<PolicyVersion, '_id' | 'version'> = {
        content: foundingPolicy(currency),
        publishedOn: foundingDay,
        ...{ asked: null, publishedBy: null, restores: null },
        reason: 'The policy of the first day',
      };
      await database.db
        .collection<PolicyVersion>(policyCollection)
        .updateOne({ version: 1 }, { $setOnInsert: { _id: newId(), ...founding } }, { upsert: true });
    },
  };
}
