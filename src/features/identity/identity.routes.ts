import { createHash } from 'node:crypto';
import { Router, type Request, type Response } from 'express';
import type { Authentication } from '#web/authentication.ts';
import { flash } from '#web/flash.ts';
import { formOf, parseForm, withError, type FormState } from '#web/forms.ts';
import { open } from '#web/permission.ts';
import { paths, safeReturn } from '#web/paths.ts';
import type { Limiter } from '#web/rate-limit.ts';
import type { Pages } from '#web/render.ts';
import { signInForm } from './identity.forms.ts';

export interface IdentityRouteParts {
  pages: Pages;
  authentication: Authentication;
  limits: { byAddress: Limiter; byAccount: Limiter };
  /** Shown on the sign-in page of a demonstration bank. */
  demoSignIns: readonly { role: string; email: string }[];
  demoPassword: string;
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
  const { pages, authentication, limits } = parts;
  const parsed = parseForm(signInForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view: 'identity/login', model: signInPage(parts, parsed.form) });
    return;
  }
  const address = req.ip ?? 'unknown';
  // Account and address together: an attacker elsewhere cannot lock the owner out.
  const account = createHash('sha256').update(`${parsed.value.email.toLowerCase()}\0${address}`).digest('base64url');
  await limits.byAddress.count(address);
  await limits.byAccount.check(account);
  if (!(await authentication.signIn(req, res))) {
    await limits.byAccount.count(account);
    const sentence = 'The e-mail address or the password is not right. Check both and try again';
    const model = signInPage(parts, withError(parsed.form, 'email', sentence));
    await pages.refused(res, { view: 'identity/login', model, status: 422 });
    return;
  }
  await limits.byAccount.forget(account);
  flash(req, { kind: 'success', text: 'You are signed in.' });
  res.redirect(303, safeReturn(parsed.value.next, paths.dashboard));
}

function signInPage(parts: IdentityRouteParts, form: FormState) {
  return { title: 'Sign in', form, demoSignIns: parts.demoSignIns, demoPassword: parts.demoPassword };
}
