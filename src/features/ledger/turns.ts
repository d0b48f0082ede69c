import type { Collection } from 'mongodb';
import { newId } from '#core/ids.ts';
import type { Collections } from './collections.ts';

/** How long a process posts to a contended account before it lets another one in. */
const sliceMs = 120;
/** A holder that says nothing for so long is gone, or has nothing to post. */
const graceMs = 300;
const askAgainMs = 2;
/** An account that was fought over stays contended for so long after the last collision. */
const contendedMs = 3_000;
/** One collision is an accident: an account is contended when the next one follows so soon. */
const collisionsApartMs = 500;
const mostCollisions = 1_000;
/** After so many batches of a busy account its turn is looked at. */
const batchesUnseen = 4;

interface TurnRecord {
  _id: string;
  holder: string;
  until: Date;
  wanted: string | null;
}

interface Turn {
  contendedUntil: number;
  /** Until when it is ours; 0 where it is not. */
  ours: number;
  asking: boolean;
}

/**
 * Fairness between processes, and only that: what guards balances is the number of each entry. Where two processes meet
 * on one account, the one that just wrote knows the next number and would win again and again; so they take turns.
 */
export interface Turns {
  /** Whether orders for the account may be written now; where not, its turn is asked for and `wake` called when it comes. */
  mayPost(account: string): boolean;
  collided(account: string): void;
  /**
   * A batch with many entries of the account is written. Who always wins never collides: so now and then it looks
   * whether another process waits for a turn.
   */
  posted(account: string): void;
}

interface Parts {
  records: Collection<TurnRecord>;
  me: string;
  turns: Map<string, Turn>;
  on: { wake: () => void; came: () => void };
}

export function createTurns(collections: Collections, on: Parts['on']): Turns {
  const records = collections.database.db.collection<TurnRecord>('ledgerTurns', { writeConcern: { w: 1 } });
  const turns = new Map<string, Turn>();
  const parts: Parts = { records, me: newId(), turns, on };
  const collisions = new Map<string, number>();
  let unseen = 0;
  return {
    mayPost: (account) => mayPost(parts, account),
    collided: (account) => {
      const now = performance.now();
      const turn = turns.get(account);
      const last = collisions.get(account);
      if (collisions.size >= mostCollisions) collisions.clear();
      collisions.set(account, now);
      if (turn) turn.contendedUntil = now + contendedMs;
      else if (last !== undefined && now - last < collisionsApartMs) contend(parts, account);
    },
    posted: (account) => {
      unseen = turns.has(account) ? 0 : unseen + 1;
      if (unseen < batchesUnseen) return;
      unseen = 0;
      void look(parts, account);
    },
  };
}

function mayPost(parts: Parts, account: string): boolean {
  const turn = parts.turns.get(account);
  if (!turn) return true;
  const now = performance.now();
  if (turn.ours > now) return true;
  if (!turn.asking && now > turn.contendedUntil) {
    parts.turns.delete(account);
    return true;
  }
  if (!turn.asking) void ask(parts, account, turn);
  return false;
}

function contend({ turns }: Parts, account: string): void {
  turns.set(account, { contendedUntil: performance.now() + contendedMs, ours: 0, asking: false });
}

async function ask({ records, me, turns, on }: Parts, account: string, turn: Turn): Promise<void> {
  turn.asking = true;
  try {
    const handed = turn.ours > 0 && (await handOver(records, { account, me }));
    if (handed) turn.contendedUntil = performance.now() + contendedMs;
    if (turn.ours > 0 && !handed) turn.ours = performance.now() + sliceMs;
    else {
      if (await take(records, { account, me })) turn.contendedUntil = performance.now() + contendedMs;
      turn.ours = performance.now() + sliceMs;
      on.came();
    }
  } catch {
    // Without turns it is only unfair.
    turns.delete(account);
  } finally {
    turn.asking = false;
    on.wake();
  }
}

/** Whether another process has the turn, of an account that seems to be ours alone. */
async function look(parts: Parts, account: string): Promise<void> {
  const others = { _id: account, holder: { $ne: parts.me }, $expr: { $gt: ['$until', '$$NOW'] } };
  const held = await parts.records.findOne(others).catch(() => null);
  if (held && !parts.turns.has(account)) contend(parts, account);
}

const lease = () => ({ $dateAdd: { startDate: '$$NOW', unit: 'millisecond', amount: sliceMs + graceMs } });

/** Gives the turn to who wants it; false where nobody does, and it stays ours. */
async function handOver(records: Collection<TurnRecord>, { account, me }: { account: string; me: string }) {
  const wanted = { $and: [{ $ne: ['$wanted', null] }, { $ne: ['$wanted', me] }] };
  const after = await records.findOneAndUpdate(
    { _id: account, holder: me },
    [{ $set: { holder: { $cond: [wanted, '$wanted', me] }, wanted: null, until: lease() } }],
    { returnDocument: 'after' },
  );
  return after?.holder !== me;
}

/**
 * Waits for the turn, no longer than a holder may keep it; then goes on without, for it is only about fairness. Gives
 * whether somebody else had it.
 */
async function take(
  records: Collection<TurnRecord>,
  { account, me }: { account: string; me: string },
): Promise<boolean> {
  const giveUp = performance.now() + 2 * (sliceMs + graceMs);
  for (let attempt = 0; performance.now() < giveUp; attempt += 1) {
    if (await takeOrWant(records, { account, me })) return attempt > 0;
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
  }
  return true;
}

/** Takes the turn where it is free, and says that it is wanted where it is not. */
async function takeOrWant(records: Collection<TurnRecord>, { account, me }: { account: string; me: string }) {
  const free = {
    $or: [{ $eq: [{ $ifNull: ['$holder', null] }, null] }, { $eq: ['$holder', me] }, { $lt: ['$until', '$$NOW'] }],
  };
  const stillWanted = { $cond: [{ $eq: ['$wanted', me] }, null, { $ifNull: ['$wanted', null] }] };
  const after = await records.findOneAndUpdate(
    { _id: account },
    [
      {
        $set: {
          holder: { $cond: [free, me, '$holder'] },
          until: { $cond: [free, lease(), '$until'] },
          wanted: { $cond: [free, stillWanted, me] },
        },
      },
    ],
    { upsert: true, returnDocument: 'after' },
  );
  return after?.holder === me;
}
