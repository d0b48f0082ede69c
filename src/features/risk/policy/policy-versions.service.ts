import { present } from '#core/assert.ts';
import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { PolicyContent } from './policy.ts';
import { policyModel, readPolicy, type ListedPolicy, type PolicyVersion } from './policy-version.model.ts';

export interface LivePolicy {
  version: number;
  content: PolicyContent;
}

export interface PolicyVersions {
  /** What decides now: read again at a publication, and on other instances at most 5 seconds later. */
  live(): Promise<LivePolicy>;
  /** Undefined for a number that is none. */
  version(number: number): Promise<PolicyVersion | undefined>;
  /** The newest as the database has it, past the cache. */
  newest(): Promise<PolicyVersion>;
  published(id: string): Promise<PolicyVersion | undefined>;
  /** Newest first. */
  list(page: { page: number; size: number }): Promise<{ versions: ListedPolicy[]; total: number }>;
  /** What was published is live at once on this instance. */
  forget(): void;
}

const keptMs = 5_000;

export function createPolicyVersions(platform: Pick<Platform, 'database'>): PolicyVersions {
  const records = policyModel(platform.database.connection);
  let cached: { policy: Promise<LivePolicy>; at: number } | undefined;

  const newest = async () => {
    const found = await records.findOne().sort({ version: -1 }).lean<PolicyVersion>();
    return readPolicy(present(found, 'The credit policy'));
  };
  const one = (found: PolicyVersion | null) => (found ? readPolicy(found) : undefined);

  const live = async (): Promise<LivePolicy> => {
    // The age of what is kept has nothing to do with the bank's day, so that it goes by the machine's own time.
    const now = performance.now();
    if (cached && now - cached.at < keptMs) return cached.policy;
    const policy = newest().then(({ version, content }) => ({ version, content }));
    const mine = { policy, at: now };
    cached = mine;
    try {
      return await policy;
    } catch (error) {
      if (cached === mine) cached = undefined;
      throw error;
    }
  };

  return {
    live,
    newest,
    version: async (number) => one(await records.findOne({ version: number }).lean<PolicyVersion>()),
    published: async (id) => one(await records.findOne({ _id: id }).lean<PolicyVersion>()),
    list: async ({ page, size }) => {
      const [versions, total] = await Promise.all([
        records
          .find({}, { content: 0 })
          .sort({ version: -1 })
          .skip((page - 1) * size)
          .limit(size)
          .lean<ListedPolicy[]>(),
        records.countDocuments({ version: operators({ $gte: 1 }) }),
      ]);
      return { versions, total };
    },
    forget: () => {
      cached = undefined;
    },
  };
}
