import type { Collection } from 'mongodb';
import { newId } from '#core/ids.ts';
import { isDuplicateKey, type Database } from './mongo.ts';

/**
 * The right to do something that only one instance may do at a time. Its `token` is larger than that of every holder
 * before: a document that keeps the token of who wrote it last refuses an older one (a fencing token), so that a holder
 * who stood still while another took over cannot write there any more.
 */
export interface Lease {
  readonly token: number;
  readonly holder: string;
  /** Aborts, with a `LeaseEnded` as its reason, when the lease is lost or `stop` aborts. */
  readonly signal: AbortSignal;
  /** Throws the reason where the signal is aborted, or by this machine's clock the lease may have lapsed. */
  check: () => void;
  /** Another instance took over: notices it before the next renewal would. */
  lose: () => LeaseEnded;
  release: () => Promise<void>;
}

/** Another instance took over, or this process is stopping: everything under the lease ends where it stands. */
export class LeaseEnded extends Error {
  override readonly name = 'LeaseEnded';
  readonly why: 'lost' | 'stopping';
  constructor(why: 'lost' | 'stopping') {
    super(why === 'lost' ? 'Another instance has taken over' : 'The process is stopping');
    this.why = why;
  }
}

interface LeaseRecord {
  _id: string;
  token: number;
  holder: string;
  until: Date;
}

export interface LeaseOptions {
  name: string;
  leaseMs: number;
  /** Aborts when the process is to stop. */
  stop: AbortSignal;
}

const leases = (database: Database) => database.db.collection<LeaseRecord>('leases');

/** Takes the lease where nobody has it; undefined where somebody does. Its times are the database's, not this machine's. */
export async function takeLease(database: Database, options: LeaseOptions): Promise<Lease | undefined> {
  const holder = newId();
  const validUntil = performance.now() + options.leaseMs;
  const token = await take(leases(database), { ...options, holder });
  return token === undefined ? undefined : hold(database, { ...options, holder, token, validUntil });
}

async function take(
  collection: Collection<LeaseRecord>,
  { name, leaseMs, holder }: { name: string; leaseMs: number; holder: string },
): Promise<number | undefined> {
  const token = { $add: ['$token', 1] };
  const change = [{ $set: { token, holder, until: { $add: ['$$NOW', leaseMs] } } }];
  const free = { _id: name, $expr: { $lt: ['$until', '$$NOW'] } };
  const taken = await collection.findOneAndUpdate(free, change, { returnDocument: 'after' });
  if (taken) return taken.token;
  // An upsert may not ask for the database's own time, so that the first of all makes the record, free, and asks again.
  return (await makeFree(collection, name)) ? take(collection, { name, leaseMs, holder }) : undefined;
}

async function makeFree(collection: Collection<LeaseRecord>, name: string): Promise<boolean> {
  const record = { $setOnInsert: { token: 0, holder: '', until: new Date(0) } };
  try {
    return (await collection.updateOne({ _id: name }, record, { upsert: true })).upsertedCount === 1;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

function hold(database: Database, held: LeaseOptions & { holder: string; token: number; validUntil: number }): Lease {
  const { name, leaseMs, holder, token, stop } = held;
  const ended = new AbortController();
  let { validUntil } = held;
  const lose = () => {
    if (!ended.signal.aborted) ended.abort(new LeaseEnded('lost'));
    return ended.signal.reason as LeaseEnded;
  };
  const onStop = () => {
    ended.abort(new LeaseEnded('stopping'));
  };
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  const renew = async () => {
    const asked = performance.now();
    const until = [{ $set: { until: { $add: ['$$NOW', leaseMs] } } }];
    const { matchedCount } = await leases(database).updateOne({ _id: name, token }, until);
    if (matchedCount === 0) lose();
    else validUntil = asked + leaseMs;
  };
  const renewal = setInterval(() => {
    if (performance.now() > validUntil) lose();
    // A renewal that fails is tried again at the next tick; the lease outlives two missed ones.
    else renew().catch(() => undefined);
  }, leaseMs / 3);
  return {
    token,
    holder,
    signal: ended.signal,
    lose,
    check: () => {
      // A process that was stopped for a while comes here before any timer of its own.
      if (performance.now() > validUntil) lose();
      ended.signal.throwIfAborted();
    },
    release: async () => {
      clearInterval(renewal);
      stop.removeEventListener('abort', onStop);
      await leases(database).updateOne({ _id: name, token }, { $set: { until: new Date(0) } });
    },
  };
}
