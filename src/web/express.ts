import type { Response } from 'express';
import { Fault } from '#core/errors.ts';
import type { Actor } from '#core/roles.ts';
import type { Logger } from '#platform/logger.ts';

declare global {
  namespace Express {
    // What passport keeps on a request is our actor.
    interface User extends Actor {
      securityVersion: number;
    }
    interface Locals {
      requestId: string;
      cspNonce: string;
      log: Logger;
      actor?: Actor;
    }
  }
}

/** The signed-in user of a route that has a permission; anywhere else this is a fault of the program. */
export function actor(res: Response): Actor {
  if (!res.locals.actor) throw new Fault('signed-out', 'Nobody is signed in');
  return res.locals.actor;
}

/** The party a borrower's route is about: their own. */
export function ownParty(res: Response): string {
  const { partyId } = actor(res);
  if (partyId === undefined) throw new Fault('forbidden', 'This user has no customer file');
  return partyId;
}

/** A path parameter; express types it as possibly repeated. */
export function pathParameter(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value : '';
}
