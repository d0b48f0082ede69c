import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import type { Formats } from '#core/format.ts';
import { newId } from '#core/ids.ts';
import type { Accounts } from '#features/accounts/index.ts';
import type { Ledger } from '#features/ledger/index.ts';
import type { Applications, Loan } from '#features/loans/index.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import type { Pages } from '#web/render.ts';
import { loanListPage } from './loan-list.view.ts';
import { loanPage } from './loan.view.ts';
import { operationPage } from './operation.view.ts';
import { explainPayment } from './payment-refusals.ts';
import { payPage, receiptPage } from './payment.view.ts';
import { loanPlace, payForm } from './servicing.forms.ts';
import type { Servicing } from './servicing.service.ts';

export interface ServicingRouteParts {
  servicing: Servicing;
  accounts: Pick<Accounts, 'listOwn' | 'findOwn'>;
  applications: Pick<Applications, 'listOwn'>;
  ledger: Pick<Ledger, 'journal'>;
  pages: Pages;
  formats: Formats;
}

/** Loan pages of the borrower. Mounted after the application's routes, so that `/loans/apply` is not taken for a loan. */
export function servicingRoutes(parts: ServicingRouteParts): Router {
  const router = Router();
  router.get('/loans', permission('loan:own'), (_req, res) => showLoans(parts, res));
  router.get('/loans/:loanId', permission('loan:own'), (req, res) => showLoan(parts, req, res));
  router.get('/loans/:loanId/pay', permission('instalment:pay'), (req, res) => showPay(parts, req, res));
  router.post('/loans/:loanId/pay', permission('instalment:pay'), (req, res) => pay(parts, req, res));
  router.get('/loans/:loanId/payments/:key', permission('loan:own'), (req, res) => showReceipt(parts, req, res));
  router.get('/operations/:key', permission('operation:follow'), (req, res) => showOperation(parts, req, res));
  return router;
}

async function ownLoan({ servicing }: ServicingRouteParts, req: Request, res: Response): Promise<Loan> {
  const loan = await servicing.findOwn(ownParty(res), pathParameter(req.params.loanId));
  if (!loan) throw notFound('Loan');
  return loan;
}

async function showLoans({ servicing, applications, pages, formats }: ServicingRouteParts, res: Response) {
  const partyId = ownParty(res);
  const [own, loans, today] = await Promise.all([
    applications.listOwn(partyId),
    servicing.listOwn(partyId),
    servicing.businessDate(),
  ]);
  const model = loanListPage({ applications: own, loans, today, formats });
  await pages.show(res, { view: 'servicing/loans', model });
}

const recentShown = 5;

async function showLoan(parts: ServicingRouteParts, req: Request, res: Response) {
  const { servicing, pages, formats } = parts;
  const loan = await ownLoan(parts, req, res);
  const place = loanPlace(req.query);
  const wanted =
    place.tab === 'payments' ? { page: pageNumber(req.query), size: pageSize } : { page: 1, size: recentShown };
  const [history, today] = await Promise.all([
    servicing.transactions({ partyId: loan.partyId, loanId: loan._id }, wanted),
    servicing.businessDate(),
  ]);
  const model = loanPage({ loan, today, ...place, page: wanted.page, ...history, formats });
  await pages.show(res, { view: 'servicing/loan', model });
}

async function payModel(parts: ServicingRouteParts, facts: { loan: Loan; sent?: FormState }) {
  const { servicing, accounts, formats } = parts;
  const [own, today] = await Promise.all([accounts.listOwn(facts.loan.partyId), servicing.businessDate()]);
  return payPage({ ...facts, accounts: own, today, key: newId(), formats });
}

async function showPay(parts: ServicingRouteParts, req: Request, res: Response) {
  const loan = await ownLoan(parts, req, res);
  const model = await payModel(parts, { loan });
  if (!model) res.redirect(303, paths.loan(loan._id));
  else await parts.pages.show(res, { view: 'servicing/pay', model });
}

async function pay(parts: ServicingRouteParts, req: Request, res: Response) {
  const { servicing, pages, formats } = parts;
  const loan = await ownLoan(parts, req, res);
  const parsed = parseForm(payForm(loan.currency), req.body);
  if (!parsed.ok) {
    const model = (await payModel(parts, { loan, sent: parsed.form })) ?? closedModel(loan, parsed.form);
    await pages.invalid(res, { view: 'servicing/pay', model });
    return;
  }
  const order = { actor: actor(res).userId, partyId: loan.partyId, loanId: loan._id, ...parsed.value };
  const outcome = await servicing.payInstalment(order);
  if (outcome.ok) {
    res.redirect(303, paths.receipt(loan._id, outcome.value.key));
    return;
  }
  const { field, message, status } = explainPayment(outcome.refusal, formats);
  const sent = withError(parsed.form, field, message);
  // Read again: a refusal often means that the loan is not what the page showed.
  const fresh = await ownLoan(parts, req, res);
  const model = (await payModel(parts, { loan: fresh, sent })) ?? closedModel(fresh, sent);
  await pages.refused(res, { view: 'servicing/pay', model, status });
}

/** The page after a refusal on a loan that has nothing left to pay: only the sentence and the way back. */
function closedModel(loan: Loan, form: FormState) {
  return {
    title: 'Nothing left to pay',
    head: { title: 'Nothing left to pay', sub: `${loan.productName} ${loan.number}` },
    form,
    back: paths.loan(loan._id),
  };
}

async function showReceipt(parts: ServicingRouteParts, req: Request, res: Response) {
  const loan = await ownLoan(parts, req, res);
  const { partyId, _id: loanId } = loan;
  const payment = await parts.servicing.payment({ partyId, loanId, key: pathParameter(req.params.key) });
  if (!payment) throw notFound('Payment');
  const account = await parts.accounts.findOwn(partyId, payment.accountId);
  const model = receiptPage({ loan, payment, account, formats: parts.formats });
  await parts.pages.show(res, { view: 'servicing/receipt', model });
}

/** Somebody else's order answers exactly as one that nobody sent. */
async function showOperation(parts: ServicingRouteParts, req: Request, res: Response) {
  const { ledger, servicing, pages, formats } = parts;
  const { userId, partyId } = actor(res);
  const key = pathParameter(req.params.key);
  const found = await ledger.journal(key);
  const journal = found?.actor === userId ? found : undefined;
  const payment = journal && partyId !== undefined ? await servicing.payment({ partyId, key }) : undefined;
  const model = operationPage({ key, journal, payment, formats });
  await pages.show(res, { view: 'servicing/operation', model, status: journal ? 200 : 404 });
}
