import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import type { Formats } from '#core/format.ts';
import { newId } from '#core/ids.ts';
import { unreachable } from '#core/assert.ts';
import type { Accounts } from '#features/accounts/index.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import type { Pages } from '#web/render.ts';
import type { Told } from '../life/act.service.ts';
import type { Servicing } from '../servicing.service.ts';
import { incomingForm } from './incoming.forms.ts';
import { transferPage, transferStatePage } from './incoming.view.ts';

type Rail = Accounts['rail'];

export interface IncomingRouteParts {
  servicing: Pick<Servicing, 'tell' | 'transaction'>;
  accounts: { rail: Pick<Rail, 'receiveForLoan' | 'findLoanTransfer' | 'terms'> };
  pages: Pages;
  formats: Formats;
}

const view = 'servicing/incoming/transfer';

/** `/loans/:loanId/transfer`: paying from another bank, and where such a payment is. */
export function incomingRoutes(parts: IncomingRouteParts): Router {
  const router = Router();
  router.get('/loans/:loanId/transfer', permission('instalment:pay'), async (req, res) => {
    const told = await ownLoan(parts, req, res);
    await parts.pages.show(res, { view, model: modelOf(parts, { told, form: emptyForm }) });
  });
  router.post('/loans/:loanId/transfer', permission('instalment:pay'), (req, res) => receive(parts, req, res));
  router.get('/loans/:loanId/transfer/:key', permission('instalment:pay'), (req, res) => showState(parts, req, res));
  return router;
}

async function ownLoan({ servicing }: IncomingRouteParts, req: Request, res: Response): Promise<Told> {
  const told = await servicing.tell({ loanId: pathParameter(req.params.loanId), partyId: ownParty(res) });
  if (!told) throw notFound('Loan');
  return told;
}

function modelOf({ accounts, formats }: IncomingRouteParts, facts: { told: Told; form: FormState }) {
  return transferPage({ ...facts, key: newId(), terms: accounts.rail.terms('in', facts.told.loan.currency), formats });
}

async function receive(parts: IncomingRouteParts, req: Request, res: Response): Promise<void> {
  const told = await ownLoan(parts, req, res);
  const { _id: id, number, partyId, currency } = told.loan;
  const parsed = parseForm(incomingForm(currency), req.body);
  if (!parsed.ok) {
    await parts.pages.invalid(res, { view, model: modelOf(parts, { told, form: parsed.form }) });
    return;
  }
  const { userId } = actor(res);
  const order = { ...parsed.value, actor: userId, partyId, loan: { id, number }, currency };
  const outcome = await parts.accounts.rail.receiveForLoan(order);
  if (outcome.ok) {
    res.redirect(303, paths.loanTransferState(id, outcome.value.key));
    return;
  }
  const [field, message] = explain(outcome.refusal, parts.formats);
  const form = withError(parsed.form, field, message);
  await parts.pages.refused(res, { view, model: modelOf(parts, { told, form }) });
}

type Refusal = Extract<Awaited<ReturnType<Rail['receiveForLoan']>>, { ok: false }>['refusal'];

function explain(refusal: Refusal, formats: Formats): [field: 'amount' | 'form', message: string] {
  switch (refusal.code) {
    case 'over-rail-limit': {
      const limit = formats.moneyWithCurrency(refusal.limit);
      return ['amount', `One transfer can be at most ${limit}. Nothing was booked; send several smaller ones.`];
    }
    case 'key-reused':
      return [
        'form',
        'This form was sent before with another amount. Nothing more was booked; look at your loan first.',
      ];
    case 'not-booked':
      return [
        'amount',
        'This is more than is owed, so that the whole transfer went back. Nothing was booked; send what is owed.',
      ];
    default:
      return unreachable(refusal);
  }
}

async function showState(parts: IncomingRouteParts, req: Request, res: Response): Promise<void> {
  const told = await ownLoan(parts, req, res);
  const key = pathParameter(req.params.key);
  const payment = await parts.accounts.rail.findLoanTransfer({ key, loanId: told.loan._id });
  if (!payment) throw notFound('Payment');
  const receipt = await parts.servicing.transaction({ loanId: told.loan._id, key });
  const model = transferStatePage({ loan: told.loan, payment, receipt, formats: parts.formats });
  const status = payment.state === 'pending' && payment.railReference === null ? 202 : 200;
  await parts.pages.show(res, { view: 'servicing/incoming/state', model, status });
}
