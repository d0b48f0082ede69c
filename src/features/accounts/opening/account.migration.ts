import { present } from '#core/assert.ts';
import type { Currency } from '#core/money.ts';
import type { Migration } from '#platform/schema.ts';
import { formerPlacesIndex, type AccountRecord } from '../account.model.ts';
import { startingAccountTypes } from './account-type-catalogue.ts';
import { accountTypeCollection, type AccountTypeVersion } from './account-type.model.ts';

/**
 * Puts version 1 of every account type in place where it is missing, and brings the accounts of before there were
 * types and joint holders to the current account's. Runs after the ledger's own migration, which gives accounts limits.
 */
export function accountMigration(currency: Currency): Migration {
  return {
    id: 'account-types-and-holders',
    run: async ({ db }) => {
      const types = startingAccountTypes(currency);
      const versions = db.collection<AccountTypeVersion>(accountTypeCollection);
      for (const { _id, ...facts } of types)
        await versions.updateOne({ _id }, { $setOnInsert: facts as never }, { upsert: true });
      const accounts = db.collection<AccountRecord>('accounts');
      await accounts.updateMany({ holders: { $exists: false } }, [{ $set: { holders: ['$partyId'] } }]);
      const current = present(
        types.find(({ code }) => code === 'current'),
        'The type of a current account',
      );
      await accounts.updateMany({ typeId: { $exists: false } }, { $set: { typeId: current._id } });
      const unlimited = { 'owner.type': 'account', 'limits.perTransfer': null };
      await db.collection('ledgerAccounts').updateMany(unlimited, { $set: { limits: current.limits } });
      // A closed account leaves its place to the next, which an index over all of them would not allow.
      if (await accounts.indexExists(formerPlacesIndex)) await accounts.dropIndex(formerPlacesIndex);
    },
  };
}
