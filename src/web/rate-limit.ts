import { RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';
import { Fault } from '#core/errors.ts';
import type { Database } from '#platform/mongo.ts';

export interface Allowance {
  /** At most this many in the window. */
  points: number;
  windowS: number;
}

/** What strangers may try; counted in the database, so that all instances count together. */
export interface Allowances {
  signInByAddress: Allowance;
  signInByAccount: Allowance;
  registerByAddress: Allowance;
  contactByAddress: Allowance;
}

export const usualAllowances: Allowances = {
  signInByAddress: { points: 50, windowS: 900 },
  signInByAccount: { points: 5, windowS: 900 },
  registerByAddress: { points: 20, windowS: 3_600 },
  contactByAddress: { points: 10, windowS: 3_600 },
};

export interface Limiter {
  /** Counts one, or throws a fault of kind `too-many`. */
  count(key: string): Promise<void>;
  /** Throws where the allowance is used up, without counting. */
  check(key: string): Promise<void>;
  forget(key: string): Promise<void>;
}

export function createLimiter(options: { database: Database; name: string; allowance: Allowance }): Limiter {
  const { database, name, allowance } = options;
  const limiter = new RateLimiterMongo({
    storeClient: database.client,
    dbName: database.db.databaseName,
    tableName: 'rateLimits',
    keyPrefix: name,
    points: allowance.points,
    duration: allowance.windowS,
    disableIndexesCreation: true,
  });
  return {
    count: async (key) => {
      try {
        await limiter.consume(key);
      } catch (error) {
        throw error instanceof RateLimiterRes ? tooMany() : error;
      }
    },
    check: async (key) => {
      const state = await limiter.get(key);
      if (state !== null && state.consumedPoints >= allowance.points) throw tooMany();
    },
    forget: async (key) => {
      await limiter.delete(key);
    },
  };
}

function tooMany(): Fault {
  return new Fault('too-many', 'Too many tries');
}
