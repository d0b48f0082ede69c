import { newId } from '#core/ids.ts';
import type { Currency } from '#core/money.ts';
import type { Migration } from '#platform/schema.ts';
import { startingProducts } from './catalogue.ts';
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
