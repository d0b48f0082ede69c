import { createHash } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { MongoStore } from 'connect-mongo';
import session from 'express-session';
import { assert } from '#core/assert.ts';
import { isStaff } from '#core/roles.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/mongo.ts';

declare module 'express-session' {
  // Strings only: a bigint in a session could not be saved, and the request that put it there would never be answered.
  interface SessionData {
    signedInAt?: string;
    seenAt?: string;
    flash?: string;
  }
}

const absoluteMs = 12 * 3_600_000;
const idleMs = { customer: 15 * 60_000, staff: 10 * 60_000 };
// Being seen is written down at most this often, so that a page view does not cost a write.
const seenEveryMs = 60_000;

export function sessionCookieName(https: boolean): string {
  return https ? '__Host-sid' : 'sid';
}

/** Sessions in the database, under a hash of their id: a copy of the database signs nobody in. */
export function sessions(options: { database: Database; secrets: string[]; https: boolean }): RequestHandler {
  const { database, secrets, https } = options;
  const store = MongoStore.create({
    client: database.client,
    dbName: database.db.databaseName,
    collectionName: 'sessions',
    ttl: absoluteMs / 1_000,
    autoRemove: 'disabled',
    touchAfter: seenEveryMs / 1_000,
    serialize: serializeSession,
    unserialize: (kept) => (typeof kept === 'string' ? (JSON.parse(kept) as session.SessionData) : kept),
    transformId: (id) => createHash('sha256').update(id).digest('base64url'),
    writeOperationOptions: { w: 'majority', journal: true },
  });
  return session({
    name: sessionCookieName(https),
    secret: secrets,
    store,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: https, path: '/' },
  });
}

/**
 * Saves the session before a redirect is sent. The library writes the header first and saves then, so that a browser
 * which follows at once would be served from the session as it was before.
 */
export const saveBeforeRedirect: RequestHandler = (req, res, next) => {
  const redirect = res.redirect.bind(res) as (status: number, url: string) => void;
  res.redirect = ((status: number, url: string) => {
    const { session: kept } = req as Partial<Request>;
    if (!kept) {
      redirect(status, url);
      return;
    }
    kept.save((error: unknown) => {
      if (error) next(error);
      else redirect(status, url);
    });
  }) as Response['redirect'];
  next();
};

/** JSON of a session whose own values are strings only. */
export function serializeSession(data: session.SessionData): string {
  const { cookie, ...own } = data;
  for (const [name, value] of Object.entries(own)) {
    const allowed = typeof value === 'string' || name === 'passport';
    assert(allowed, `A session holds strings only, and ${name} is none`);
  }
  return JSON.stringify({ cookie, ...own });
}

/** Ends a session that was idle too long or lasted its twelve hours; the visitor goes on signed out. */
export function sessionLimits(clock: Clock): RequestHandler {
  return (req: Request, _res: Response, next: NextFunction) => {
    const { user } = req;
    if (!user) {
      next();
      return;
    }
    const now = clock.now().epochMilliseconds;
    const since = (text: string | undefined) => now - (text === undefined ? 0 : Date.parse(text));
    const idle = isStaff(user) ? idleMs.staff : idleMs.customer;
    if (since(req.session.seenAt) > idle || since(req.session.signedInAt) > absoluteMs) {
      req.logout(next);
      return;
    }
    if (since(req.session.seenAt) > seenEveryMs) req.session.seenAt = new Date(now).toISOString();
    next();
  };
}
