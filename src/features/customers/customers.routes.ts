import { Router, type Request, type Response } from 'express';
import { unreachable } from '#core/assert.ts';
import { dateText } from '#core/calendar.ts';
import { toDecimalString } from '#core/money.ts';
import { passwordLength, type PasswordRefusal } from '#features/identity/index.ts';
import type { Platform } from '#platform/platform.ts';
import { countryOptions } from '#web/countries.ts';
import { actor, ownParty } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { formOf, parseForm, withError, type FormState } from '#web/forms.ts';
import { open, permission } from '#web/permission.ts';
import { paths, safeReturn } from '#web/paths.ts';
import { clientNetwork, type Limiter } from '#web/rate-limit.ts';
import type { Pages } from '#web/render.ts';
import { profileForm, registerForm } from './customers.forms.ts';
import type { Customers, Person } from './customers.service.ts';
import { kycRoutes, type KycRouteParts } from './kyc/kyc.routes.ts';
import { relationRoutes, type RelationRouteParts } from './relations/relations.routes.ts';

export interface CustomerRouteParts extends KycRouteParts, RelationRouteParts {
  platform: Platform;
  customers: Customers;
  pages: Pages;
  limits: { registerByAddress: Limiter };
}

/** `/register` and `/profile`, identity checks and the relations of staff. */
export function customerRoutes(parts: CustomerRouteParts): Router {
  const router = Router();
  router.get('/register', open(), async (req, res) => {
    const form = formOf({ next: safeReturn(req.query.next, '') });
    await parts.pages.show(res, { view: 'customers/register', model: registerPage(form) });
  });
  router.post('/register', open(), (req, res) => register(parts, req, res));
  router.get('/profile', permission('profile:own'), async (_req, res) => {
    const person = await parts.customers.person(ownParty(res));
    const model = profilePage(parts, { form: formOf(valuesOf(person)), email: person.email });
    await parts.pages.show(res, { view: 'customers/profile', model });
  });
  router.post('/profile', permission('profile:own'), (req, res) => saveProfile(parts, req, res));
  router.use(kycRoutes(parts), relationRoutes(parts));
  return router;
}

async function register(parts: CustomerRouteParts, req: Request, res: Response): Promise<void> {
  const { customers, pages, limits } = parts;
  await limits.registerByAddress.count(clientNetwork(req));
  const parsed = parseForm(registerForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view: 'customers/register', model: registerPage(parsed.form) });
    return;
  }
  const { fullName, email, phone, password } = parsed.value;
  const registered = await customers.register({ fullName, email, phone, password });
  if (!registered.ok) {
    const model = registerPage(withError(parsed.form, 'password', explainPassword(registered.refusal)));
    await pages.refused(res, { view: 'customers/register', model, status: 422 });
    return;
  }
  // The same words for a new and a known address (ASVS 6.3.8).
  flash(req, {
    kind: 'success',
    text: 'Thank you. Sign in with your e-mail address and password to go on. If you had an account before, your old password still counts.',
  });
  res.redirect(303, signInAddress(parsed.value.next));
}

/** The way to sign in, and from there to where somebody came from. */
function signInAddress(wanted: string | undefined): string {
  const next = safeReturn(wanted, '');
  return next === '' ? paths.login : `${paths.login}?${new URLSearchParams({ next }).toString()}`;
}

function registerPage(form: FormState) {
  return {
    title: 'Open an account',
    form,
    signIn: signInAddress(form.values.next),
    passwordHint: `At least ${passwordLength.min} characters. A few words you can remember are best.`,
  };
}

function explainPassword(refusal: PasswordRefusal): string {
  switch (refusal) {
    case 'too-short':
      return `Use at least ${passwordLength.min} characters`;
    case 'too-long':
      return `Use at most ${passwordLength.max} characters`;
    case 'common':
      return 'This password is among the first that attackers try. Choose another one';
    case 'own-name':
      return 'Choose a password that is not made of your name or e-mail address';
    default:
      return unreachable(refusal);
  }
}

async function saveProfile(parts: CustomerRouteParts, req: Request, res: Response): Promise<void> {
  const { customers, pages, platform } = parts;
  const { currency } = platform;
  const parsed = parseForm(profileForm({ currency, today: await platform.bankDay.today() }), req.body);
  if (!parsed.ok) {
    const { email } = await customers.person(ownParty(res));
    await pages.invalid(res, { view: 'customers/profile', model: profilePage(parts, { form: parsed.form, email }) });
    return;
  }
  const { version, birthDate, monthlyIncome, ...texts } = parsed.value;
  const fields = { ...texts, birthDate: dateText(birthDate), monthlyIncome: toDecimalString(monthlyIncome, currency) };
  await customers.update({ actor: actor(res).userId, partyId: ownParty(res), version, fields });
  flash(req, { kind: 'success', text: 'Your details are saved.' });
  res.redirect(303, paths.profile);
}

function valuesOf(person: Person): Record<string, string> {
  const { partyId: _partyId, email: _email, version, ...values } = person;
  return { ...values, version: String(version) };
}

function profilePage({ platform }: CustomerRouteParts, facts: { form: FormState; email: string }) {
  return {
    title: 'Your details',
    ...facts,
    currency: platform.currency,
    countries: countryOptions(platform.formats.locale),
  };
}
