import { newId } from '#core/ids.ts';
import type { Currency } from '#core/money.ts';
import type { Migration } from '#platform/schema.ts';
import { startingProducts } from './catalogue.ts';
import { firstTerms } from './default-terms.ts';
import { needsOfBefore } from './product-needs.ts';
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

/** Gives versions of before the needs of a product were data what they asked for, so that applications that run stay. */
const productNeedsMigration: Migration = {
  id: 'products-needs-as-data',
  run: async (database) => {
    const products = database.db.collection<ProductVersion & { secured?: boolean }>(productCollection);
    const old = products.find({ security: { $exists: false } }, { projection: { secured: 1 } });
    for await (const { _id, secured } of old)
      await products.updateOne({ _id }, { $set: needsOfBefore(secured === true), $unset: { secured: '' } });
  },
};

/**
 * Publishes the needs of the products of the first day where the bank has them as they were: a version never changes, so
 * that they come as version 2, for new applications only. A product that the bank has changed stays as it is.
 */
function foundingNeedsMigration(currency: Currency): Migration {
  return {
    id: 'products-founding-needs',
    run: async (database) => {
      const products = database.db.collection<ProductVersion>(productCollection);
      for (const { code, version, publishedOn, ...founding } of startingProducts(currency)) {
        const [newest] = await products.find({ code }).sort({ version: -1 }).limit(1).toArray();
        if (newest?.version !== 1 || newest.documents.length > 0) continue;
        const { security, forBusiness, frequencies, documents, participants, mostTranches, coolingOffDays } = founding;
        const papers = { documents, participants };
        const needs = { security, forBusiness, frequencies, ...papers, mostTranches, coolingOffDays };
        const next = { ...newest, ...needs, _id: newId(), version: version + 1, publishedOn };
        await products.updateOne({ code, version: next.version }, { $setOnInsert: next }, { upsert: true });
      }
    },
  };
}

/** All, in their order. */
export function productMigrations(currency: Currency): Migration[] {
  return [productMigration(currency), productTermsMigration, productNeedsMigration, foundingNeedsMigration(currency)];
}
