import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import type { Formats } from '#core/format.ts';
import { newId } from '#core/ids.ts';
import type { Currency } from '#core/money.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { parseForm, withError, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import type { Pages } from '#web/render.ts';
import { cancelForm } from './cancel.forms.ts';
import { cancelPage } from './cancel.view.ts';
import type { Payouts } from './payouts.service.ts';

export interface CancelRouteParts {
  payouts: Pick<Payouts, 'cancellation' | 'cancelLoan'>;
  platform: { currency: Currency };
  pages: Pages;
  formats: Formats;
}

/** `/loans/:id/cancel`: the way back within the cooling-off time. */
export function cancelRoutes(parts: CancelRouteParts): Router {
  const router = Router();
  router.get('/loans/:loanId/cancel', permission('instalment:pay'), async (req, res) => {
    await parts.pages.show(res, { view: 'loans/cancel', model: await page(parts, req, res) });
  });
  router.post('/loans/:loanId/cancel', permission('instalment:pay'), (req, res) => cancel(parts, req, res));
  return router;
}

async function page({ payouts, formats }: CancelRouteParts, req: Request, res: Response, form?: FormState) {
  const loan = await payouts.cancellation({ loanId: pathParameter(req.params.loanId), partyId: ownParty(res) });
  if (!loan) throw notFound('Loan');
  return cancelPage(loan, { key: newId(), formats, ...(form ? { form } : {}) });
}

async function cancel(parts: CancelRouteParts, req: Request, res: Response): Promise<void> {
  const { payouts, pages } = parts;
  const loanId = pathParameter(req.params.loanId);
  const partyId = ownParty(res);
  const parsed = parseForm(cancelForm(parts.platform.currency), req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view: 'loans/cancel', model: await page(parts, req, res, parsed.form) });
    return;
  }
  if (!(await payouts.cancellation({ loanId, partyId }))) throw notFound('Loan');
  const { key, accountId, shown, seen } = parsed.value;
  const order = { key, actor: actor(res).userId, partyId, loanId, accountId, shown, seen };
  const done = await payouts.cancelLoan(order);
  if (!done.ok) {
    const { field, message, status } = done.refusal;
    const form = withError(parsed.form, field, message);
    await pages.refused(res, { view: 'loans/cancel', model: await page(parts, req, res, form), status });
    return;
  }
  flash(req, { kind: 'success', text: 'Your loan is cancelled. Nothing is owed any more.' });
  res.redirect(303, paths.receipt(loanId, done.value.key));
}
