import { isIPv6 } from 'node:net';
import type { Request } from 'express';
import { RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';
import { Fault } from '#core/errors.ts';
import type { Database } from '#platform/mongo.ts';

export interface Allowance {
  /** At most this many in the window. */
  points: number;
  windowS: number;
  /** Once used up, nothing for this long; without it, until the window ends. */
  pauseS?: number;
}

/** What strangers may try; counted in the database, so that all instances count together. */
export interface Allowances {
  signInByAddress: Allowance;
  /** An account from one address. */
  signInByAccount: Allowance;
  /** An account from all addresses together but those it is known to sign in from. */
  signInByAccountAnywhere: Allowance;
  /** For how long an address counts as one that an account signs in from. */
  signInKnownAddress: Allowance;
  /** Asking for the password again before something that binds, by user and address. */
  confirmPassword: Allowance;
  registerByAddress: Allowance;
  contactByAddress: Allowance;
  /** Asking whether a loan is likely, which costs us some work. */
  indicativeByAddress: Allowance;
  /** Asking for the state of an application without signing in. */
  statusByAddress: Allowance;
  statusByReference: Allowance;
  /** Asking whose account a number is, so that nobody finds out which numbers there are. */
  accountLookUpByParty: Allowance;
  accountLookUpByAddress: Allowance;
  /** Files of applicants to score, by whoever sends them. */
  scoreBatchByUser: Allowance;
}

export const usualAllowances: Allowances = {
  signInByAddress: { points: 50, windowS: 900 },
  signInByAccount: { points: 5, windowS: 900 },
  signInByAccountAnywhere: { points: 20, windowS: 3_600, pauseS: 900 },
  signInKnownAddress: { points: 1_000_000, windowS: 30 * 86_400 },
  confirmPassword: { points: 5, windowS: 900 },
  registerByAddress: { points: 20, windowS: 3_600 },
  contactByAddress: { points: 10, windowS: 3_600 },
  indicativeByAddress: { points: 60, windowS: 3_600 },
  statusByAddress: { points: 20, windowS: 900 },
  statusByReference: { points: 5, windowS: 900 },
  accountLookUpByParty: { points: 20, windowS: 900 },
  accountLookUpByAddress: { points: 60, windowS: 900 },
  scoreBatchByUser: { points: 20, windowS: 900 },
};

export interface Limiter {
  /** Counts one, or throws a fault of kind `too-many`. */
  count(key: string): Promise<void>;
  /** Takes one back that turned out to be harmless. */
  giveBack(key: string): Promise<void>;
  isCounted(key: string): Promise<boolean>;
  forget(key: string): Promise<void>;
}

/** `hide` makes of a key what is kept: a key may be the address of a person, which no dump of the database says. */
export function createLimiter(options: {
  database: Database;
  name: string;
  allowance: Allowance;
  hide: (key: string) => string;
}): Limiter {
  const { database, name, allowance, hide } = options;
  const limiter = new RateLimiterMongo({
    storeClient: database.client,
    dbName: database.db.databaseName,
    tableName: 'rateLimits',
    keyPrefix: name,
    points: allowance.points,
    duration: allowance.windowS,
    blockDuration: allowance.pauseS ?? 0,
    disableIndexesCreation: true,
  });
  return {
    count: async (key) => {
      try {
        await limiter.consume(hide(key));
      } catch (error) {
        throw error instanceof RateLimiterRes ? tooMany() : error;
      }
    },
    giveBack: async (key) => {
      await limiter.reward(hide(key));
    },
    isCounted: async (key) => (await limiter.get(hide(key))) !== null,
    forget: async (key) => {
      await limiter.delete(hide(key));
    },
  };
}

/**
 * Whom a limit by address is about. A household or a machine has a whole /64 of IPv6 addresses and may use a new one
 * for each request, so they count as one; IPv4 written as IPv6 counts as IPv4.
 */
export function clientNetwork(req: Pick<Request, 'ip'>): string {
  const address = (req.ip ?? 'unknown').replace(/%.*$/, '');
  if (!isIPv6(address)) return address;
  const groups = groupsOf(address);
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') {
    const bytes = groups.slice(6).flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]);
    return bytes.join('.');
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** The eight groups of an IPv6 address, in the one spelling that URLs have for it. */
function groupsOf(address: string): string[] {
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail.split(':').filter(Boolean);
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
}

function tooMany(): Fault {
  return new Fault('too-many', 'Too many tries');
}
