import type { Collection } from 'mongodb';
import { newId } from '#core/ids.ts';
import { Fault } from '#core/errors.ts';
import { isDuplicateKey, type Database } from './mongo.ts';

interface Lock {
  _id: string;
  owner: string;
  until: Date;
}

/**
 * Runs `work` while no other instance holds the lock of that name; waits up to `waitMs`. The lock is renewed while
 * `work` runs and falls free `holdMs` after its holder died. Where it was lost all the same, to another instance while this one
 * stood still, the signal that `work` is given aborts.
 */
export async function withLock<T>(
  database: Database,
  lock: { name: string; holdMs: number; waitMs: number },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const locks = database.db.collection<Lock>('locks');
  const owner = newId();
  const until = () => new Date(Date.now() + lock.holdMs);
  const give = () => locks.deleteOne({ _id: lock.name, owner });
  const deadline = Date.now() + lock.waitMs;
  while (!(await take(locks, { name: lock.name, owner, until: until() }))) {
    if (Date.now() > deadline) throw new Fault('unavailable', `Another instance holds the lock ${lock.name}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const lost = new AbortController();
  const renewal = setInterval(() => {
    // A renewal that fails is tried again at the next tick; the lock outlives two missed ones.
    locks.updateOne({ _id: lock.name, owner }, { $set: { until: until() } }).then(
      ({ matchedCount }) => {
        if (matchedCount === 0) lost.abort(new Fault('unavailable', `The lock ${lock.name} was lost`));
      },
      () => undefined,
    );
  }, lock.holdMs / 3);
  try {
    return await work(lost.signal);
  } finally {
    clearInterval(renewal);
    await give();
  }
}

async function take(locks: Collection<Lock>, wanted: { name: string; owner: string; until: Date }): Promise<boolean> {
  try {
    const taken = await locks.findOneAndUpdate(
      { _id: wanted.name, until: { $lt: new Date() } },
      { $set: { owner: wanted.owner, until: wanted.until } },
      { upsert: true, returnDocument: 'after' },
    );
    return taken?.owner === wanted.owner;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}
