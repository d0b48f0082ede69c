import { auditModel } from '#platform/audit.model.ts';
import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';

/** What the bank's machinery has done and still has to do. */
export interface Operations {
  /** Audit entries of the last twenty-four hours. */
  auditedLately: number;
  outboxWaiting: number;
  outboxGivenUp: number;
}

const dayMs = 24 * 60 * 60 * 1000;
// Beyond this the exact figure tells nobody more, and counting would cost more.
const countAtMost = 100_000;

export async function operationsNow({ database, clock }: Platform): Promise<Operations> {
  const entries = auditModel(database.connection);
  const outbox = database.db.collection('outbox');
  const since = new Date(clock.now().epochMilliseconds - dayMs);
  const [auditedLately, outboxWaiting, outboxGivenUp] = await Promise.all([
    entries.countDocuments({ at: operators({ $gte: since }) }).limit(countAtMost),
    outbox.countDocuments({ state: 'pending' }, { limit: countAtMost }),
    outbox.countDocuments({ state: 'given-up' }, { limit: countAtMost }),
  ]);
  return { auditedLately, outboxWaiting, outboxGivenUp };
}
