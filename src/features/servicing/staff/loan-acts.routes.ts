import { Router, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { Fault, notFound } from '#core/errors.ts';
import { formatsIn } from '#core/format.ts';
import { newId } from '#core/ids.ts';
import { may } from '#core/roles.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { formOf, withError, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import { explainAct } from '../life/refusals.ts';
import type { Foreseen } from '../life/foresee.ts';
import { checkPage, enterPage } from './act.view.ts';
import { fieldValues, isConfirmed, readAct, startValues } from './acts.forms.ts';
import { actFacts, isActName, type ActName } from './acts.ts';
import { comingDueDates } from './loan-record.service.ts';
import { forTwo } from './second-person.ts';
import type { StaffLoanParts } from './staff-loan.pages.ts';

const view = 'servicing/staff/act';

/** `/staff/loans/:id/:act`: enter, see what would come of it, confirm. Mounted after the loan's own pages. */
export function loanActRoutes(parts: StaffLoanParts): Router {
  const router = Router();
  const path = '/staff/loans/:loanId/:act';
  router.get(path, permission('loan:service'), mayDo, (req, res) => showForm(parts, req, res));
  router.post(path, permission('loan:service'), mayDo, (req, res) => receive(parts, req, res));
  return router;
}

/** Some acts ask for more than most: the address says which. */
const mayDo: RequestHandler = (req: Request, res: Response, next: NextFunction) => {
  const name = pathParameter(req.params.act);
  if (!isActName(name)) throw notFound('Page');
  const needed = actFacts[name].permission;
  if (!may(actor(res), needed)) throw new Fault('forbidden', `Needs the permission ${needed}`);
  next();
};

interface Desk {
  name: ActName;
  loanId: string;
  facts: Awaited<ReturnType<typeof factsOf>>;
}

async function deskOf(parts: StaffLoanParts, req: Request, res: Response): Promise<Desk> {
  const name = pathParameter(req.params.act);
  if (!isActName(name)) throw notFound('Page');
  const loanId = pathParameter(req.params.loanId);
  return { name, loanId, facts: await factsOf(parts, { loanId, name, res }) };
}

async function factsOf(
  { loanDesk, formats }: StaffLoanParts,
  { loanId, name, res }: { loanId: string; name: ActName; res: Response },
) {
  const { told, borrower } = await loanDesk.records.record({ loanId, actor: actor(res) });
  const reversible = loanDesk.records.reversible(told, name === 'bounce' ? 'incoming' : 'any').toReversed();
  return { told, borrower, reversible, dueDates: comingDueDates(told), formats };
}

async function showForm(parts: StaffLoanParts, req: Request, res: Response) {
  const { name, facts } = await deskOf(parts, req, res);
  const { told, dueDates } = facts;
  const { currency } = told.loan;
  const values = startValues(name, { today: told.today.toString(), dueOn: dueDates[0], query: req.query, currency });
  const model = enterPage(name, { ...facts, form: formOf(values), closed: whyClosed(name, facts) });
  await parts.pages.show(res, { view, model });
}

/** Why there is no form: a sentence, and the way back. */
function whyClosed(name: ActName, { told, reversible }: Desk['facts']): string | undefined {
  const { state } = told.loan;
  if (name === 'undo' || name === 'bounce')
    return reversible.length > 0 ? undefined : 'This loan has no transaction that can be undone.';
  if (name === 'recovery')
    return state === 'written-off' ? undefined : 'Only a loan that was written off has recoveries.';
  return state === 'active' ? undefined : 'This loan does not run any more.';
}

async function receive(parts: StaffLoanParts, req: Request, res: Response) {
  const desk = await deskOf(parts, req, res);
  const { name, facts } = desk;
  const { currency } = facts.told.loan;
  const sent = readAct(name, req.body, currency);
  const values = fieldValues(name, sent.form, currency);
  if (wantsChange(req.body)) {
    await showEntered(parts, res, { desk, form: formOf(values), status: 200 });
    return;
  }
  if (!sent.asked) {
    await showEntered(parts, res, { desk, form: { values, errors: sent.form.errors }, status: 422 });
    return;
  }
  if (isConfirmed(req.body)) await confirm(parts, { req, res, desk, sent: { ...sent, asked: sent.asked }, values });
  else await showCheck(parts, { res, desk, asked: sent.asked, values, error: undefined });
}

function wantsChange(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'step' in body && body.step === 'change';
}

async function showEntered(
  { pages }: StaffLoanParts,
  res: Response,
  { desk, form, status }: { desk: Desk; form: FormState; status: 200 | 409 | 422 },
) {
  const { name, facts } = desk;
  const model = enterPage(name, { ...facts, form, closed: whyClosed(name, facts) });
  if (status === 200) await pages.show(res, { view, model });
  else await pages.refused(res, { view, model, status });
}

type Asked = NonNullable<ReturnType<typeof readAct>['asked']>;

async function showCheck(
  parts: StaffLoanParts,
  to: { res: Response; desk: Desk; asked: Asked; values: Record<string, string>; error: string | undefined },
) {
  const { res, desk, asked, values, error } = to;
  const { loanId, facts } = desk;
  const order = { loanId, actor: actor(res), act: asked.act, ...(asked.on ? { on: asked.on } : {}) };
  const outcome = await parts.loanDesk.acts.foresee(order);
  if (!outcome.ok) {
    const formats = formatsIn(facts.told.loan.currency, parts.formats);
    const { field, message, status } = explainAct(outcome.refusal, formats);
    await showEntered(parts, res, { desk, form: withError(formOf(values), fieldOf(field, values), message), status });
    return;
  }
  await showForeseen(parts, { res, desk, foreseen: outcome.value, asked, values, error });
}

async function showForeseen(
  { loanDesk, pages }: StaffLoanParts,
  to: {
    res: Response;
    desk: Desk;
    foreseen: Foreseen;
    asked: Asked;
    values: Record<string, string>;
    error: string | undefined;
  },
) {
  const { res, desk, foreseen, asked, values, error } = to;
  const decided = forTwo(asked.act, { told: foreseen.told, on: asked.on }) ? 'by-a-second-person' : 'at-once';
  const chart = await loanDesk.chart(foreseen.postings.map(({ account }) => account));
  const form = error === undefined ? formOf({}) : withError(formOf({}), 'form', error);
  const model = checkPage(desk.name, { ...desk.facts, foreseen, chart, form, values, key: newId(), decided });
  if (error === undefined) await pages.show(res, { view, model });
  else await pages.refused(res, { view, model });
}

/** A sentence at a field of this form; about anything else it is one of the whole form. */
function fieldOf(field: string, values: Record<string, string>): string {
  return field in values ? field : 'form';
}

async function confirm(
  parts: StaffLoanParts,
  by: {
    req: Request;
    res: Response;
    desk: Desk;
    sent: { asked: Asked; form: FormState; key: string; version: number };
    values: Record<string, string>;
  },
) {
  const { req, res, desk, sent, values } = by;
  const { asked, key, version } = sent;
  const outcome = await parts.loanDesk.acts.submit({ ...asked, key, version, loanId: desk.loanId, actor: actor(res) });
  if (!outcome.ok) {
    // Shown anew as the loan is now, with a fresh key.
    const fresh = await deskOf(parts, req, res);
    await showCheck(parts, { res, desk: fresh, asked, values, error: outcome.refusal.message });
    return;
  }
  const { done, asked: waits } = actFacts[desk.name];
  if (outcome.value.done === 'asked') {
    flash(req, { kind: 'info', text: `${waits}. Nothing is changed until then.` });
    res.redirect(303, paths.approval(outcome.value.request));
    return;
  }
  flash(req, { kind: 'success', text: `${done}.` });
  res.redirect(303, paths.staffLoanTab(desk.loanId, 'transactions'));
}
