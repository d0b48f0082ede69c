import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { csrfSync } from 'csrf-sync';
import { Fault } from '#core/errors.ts';

const synchroniser = csrfSync({
  getTokenFromRequest: (req) => {
    const body: unknown = req.body;
    const token = typeof body === 'object' && body !== null && '_csrf' in body ? body._csrf : undefined;
    return typeof token === 'string' ? token : undefined;
  },
  size: 64,
});

/** Every request that is not GET or HEAD needs the session's token in its form; sign in and sign out included. */
export const csrfProtection: RequestHandler = (req: Request, res: Response, next: NextFunction) => {
  synchroniser.csrfSynchronisedProtection(req, res, (error?: unknown) => {
    if (error === undefined) {
      next();
      return;
    }
    const fault =
      error === synchroniser.invalidCsrfTokenError ? new Fault('stale-form', 'The form has no valid token') : error;
    next(fault);
  });
};

/** The token to print into this response's forms. */
export function csrfToken(req: Request): string {
  return synchroniser.generateToken(req);
}
