import type { PlainDate } from '#core/calendar.ts';
import type { Money } from '#core/money.ts';
import type { Result } from '#core/result.ts';
import type { Platform } from '#platform/platform.ts';
import { estimate, type Estimate, type EstimateRefusal } from './estimate.ts';
import { productCodes, productModel, type ProductCode, type ProductVersion } from './product.model.ts';

export interface Products {
  /** The newest version of every product, in the order of `productCodes`. */
  live(): Promise<ProductVersion[]>;
  /** The newest version of one product; undefined for a code that is none. */
  liveByCode(code: string): Promise<ProductVersion | undefined>;
  /** A version by its document id, also one that is no longer the newest. */
  version(id: string): Promise<ProductVersion | undefined>;
  estimate(
    product: ProductVersion,
    asked: { amount: Money; instalments: number; annualRate?: string; disbursedOn: PlainDate },
  ): Result<Estimate, EstimateRefusal>;
}

export function createProducts(platform: Pick<Platform, 'database'>): Products {
  const versions = productModel(platform.database.connection);
  // A version never changes, so that what was read once stays true.
  const read = new Map<string, ProductVersion>();

  const liveByCode = async (code: ProductCode) =>
    (await versions.findOne({ code }).sort({ version: -1 }).lean<ProductVersion>()) ?? undefined;

  return {
    live: async () => {
      const found = await Promise.all(productCodes.map(liveByCode));
      return found.filter((product) => product !== undefined);
    },
    liveByCode: async (code) => {
      const known = productCodes.find((name) => name === code);
      return known && (await liveByCode(known));
    },
    version: async (id) => {
      const found = read.get(id) ?? (await versions.findOne({ _id: id }).lean<ProductVersion>()) ?? undefined;
      if (found) read.set(id, found);
      return found;
    },
    estimate,
  };
}
