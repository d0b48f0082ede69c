import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import type { Platform } from '#platform/platform.ts';
import type { RailDirection } from '#platform/payment-rail.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { formOf, parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Pages } from '#web/render.ts';
import type { Accounts } from '../accounts.service.ts';
import { depositForm, withdrawalForm } from './rail.forms.ts';
import { explainDeposit, explainWithdrawal, type Explained } from './rail-refusals.ts';
import { orderPage, paymentPage } from './rail.view.ts';

export interface RailRouteParts {
  platform: Platform;
  accounts: Accounts;
  pages: Pages;
}

/** `/deposit` and `/withdraw`: money between an account here and one at another bank. */
export function railRoutes(parts: RailRouteParts): Router {
  const router = Router();
  router.get('/deposit', permission('deposit:make'), (req, res) => showOrder(parts, 'in', { req, res }));
  router.post('/deposit', permission('deposit:make'), (req, res) => makeDeposit(parts, req, res));
  router.get('/deposit/:key', permission('deposit:make'), (req, res) => showPayment(parts, 'in', { req, res }));
  router.get('/withdraw', permission('withdrawal:make'), (req, res) => showOrder(parts, 'out', { req, res }));
  router.post('/withdraw', permission('withdrawal:make'), (req, res) => makeWithdrawal(parts, req, res));
  router.get('/withdraw/:key', permission('withdrawal:make'), (req, res) => showPayment(parts, 'out', { req, res }));
  return router;
}

const view = 'accounts/rail/order';

interface Exchange {
  req: Request;
  res: Response;
}

/** The page of an order with a fresh key: after a refusal the customer can try again. */
async function orderModel(
  { accounts, platform }: RailRouteParts,
  facts: { direction: RailDirection; partyId: string; form: FormState },
) {
  const { direction, form } = facts;
  const own = await accounts.listOwn(facts.partyId);
  const latest = await accounts.rail.latest({ accountIds: own.map((account) => account.id), direction });
  const terms = accounts.rail.terms(direction);
  return orderPage({ direction, accounts: own, latest, terms, form, key: newId(), formats: platform.formats });
}

async function showOrder(parts: RailRouteParts, direction: RailDirection, { req, res }: Exchange): Promise<void> {
  const form = formOf({ accountId: typeof req.query.account === 'string' ? req.query.account : '' });
  const model = await orderModel(parts, { direction, partyId: ownParty(res), form });
  await parts.pages.show(res, { view, model });
}

async function makeDeposit(parts: RailRouteParts, req: Request, res: Response): Promise<void> {
  const { accounts, pages, platform } = parts;
  const partyId = ownParty(res);
  const parsed = parseForm(depositForm(platform.currency), req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view, model: await orderModel(parts, { direction: 'in', partyId, form: parsed.form }) });
    return;
  }
  const outcome = await accounts.deposit({ ...parsed.value, actor: actor(res).userId, partyId });
  if (outcome.ok) {
    res.redirect(303, paths.depositReceipt(outcome.value.key));
    return;
  }
  const explained = explainDeposit(outcome.refusal, platform.formats);
  await refused(parts, res, { direction: 'in', form: parsed.form, explained });
}

async function makeWithdrawal(parts: RailRouteParts, req: Request, res: Response): Promise<void> {
  const { accounts, pages, platform } = parts;
  const partyId = ownParty(res);
  const parsed = parseForm(withdrawalForm(platform.currency), req.body);
  if (!parsed.ok) {
    await pages.invalid(res, {
      view,
      model: await orderModel(parts, { direction: 'out', partyId, form: parsed.form }),
    });
    return;
  }
  const outcome = await accounts.rail.withdraw({ ...parsed.value, actor: actor(res).userId, partyId });
  if (outcome.ok) {
    res.redirect(303, paths.withdrawalReceipt(outcome.value.key));
    return;
  }
  const explained = explainWithdrawal(outcome.refusal, platform.formats);
  await refused(parts, res, { direction: 'out', form: parsed.form, explained });
}

async function refused(
  parts: RailRouteParts,
  res: Response,
  facts: { direction: RailDirection; form: FormState; explained: Explained },
): Promise<void> {
  const { direction, explained } = facts;
  const form = withError(facts.form, explained.field, explained.sentence);
  await parts.pages.refused(res, { view, model: await orderModel(parts, { direction, partyId: ownParty(res), form }) });
}

/** Where a payment is; 202 while the rail has not even answered. */
async function showPayment(parts: RailRouteParts, direction: RailDirection, { req, res }: Exchange): Promise<void> {
  const { accounts, pages, platform } = parts;
  const partyId = ownParty(res);
  const own = await accounts.rail.findOwn({ partyId, key: pathParameter(req.params.key), direction });
  const account = own && (await accounts.findOwn(partyId, own.payment.accountId));
  if (!own || !account) throw notFound('Payment');
  const { state, railReference } = own.payment;
  await pages.show(res, {
    view: 'accounts/rail/payment',
    model: paymentPage(own, { account, formats: platform.formats }),
    status: state === 'pending' && railReference === null ? 202 : 200,
  });
}
