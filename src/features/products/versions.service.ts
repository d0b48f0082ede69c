import type { Model } from 'mongoose';
import type { PlainDate } from '#core/calendar.ts';
import type { Platform } from '#platform/platform.ts';
import { addRates, type BaseRates } from './base-rates/base-rates.service.ts';
import { foundingCodes, productModel, readVersion, type ProductVersion } from './product.model.ts';

export interface Versions {
  /** The newest version of every product that is offered, those of the first day first. */
  live(): Promise<ProductVersion[]>;
  /** The newest version of one product that is offered; undefined for a code that is none. */
  liveByCode(code: string): Promise<ProductVersion | undefined>;
  /** The newest versions, also of what is not offered any more. */
  newest(): Promise<ProductVersion[]>;
  newestByCode(code: string): Promise<ProductVersion | undefined>;
  /** The versions of a product, newest first. */
  history(code: string, page: { page: number; size: number }): Promise<{ versions: ProductVersion[]; total: number }>;
  byNumber(code: string, version: number): Promise<ProductVersion | undefined>;
  /** A version by its document id, also one that is no longer the newest. */
  version(id: string): Promise<ProductVersion | undefined>;
  /** Every version whose rate floats, also those that only running loans still have. */
  floating(): Promise<ProductVersion[]>;
  /** What loans of this version bear on a day, per cent a year. */
  rateOn(product: ProductVersion, on: PlainDate): Promise<string>;
}

const mostProducts = 200;
const mostVersions = 2000;

export function createVersions(platform: Pick<Platform, 'database' | 'bankDay'>, baseRates: BaseRates): Versions {
  const versions = productModel(platform.database.connection);
  // A version never changes, so that what was read once stays true; a floating rate does.
  const read = new Map<string, ProductVersion>();

  const rateOn: Versions['rateOn'] = async ({ rate, annualRate }, on) => {
    if (rate.kind === 'fixed') return rate.annualRate;
    const base = await baseRates.on(rate.base, on);
    return base ? addRates(base.annualRate, rate.spread) : annualRate;
  };
  const withRate = async (product: ProductVersion): Promise<ProductVersion> =>
    product.rate.kind === 'fixed'
      ? product
      : { ...product, annualRate: await rateOn(product, await platform.bankDay.today()) };
  const one = async (found: ProductVersion | null) => (found ? withRate(readVersion(found)) : undefined);
  const newestByCode = async (code: string) =>
    one(await versions.findOne({ code }).sort({ version: -1 }).lean<ProductVersion>());
  const newest = async () => {
    const found = await Promise.all((await codesOf(versions)).map(newestByCode));
    return found.filter((product) => product !== undefined);
  };

  return {
    newest,
    newestByCode,
    live: async () => (await newest()).filter(({ offered }) => offered),
    liveByCode: async (code) => {
      const found = await newestByCode(code);
      return found?.offered === true ? found : undefined;
    },
    history: async (code, { page, size }) => {
      const skip = (page - 1) * size;
      const [found, total] = await Promise.all([
        versions.find({ code }).sort({ version: -1 }).skip(skip).limit(size).lean<ProductVersion[]>(),
        versions.countDocuments({ code }),
      ]);
      return { versions: await Promise.all(found.map((version) => withRate(readVersion(version)))), total };
    },
    byNumber: async (code, version) => one(await versions.findOne({ code, version }).lean<ProductVersion>()),
    version: async (id) => {
      const known = read.get(id);
      if (known) return withRate(known);
      const found = await versions.findOne({ _id: id }).lean<ProductVersion>();
      if (!found) return undefined;
      const kept = readVersion(found);
      read.set(id, kept);
      return withRate(kept);
    },
    rateOn,
    floating: () => floating(versions),
  };
}

async function floating(versions: Model<ProductVersion>): Promise<ProductVersion[]> {
  const found = await versions.find({ 'rate.kind': 'floating' }).limit(mostVersions).lean<ProductVersion[]>();
  return found.map(readVersion);
}

/** Those of the first day in their order, then the others by their code. */
async function codesOf(versions: Model<ProductVersion>): Promise<string[]> {
  const found = await versions.find({ version: 1 }, { code: 1 }).limit(mostProducts).lean<{ code: string }[]>();
  const places: readonly string[] = foundingCodes;
  const place = (code: string) => (places.includes(code) ? places.indexOf(code) : places.length);
  const codes = found.map(({ code }) => code);
  return codes.sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}
