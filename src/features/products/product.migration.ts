import { newId } from '#core/ids.ts';
import type { Currency } from '#core/money.ts';
import type { Migration } from '#platform/schema.ts';
import { startingProducts } from './catalogue.ts';
import { firstTerms } from './default-terms.ts';
import { productCollection, type ProductVersion } from './product.model.ts';

/** Puts version 1 of every product in place where it is missing; what is there is never touched. */
export function productMigration(currency: Currency): Migration {
  return {
    id: 'products-first-versions',
    run: async (database) => {
      const products = database.db.collection<ProductVersion>(productCollection);
      for (const { code, version, ...facts } of startingProducts(currency)) {
        await products.updateOne({ code, version }, { $setOnInsert: { _id: newId(), ...facts } }, { upsert: true });
      }
    },
  };
}

/** Gives versions of before their terms were data the terms by which they were lent, so that every figure stays. */
export const productTermsMigration: Migration = {
  id: 'products-terms-as-data',
  run: async (database) => {
    const products = database.db.collection<ProductVersion>(productCollection);
    const old = products.find({ method: { $exists: false } }, { projection: { annualRate: 1, feePercent: 1 } });
    for await (const { _id, annualRate, feePercent } of old)
      await products.updateOne({ _id, method: { $exists: false } }, { $set: firstTerms({ annualRate, feePercent }) });
  },
};

/** Both, in their order. */
export function productMigrations(currency: Currency): Migration[] {
  return [productMigration(currency), productTermsMigration];
}
