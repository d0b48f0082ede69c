import { Router, type Request, type Response } from 'express';
import { newId } from '#core/ids.ts';
import type { Money } from '#core/money.ts';
import { actor } from '#web/express.ts';
import { parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Told } from '../life/act.service.ts';
import { mostToPay } from '../life/limits.ts';
import { explainAct } from '../life/refusals.ts';
import { amountQuery, payForm, unseenAtForm } from './borrower.forms.ts';
import { currentLoan } from './due.ts';
import { ownLoan, showNothingLeft, type LoanPageParts } from './own-loan.routes.ts';
import { payPage } from './pay.view.ts';

const view = 'servicing/pay';

/** `/loans/:loanId/pay`: what is due, or any other amount up to all that is owed. */
export function payRoutes(parts: LoanPageParts): Router {
  const router = Router();
  router.get('/loans/:loanId/pay', permission('instalment:pay'), (req, res) => showPay(parts, req, res));
  router.post('/loans/:loanId/pay', permission('instalment:pay'), (req, res) => pay(parts, req, res));
  return router;
}

async function pageFor(parts: LoanPageParts, facts: { told: Told; amount?: Money | undefined; sent?: FormState }) {
  const { accounts, formats } = parts;
  const { told, amount, sent } = facts;
  const own = await accounts.listOwn(told.loan.partyId);
  const common = { told, loan: currentLoan(told), accounts: own, amount, key: newId(), formats };
  return payPage({ ...common, ...(sent ? { sent } : {}) });
}

async function showPay(parts: LoanPageParts, req: Request, res: Response) {
  const { pages, formats } = parts;
  const told = await ownLoan(parts, req, res);
  if (told.loan.state !== 'active') return showNothingLeft(parts, res, { told });
  if (req.query.amount === undefined) return pages.show(res, { view, model: await pageFor(parts, { told }) });
  const asked = parseForm(amountQuery(told.loan.currency), req.query);
  if (!asked.ok) return pages.invalid(res, { view, model: await pageFor(parts, { told, sent: asked.form }) });
  const { amount } = asked.value;
  const most = mostToPay({ ...told, on: told.today });
  if (amount <= most) return pages.show(res, { view, model: await pageFor(parts, { told, amount }) });
  const { message } = explainAct({ code: 'too-much', amount: most }, formats);
  const sent = withError(asked.form, 'amount', message);
  return pages.invalid(res, { view, model: await pageFor(parts, { told, sent }) });
}

async function pay(parts: LoanPageParts, req: Request, res: Response) {
  const { servicing, pages, formats } = parts;
  const told = await ownLoan(parts, req, res);
  const { partyId, _id: loanId, currency } = told.loan;
  const parsed = parseForm(payForm(currency), req.body);
  if (!parsed.ok) {
    const sent = unseenAtForm(parsed.form);
    if (told.loan.state !== 'active') return showNothingLeft(parts, res, { told, sent, status: 422 });
    const asked = parseForm(amountQuery(currency), { amount: parsed.form.values.amount ?? '' });
    const most = mostToPay({ ...told, on: told.today });
    const amount = asked.ok && asked.value.amount <= most ? asked.value.amount : undefined;
    return pages.invalid(res, { view, model: await pageFor(parts, { told, amount, sent }) });
  }
  const { key, seen, accountId, shown, amount } = parsed.value;
  const act = { kind: 'payment' as const, from: { accountId }, shown, amount };
  const order = { key, actor: actor(res).userId, channel: 'customer' as const, loanId, partyId, seen, act };
  const outcome = await servicing.act(order);
  if (outcome.ok) {
    res.redirect(303, paths.receipt(loanId, outcome.value.key));
    return;
  }
  const { field, message, status } = explainAct(outcome.refusal, formats);
  const sent = withError(parsed.form, field, message);
  // Told again: a refusal often means that the loan is not what the page showed.
  const fresh = await ownLoan(parts, req, res);
  if (fresh.loan.state !== 'active') return showNothingLeft(parts, res, { told: fresh, sent, status });
  const model = await pageFor(parts, { told: fresh, amount: field === 'amount' ? undefined : amount, sent });
  return pages.refused(res, { view, model, status });
}
