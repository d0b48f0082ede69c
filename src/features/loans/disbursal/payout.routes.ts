import { Router, type Request, type Response } from 'express';
import type { Formats } from '#core/format.ts';
import { newId } from '#core/ids.ts';
import type { Currency } from '#core/money.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { parseForm, withError, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import type { Pages } from '#web/render.ts';
import { askForm, metForm, partsOf, planForm } from './payout.forms.ts';
import type { PayoutRefusal } from './payout-parts.ts';
import { signedPaperRoutes } from './signed-papers.routes.ts';
import { payoutPage } from './payout.view.ts';
import type { Payouts } from './payouts.service.ts';

export interface PayoutRouteParts {
  payouts: Payouts;
  platform: { currency: Currency };
  pages: Pages;
  formats: Formats;
}

const path = '/officer/applications/:applicationId/payout';
interface Sent {
  which: 'ask' | 'met' | 'plan';
  form: FormState;
}

/** `/officer/applications/:id/payout`: conditions, the plan, and asking a second person for the money. */
export function payoutRoutes(parts: PayoutRouteParts): Router {
  const router = Router();
  router.use(signedPaperRoutes(parts));
  router.get(path, permission('payout:ask'), async (req, res) => {
    await parts.pages.show(res, { view: 'officer/payout', model: await page(parts, { req, res }) });
  });
  router.post(`${path}/met`, permission('application:review'), (req, res) => met(parts, req, res));
  router.post(`${path}/plan`, permission('application:review'), (req, res) => plan(parts, req, res));
  router.post(`${path}/ask`, permission('payout:ask'), (req, res) => ask(parts, req, res));
  return router;
}

async function page(parts: PayoutRouteParts, { req, res, sent }: { req: Request; res: Response; sent?: Sent }) {
  const { payouts, formats } = parts;
  const who = actor(res);
  const file = await payouts.file(pathParameter(req.params.applicationId), who);
  return payoutPage(file, { actor: who, key: newId(), formats, sent });
}

async function invalid(parts: PayoutRouteParts, on: { req: Request; res: Response; sent: Sent }): Promise<void> {
  await parts.pages.invalid(on.res, { view: 'officer/payout', model: await page(parts, on) });
}

async function refused(
  parts: PayoutRouteParts,
  on: { req: Request; res: Response; sent: Sent; refusal: PayoutRefusal },
): Promise<void> {
  const { field, text, status } = on.refusal;
  const sent = { which: on.sent.which, form: withError(on.sent.form, field, text) };
  await parts.pages.refused(on.res, { view: 'officer/payout', model: await page(parts, { ...on, sent }), status });
}

async function met(parts: PayoutRouteParts, req: Request, res: Response): Promise<void> {
  const parsed = parseForm(metForm, req.body);
  const sent = { which: 'met' as const, form: parsed.form };
  if (!parsed.ok) return invalid(parts, { req, res, sent });
  const applicationId = pathParameter(req.params.applicationId);
  const done = await parts.payouts.meet({ actor: actor(res), applicationId, ...parsed.value });
  if (!done.ok) return refused(parts, { req, res, sent, refusal: done.refusal });
  flash(req, { kind: 'success', text: 'The condition is met. The borrower is told.' });
  res.redirect(303, paths.officerPayout(applicationId));
}

async function plan(parts: PayoutRouteParts, req: Request, res: Response): Promise<void> {
  const parsed = parseForm(planForm(parts.platform.currency), req.body);
  const sent = { which: 'plan' as const, form: parsed.form };
  if (!parsed.ok) return invalid(parts, { req, res, sent });
  const applicationId = pathParameter(req.params.applicationId);
  const order = { actor: actor(res), applicationId, version: parsed.value.version, parts: partsOf(parsed.value) };
  const done = await parts.payouts.plan(order);
  if (!done.ok) return refused(parts, { req, res, sent, refusal: done.refusal });
  flash(req, { kind: 'success', text: 'The plan is kept. The borrower reads it in the papers of the offer.' });
  res.redirect(303, paths.officerPayout(applicationId));
}

async function ask(parts: PayoutRouteParts, req: Request, res: Response): Promise<void> {
  const parsed = parseForm(askForm(parts.platform.currency), req.body);
  const sent = { which: 'ask' as const, form: parsed.form };
  if (!parsed.ok) return invalid(parts, { req, res, sent });
  const applicationId = pathParameter(req.params.applicationId);
  const done = await parts.payouts.ask({ actor: actor(res), applicationId, ...parsed.value });
  if (!done.ok) return refused(parts, { req, res, sent, refusal: done.refusal });
  flash(req, { kind: 'success', text: 'Asked for. A second person approves it before any money moves.' });
  res.redirect(303, paths.officerPayout(applicationId));
}
