import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { Passport } from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import type { Clock } from '#platform/clock.ts';

/** What signing in needs of the identity feature. */
export interface Authenticator {
  /** The user, or undefined: nobody learns whether the address or the password was wrong. */
  signIn(credentials: { email: string; password: string }): Promise<Express.User | undefined>;
  findUser(userId: string): Promise<Express.User | undefined>;
}

export interface Authentication {
  handlers: RequestHandler[];
  /** Signs in under a new session id; gives whether it worked. */
  signIn(req: Request, res: Response): Promise<boolean>;
  signOut(req: Request): Promise<void>;
}

/** passport with the local strategy. A session holds `userId:securityVersion` and nothing else of the user. */
export function createAuthentication(options: { authenticator: Authenticator; clock: Clock }): Authentication {
  const passport = new Passport();
  passport.use(localStrategy(options.authenticator));
  passport.serializeUser((user, done) => {
    done(null, `${user.userId}:${user.securityVersion}`);
  });
  passport.deserializeUser((kept: string, done) => {
    findAgain(options.authenticator, kept).then(
      (user) => {
        done(null, user);
      },
      (error: unknown) => {
        done(error);
      },
    );
  });
  const handler = (answered: (error: unknown, user?: Express.User | false) => void) =>
    passport.authenticate('local', answered) as RequestHandler;
  return {
    handlers: [passport.initialize() as RequestHandler, passport.session() as RequestHandler],
    signIn: async (req, res) => {
      const user = await new Promise<Express.User | undefined>((resolve, reject) => {
        const answer = handler((error, found) => {
          if (error) reject(asError(error));
          else resolve(found === false ? undefined : found);
        });
        void answer(req, res, (error?: unknown) => {
          reject(asError(error));
        });
      });
      if (user) await enter(req, { user, now: options.clock.now().toString() });
      return user !== undefined;
    },
    signOut: (req) => settled((done) => req.session.destroy(done)),
  };
}

function localStrategy(authenticator: Authenticator): LocalStrategy {
  return new LocalStrategy({ usernameField: 'email', passwordField: 'password' }, (email, password, done) => {
    authenticator.signIn({ email, password }).then(
      (user) => {
        done(null, user ?? false);
      },
      (error: unknown) => {
        done(error);
      },
    );
  });
}

/** The user of a session, unless a changed password, role or state of theirs has raised the version since. */
async function findAgain(authenticator: Authenticator, kept: string): Promise<Express.User | false> {
  const [userId = '', version] = kept.split(':');
  const user = await authenticator.findUser(userId);
  return user && String(user.securityVersion) === version ? user : false;
}

async function enter(req: Request, entry: { user: Express.User; now: string }): Promise<void> {
  await settled((done) => {
    req.logIn(entry.user, done);
  });
  req.session.signedInAt = entry.now;
  req.session.seenAt = entry.now;
}

function settled(call: (done: (error?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => {
      if (error) reject(asError(error));
      else resolve();
    });
  });
}

/** Puts the signed-in user where permissions and pages look. */
export function rememberActor(req: Request, res: Response, next: NextFunction): void {
  if (req.user) {
    const { userId, partyId, roles, branchId, displayName } = req.user;
    res.locals.actor = { userId, partyId, roles, branchId, displayName };
  }
  next();
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('Signing in failed', { cause: error });
}
