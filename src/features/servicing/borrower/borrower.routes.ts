import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import type { Ledger } from '#features/ledger/index.ts';
import {
  loanPeople,
  type Participants,
  type Applications,
  type Loan,
  type LoanTransaction,
} from '#features/loans/index.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { pageNumber } from '#web/paging.ts';
import { permission } from '#web/permission.ts';
import { tabOf } from './borrower.forms.ts';
import { currentLoan, dueOf } from './due.ts';
import { earlyRoutes } from './early.routes.ts';
import { loanListPage } from './loan-list.view.ts';
import { loanPage } from './loan.view.ts';
import { operationPage } from './operation.view.ts';
import { ownLoan, type LoanPageParts } from './own-loan.routes.ts';
import { payRoutes } from './pay.routes.ts';
import { receiptPage } from './receipt.view.ts';
import type { PartToCome } from './to-come.view.ts';

export interface BorrowerRouteParts extends LoanPageParts {
  applications: Pick<Applications, 'listOwn' | 'findOwn' | 'openWords'>;
  participants: Pick<Participants, 'listJoint'>;
  ledger: Pick<Ledger, 'journal'>;
}

/** Loan pages of the borrower. Mounted after the application's routes, so that `/loans/apply` is not taken for a loan. */
export function borrowerRoutes(parts: BorrowerRouteParts): Router {
  const router = Router();
  router.get('/loans', permission('loan:own'), (_req, res) => showLoans(parts, res));
  router.get('/loans/:loanId', permission('loan:own'), (req, res) => showLoan(parts, req, res));
  router.get('/loans/:loanId/payments/:key', permission('loan:own'), (req, res) => showReceipt(parts, req, res));
  router.get('/operations/:key', permission('operation:follow'), (req, res) => showOperation(parts, req, res));
  router.use(payRoutes(parts));
  router.use(earlyRoutes(parts));
  return router;
}

async function showLoans(parts: BorrowerRouteParts, res: Response) {
  const { servicing, applications, pages, formats } = parts;
  const partyId = ownParty(res);
  const [own, joint, loans, today] = await Promise.all([
    applications.listOwn(partyId),
    parts.participants.listJoint(partyId),
    servicing.listOwn(partyId),
    servicing.businessDate(),
  ]);
  const ofOthers = joint.map((one) => loanPeople.homeItem(one, formats));
  const model = { ...loanListPage({ applications: own, loans, today, formats }), ofOthers };
  await pages.show(res, { view: 'servicing/loans', model });
}

async function showLoan(parts: BorrowerRouteParts, req: Request, res: Response) {
  const { pages, formats } = parts;
  const told = await ownLoan(parts, req, res);
  const page = req.query.page === undefined ? undefined : pageNumber(req.query);
  const toCome = await partsToCome(parts, told.loan);
  const facts = { told, loan: currentLoan(told), due: dueOf(told), toCome, formats };
  const model = loanPage({ ...facts, tab: tabOf(req.query), page });
  await pages.show(res, { view: 'servicing/loan', model });
}

/** What the application still has to pay out of a loan that is paid out in parts; nothing for one that came otherwise. */
async function partsToCome({ applications }: BorrowerRouteParts, loan: Loan): Promise<PartToCome[]> {
  const application = await applications.findOwn(loan.partyId, loan.applicationId);
  if (application?.state !== 'part-disbursed') return [];
  const { plan } = await applications.openWords(application);
  return plan.filter(({ paid }) => paid === null);
}

async function showReceipt(parts: BorrowerRouteParts, req: Request, res: Response) {
  const told = await ownLoan(parts, req, res);
  const { partyId, _id: loanId } = told.loan;
  const payment = await parts.servicing.payment({ partyId, loanId, key: pathParameter(req.params.key) });
  if (!payment) throw notFound('Payment');
  const account = await parts.accounts.findOwn(partyId, payment.accountId);
  const model = receiptPage({ told, loan: currentLoan(told), payment, account, formats: parts.formats });
  await parts.pages.show(res, { view: 'servicing/receipt', model });
}

/** Somebody else's order answers exactly as one that nobody sent. */
async function showOperation(parts: BorrowerRouteParts, req: Request, res: Response) {
  const { ledger, servicing, pages, formats } = parts;
  const { userId } = actor(res);
  const key = pathParameter(req.params.key);
  const [found, done] = await Promise.all([ledger.journal(key), servicing.operation(key)]);
  const journal = found?.actor === userId ? found : undefined;
  const transaction = done?.actor === userId ? done : undefined;
  const reader = readerOf(res, transaction);
  const model = operationPage({ key, journal, transaction, reader, formats });
  await pages.show(res, { view: 'servicing/operation', model, status: journal || transaction ? 200 : 404 });
}

function readerOf(res: Response, transaction: LoanTransaction | undefined): 'borrower' | 'staff' {
  return transaction && transaction.partyId === actor(res).partyId ? 'borrower' : 'staff';
}
