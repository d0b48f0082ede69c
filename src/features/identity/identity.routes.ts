import { Router, type Request, type Response } from 'express';
import type { Authentication } from '#web/authentication.ts';
import { flash } from '#web/flash.ts';
import { formOf, parseForm, withError, type FormState } from '#web/forms.ts';
import { open } from '#web/permission.ts';
import { paths, safeReturn } from '#web/paths.ts';
import { clientNetwork, type Limiter } from '#web/rate-limit.ts';
import type { Pages } from '#web/render.ts';
import { signInForm } from './identity.forms.ts';
import type { Identity } from './identity.service.ts';

export interface IdentityRouteParts {
  pages: Pages;
  authentication: Authentication;
  identity: Pick<Identity, 'accountKey'>;
  limits: SignInLimits;
  /** Shown on the sign-in page of a demonstration bank. */
  demoSignIns: readonly { role: string; email: string }[];
  demoPassword: string;
}

interface SignInLimits {
  byAddress: Limiter;
  byAccount: Limiter;
  byAccountAnywhere: Limiter;
  knownAddress: Limiter;
}

/** `/login` and `/logout`; both as forms with a token, a GET of `/logout` only asks. */
export function identityRoutes(parts: IdentityRouteParts): Router {
  const { pages, authentication } = parts;
  const router = Router();

  router.get('/login', open(), async (req, res) => {
    if (res.locals.actor) {
      res.redirect(303, safeReturn(req.query.next, paths.dashboard));
      return;
    }
    const next = safeReturn(req.query.next, '');
    await pages.show(res, { view: 'identity/login', model: signInPage(parts, formOf({ next })) });
  });
  router.post('/login', open(), (req, res) => signIn(parts, req, res));
  router.get('/logout', open(), async (_req, res) => {
    await pages.show(res, { view: 'identity/logout', model: { title: 'Sign out' } });
  });
  router.post('/logout', open(), async (req, res) => {
    await authentication.signOut(req);
    res.redirect(303, paths.home);
  });
  return router;
}

async function signIn(parts: IdentityRouteParts, req: Request, res: Response): Promise<void> {
  const { pages, authentication } = parts;
  const parsed = parseForm(signInForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view: 'identity/login', model: signInPage(parts, parsed.form) });
    return;
  }
  const attempt = await countAttempt(parts, { email: parsed.value.email, address: clientNetwork(req) });
  if (!(await authentication.signIn(req, res))) {
    const sentence = 'The e-mail address or the password is not right. Check both and try again';
    const model = signInPage(parts, withError(parsed.form, 'email', sentence));
    await pages.refused(res, { view: 'identity/login', model, status: 422 });
    return;
  }
  await attempt.succeeded();
  flash(req, { kind: 'success', text: 'You are signed in.' });
  res.redirect(303, safeReturn(parsed.value.next, paths.dashboard));
}

/**
 * Counts before the password is looked at, so that guesses sent at once are counted too; a right password gives back.
 * Guesses from everywhere pause an account only for addresses it never signed in from: nobody can lock its owner out.
 */
async function countAttempt(parts: IdentityRouteParts, from: { email: string; address: string }) {
  const { limits } = parts;
  const account = parts.identity.accountKey(from.email);
  const accountHere = `${account} ${from.address}`;
  await limits.byAddress.count(from.address);
  await limits.byAccount.count(accountHere);
  const known = await limits.knownAddress.isCounted(accountHere);
  if (!known) await limits.byAccountAnywhere.count(account);
  return {
    succeeded: async () => {
      await limits.byAddress.giveBack(from.address);
      await limits.byAccount.forget(accountHere);
      if (known) return;
      await limits.byAccountAnywhere.giveBack(account);
      await limits.knownAddress.count(accountHere);
    },
  };
}

function signInPage(parts: IdentityRouteParts, form: FormState) {
  return { title: 'Sign in', form, demoSignIns: parts.demoSignIns, demoPassword: parts.demoPassword };
}
