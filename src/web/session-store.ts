import { createHash } from 'node:crypto';
import type { Request } from 'express';
import type { SessionData, Store } from 'express-session';
import { assert } from '#core/assert.ts';
import type { Database } from '#platform/mongo.ts';

export interface SessionLives {
  signedInMs: number;
  /** A visitor's session holds no more than the token of a form, and costs the bank a document. */
  visitorMs: number;
  /** Being used is written down at most this often, so that a page view does not cost a write. */
  seenEveryMs: number;
}

type Done = (error?: unknown) => void;

export const writeConcern = { w: 'majority', journal: true } as const;

/**
 * Replaces a store's writing, which inserts what is missing: a request that was under way while its user signed out
 * would bring the ended session back. Reading and ending stay the library's.
 */
export function neverBringBack<S extends Store>(store: S, options: { database: Database; lives: SessionLives }): S {
  const { database, lives } = options;
  const kept = database.db.collection<{ _id: string }>('sessions');
  const dates = (data: SessionData) => {
    const now = Date.now();
    const life = data.signedInAt === undefined ? lives.visitorMs : lives.signedInMs;
    return { expires: new Date(now + life), lastModified: new Date(now) };
  };
  const isNew = rememberGenerated(store);
  store.set = (id, data, done: Done = ignore) => {
    const upsert = isNew.has(data);
    const write = async () => {
      const $set = { session: serializeSession(data), ...dates(data) };
      await kept.updateOne({ _id: storedId(id) }, { $set }, { upsert, writeConcern });
      isNew.delete(data);
    };
    settle(write(), done);
  };
  store.touch = (id, data: SessionData & { lastModified?: Date }, done: Done = ignore) => {
    const unseenMs = Date.now() - (data.lastModified?.getTime() ?? 0);
    if (unseenMs < lives.seenEveryMs) {
      done();
      return;
    }
    settle(kept.updateOne({ _id: storedId(id) }, { $set: dates(data) }, { writeConcern }), done);
  };
  return store;
}

export function storedId(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

/** The sessions that this process made and has not written yet: only they may be inserted. */
function rememberGenerated(store: Store): WeakSet<SessionData> {
  const generated = new WeakSet<SessionData>();
  // The session middleware gives a store its `generate` by assigning it, and calls it from there.
  let generate: ((req: Request) => void) | undefined;
  Object.defineProperty(store, 'generate', {
    get: () => (req: Request) => {
      generate?.(req);
      generated.add(req.session);
    },
    set: (given: (req: Request) => void) => {
      generate = given;
    },
  });
  return generated;
}

/** JSON of a session whose own values are strings only. */
export function serializeSession(data: SessionData & { lastModified?: Date }): string {
  const { cookie, lastModified: _ofTheStore, ...own } = data;
  for (const [name, value] of Object.entries(own)) {
    const allowed = typeof value === 'string' || name === 'passport';
    assert(allowed, `A session holds strings only, and ${name} is none`);
  }
  return JSON.stringify({ cookie, ...own });
}

function settle(work: Promise<unknown>, done: Done): void {
  work.then(() => {
    done();
  }, done);
}

function ignore(): void {
  // The library may call without being interested in the outcome.
}
