import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import type { Formats } from '#core/format.ts';
import { newId } from '#core/ids.ts';
import type { Accounts } from '#features/accounts/index.ts';
import type { Loan } from '#features/loans/index.ts';
import type { Products } from '#features/products/index.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import type { Pages } from '#web/render.ts';
import type { Servicing } from '../servicing.service.ts';
import { explainMandate } from './autopay-refusals.ts';
import { cancelForm, changeAccountForm, setUpForm } from './autopay.forms.ts';
import { firstPlace } from './autopay.rules.ts';
import type { Autopay } from './autopay.service.ts';
import { autopayPage, takingsShown } from './autopay.view.ts';
import type { MandateOutcome } from './mandates.service.ts';

export interface AutopayRouteParts {
  autopay: Autopay;
  servicing: Pick<Servicing, 'findOwn' | 'businessDate'>;
  accounts: Pick<Accounts, 'listOwn' | 'findOwn'>;
  products: Pick<Products, 'version'>;
  pages: Pages;
  formats: Formats;
}

/** `/loans/:loanId/autopay`: read what is taken and when, agree, change the account, cancel, see what came of it. */
export function autopayRoutes(parts: AutopayRouteParts): Router {
  const router = Router();
  const mayUse = permission('autopay:own');
  router.get('/loans/:loanId/autopay', mayUse, (req, res) => show(parts, req, res));
  router.post('/loans/:loanId/autopay', mayUse, (req, res) => setUp(parts, req, res));
  router.post('/loans/:loanId/autopay/account', mayUse, (req, res) => changeAccount(parts, req, res));
  router.post('/loans/:loanId/autopay/cancel', mayUse, (req, res) => cancel(parts, req, res));
  return router;
}

const view = 'servicing/autopay/autopay';

async function ownLoan({ servicing }: AutopayRouteParts, req: Request, res: Response): Promise<Loan> {
  const loan = await servicing.findOwn(ownParty(res), pathParameter(req.params.loanId));
  if (!loan) throw notFound('Loan');
  return loan;
}

async function modelOf(parts: AutopayRouteParts, facts: { loan: Loan; page: number; form: FormState }) {
  const { autopay, accounts, servicing } = parts;
  const { loan, page } = facts;
  const query = { loanId: loan._id, partyId: loan.partyId };
  const [mandate, own, tried, today, product] = await Promise.all([
    autopay.find(query),
    accounts.listOwn(loan.partyId),
    autopay.takings(query, { page, size: takingsShown }),
    servicing.businessDate(),
    parts.products.version(loan.productVersionId),
  ]);
  const next = mandate?.state === 'active' ? mandate : firstPlace(loan.instalments, today);
  const taken = mandate ? await accounts.findOwn(loan.partyId, mandate.accountId) : undefined;
  const outlook = await autopay.outlook({ ...query, on: next.tryOn });
  const shown = { mandate, next, from: taken, outlook, accounts: own, ...tried, product };
  return autopayPage({ ...facts, ...shown, key: newId(), formats: parts.formats });
}

async function show(parts: AutopayRouteParts, req: Request, res: Response): Promise<void> {
  const loan = await ownLoan(parts, req, res);
  const model = await modelOf(parts, { loan, page: pageNumber(req.query), form: emptyForm });
  await parts.pages.show(res, { view, model });
}

async function setUp(parts: AutopayRouteParts, req: Request, res: Response): Promise<void> {
  const loan = await ownLoan(parts, req, res);
  const parsed = parseForm(setUpForm, req.body);
  if (!parsed.ok) return invalid(parts, res, { loan, form: parsed.form });
  const { key, accountId } = parsed.value;
  const outcome = await parts.autopay.setUp({ ...orderOf(loan, res), key, accountId });
  await answer(parts, { req, res, loan, form: parsed.form }, { outcome, done: 'Autopay is set up.' });
}

async function changeAccount(parts: AutopayRouteParts, req: Request, res: Response): Promise<void> {
  const loan = await ownLoan(parts, req, res);
  const parsed = parseForm(changeAccountForm, req.body);
  if (!parsed.ok) return invalid(parts, res, { loan, form: parsed.form });
  const { version, accountId } = parsed.value;
  const outcome = await parts.autopay.changeAccount({ ...orderOf(loan, res), version, accountId });
  const done = 'Autopay takes from this account from now on.';
  await answer(parts, { req, res, loan, form: parsed.form }, { outcome, done });
}

async function cancel(parts: AutopayRouteParts, req: Request, res: Response): Promise<void> {
  const loan = await ownLoan(parts, req, res);
  const parsed = parseForm(cancelForm, req.body);
  if (!parsed.ok) return invalid(parts, res, { loan, form: parsed.form });
  const outcome = await parts.autopay.cancel({ ...orderOf(loan, res), ...parsed.value });
  const done = 'Autopay is cancelled. Pay each instalment yourself by its due date.';
  await answer(parts, { req, res, loan, form: parsed.form }, { outcome, done });
}

function orderOf({ _id: loanId, partyId }: Loan, res: Response) {
  return { actor: actor(res).userId, partyId, loanId };
}

async function invalid(parts: AutopayRouteParts, res: Response, facts: { loan: Loan; form: FormState }): Promise<void> {
  await parts.pages.invalid(res, { view, model: await modelOf(parts, { ...facts, page: 1 }) });
}

async function answer(
  parts: AutopayRouteParts,
  { req, res, loan, form }: { req: Request; res: Response; loan: Loan; form: FormState },
  { outcome, done }: { outcome: MandateOutcome; done: string },
): Promise<void> {
  if (outcome.ok) {
    flash(req, { kind: 'success', text: done });
    res.redirect(303, paths.loanAutopay(loan._id));
    return;
  }
  const { field, message, status } = explainMandate(outcome.refusal);
  const model = await modelOf(parts, { loan, page: 1, form: withError(form, field, message) });
  await parts.pages.refused(res, { view, model, status });
}
