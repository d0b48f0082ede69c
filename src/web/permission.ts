import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { Fault } from '#core/errors.ts';
import { may, type Permission } from '#core/roles.ts';

const permissionOf = new WeakMap<RequestHandler, Permission | 'public'>();

/** The first handler of every route: who may come in. Signed out, a page asks to sign in and comes back. */
export function permission(name: Permission): RequestHandler {
  const check: RequestHandler = (req: Request, res: Response, next: NextFunction) => {
    const { actor } = res.locals;
    if (!actor) {
      if (req.method === 'GET') {
        res.redirect(303, `/login?next=${encodeURIComponent(req.originalUrl)}`);
        return;
      }
      throw new Fault('signed-out', 'The session has ended');
    }
    if (!may(actor, name)) throw new Fault('forbidden', `Needs the permission ${name}`);
    next();
  };
  permissionOf.set(check, name);
  return check;
}

/** A route that anybody may call; it also has to stand on the list in the router-walk test. */
export function open(): RequestHandler {
  const pass: RequestHandler = (_req: Request, _res: Response, next: NextFunction) => {
    next();
  };
  permissionOf.set(pass, 'public');
  return pass;
}

/** What a route's first handler declares; undefined where it declares nothing. For the test that walks the router. */
export function declaredPermission(handler: RequestHandler): Permission | 'public' | undefined {
  return permissionOf.get(handler);
}
