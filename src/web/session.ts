import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { MongoStore } from 'connect-mongo';
import session from 'express-session';
import { isStaff } from '#core/roles.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/mongo.ts';
import { neverBringBack, storedId, writeConcern } from './session-store.ts';

declare module 'express-session' {
  // Strings only: a bigint in a session could not be saved, and the request that put it there would never be answered.
  interface SessionData {
    signedInAt?: string;
    seenAt?: string;
    flash?: string;
  }
}

const absoluteMs = 12 * 3_600_000;
const visitorMs = 3_600_000;
const idleMs = { customer: 15 * 60_000, staff: 10 * 60_000 };
// Being seen is written down at most this often, so that a page view does not cost a write.
const seenEveryMs = 60_000;

export function sessionCookieName(https: boolean): string {
  return https ? '__Host-sid' : 'sid';
}

/** Sessions in the database under a hash of their id (a copy of it signs nobody in): those of signed-in users and of visitors with a form in hand; their cookie ends with the browser. */
export function sessions(options: { database: Database; secrets: string[]; https: boolean }): RequestHandler {
  const { database, secrets, https } = options;
  const store = MongoStore.create({
    client: database.client,
    dbName: database.db.databaseName,
    collectionName: 'sessions',
    // The library hands out when a session was last written only where it may itself skip touching.
    touchAfter: seenEveryMs / 1_000,
    autoRemove: 'disabled',
    unserialize: (kept) => (typeof kept === 'string' ? (JSON.parse(kept) as session.SessionData) : kept),
    transformId: storedId,
    writeOperationOptions: writeConcern,
  });
  return session({
    name: sessionCookieName(https),
    secret: secrets,
    store: neverBringBack(store, { database, lives: { signedInMs: absoluteMs, visitorMs, seenEveryMs } }),
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
    // A visitor who is only sent to the sign-in page has nothing to keep.
    if (!kept || Object.keys(kept).every((name) => name === 'cookie')) {
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
