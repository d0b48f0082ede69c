import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import { deskPage, deskPaymentPage, type DeskForms } from './desk.view.ts';
import type { DeskOrder } from './desk.service.ts';
import { deskQuery, returnForm, settleForm } from './rail.forms.ts';
import { explainDesk } from './rail-refusals.ts';
import type { RailRouteParts } from './rail.routes.ts';

/** `/rail`: what is under way between this bank and others, and what staff decide in the sandbox's place. */
export function deskRoutes(parts: RailRouteParts): Router {
  const router = Router();
  router.get('/rail', permission('rail:operate'), (req, res) => showDesk(parts, req, res));
  router.get('/rail/:key', permission('rail:operate'), async (req, res) => {
    await parts.pages.show(res, { view, model: await paymentModel(parts, { req, res }) });
  });
  router.post('/rail/:key/settle', permission('rail:operate'), (req, res) => settle(parts, req, res));
  router.post('/rail/:key/return', permission('rail:operate'), (req, res) => giveBack(parts, req, res));
  return router;
}

const view = 'accounts/rail/desk-payment';

async function showDesk({ accounts, pages, platform }: RailRouteParts, req: Request, res: Response): Promise<void> {
  const filters = deskQuery.parse(req.query);
  const page = pageNumber(req.query);
  const list = await accounts.rail.desk.list({ ...filters, page, size: pageSize });
  const model = deskPage({ list, ...filters, page, now: platform.clock.now(), formats: platform.formats });
  await pages.show(res, { view: 'accounts/rail/desk', model });
}

interface Exchange {
  req: Request;
  res: Response;
}

async function paymentModel(
  { accounts, platform }: RailRouteParts,
  { req, res }: Exchange,
  failed?: DeskForms['failed'],
) {
  const staff = actor(res);
  const found = await accounts.rail.desk.find(pathParameter(req.params.key), staff);
  if (!found) throw notFound('Payment');
  const forms = { key: newId(), ...(failed ? { failed } : {}) };
  return deskPaymentPage(found, { forms, actor: staff, formats: platform.formats });
}

async function settle(parts: RailRouteParts, req: Request, res: Response): Promise<void> {
  const parsed = parseForm(settleForm, req.body);
  if (!parsed.ok) {
    const model = await paymentModel(parts, { req, res }, { which: 'settle', form: parsed.form });
    await parts.pages.invalid(res, { view, model });
    return;
  }
  await decide(parts, { req, res }, { ...parsed.value, form: parsed.form, decision: { to: 'settled' } });
}

async function giveBack(parts: RailRouteParts, req: Request, res: Response): Promise<void> {
  const parsed = parseForm(returnForm, req.body);
  if (!parsed.ok) {
    const model = await paymentModel(parts, { req, res }, { which: 'return', form: parsed.form });
    await parts.pages.invalid(res, { view, model });
    return;
  }
  const { reason, note } = parsed.value;
  await decide(parts, { req, res }, { ...parsed.value, form: parsed.form, decision: { to: 'returned', reason, note } });
}

async function decide(
  parts: RailRouteParts,
  { req, res }: Exchange,
  sent: { key: string; version: number; form: FormState; decision: DeskOrder['decision'] },
): Promise<void> {
  const key = pathParameter(req.params.key);
  const { version, decision } = sent;
  const order = { actor: actor(res), key, decisionKey: sent.key, version, decision };
  const decided = await parts.accounts.rail.desk.decide(order);
  if (decided.ok) {
    const done = decision.to === 'settled' ? 'settled' : 'returned';
    flash(req, { kind: 'success', text: `The payment is ${done}. The books have followed.` });
    res.redirect(303, paths.railPayment(key));
    return;
  }
  const which = decision.to === 'settled' ? 'settle' : 'return';
  const form = withError(sent.form, 'form', explainDesk(decided.refusal));
  await parts.pages.refused(res, { view, model: await paymentModel(parts, { req, res }, { which, form }) });
}
