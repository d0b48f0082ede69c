import { Router, type Request, type Response } from 'express';
import { newId } from '#core/ids.ts';
import { bsonDate } from '#platform/clock.ts';
import { actor, ownParty } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Application } from '../applying/application.model.ts';
import { ownApplication, type ApplicationRouteParts } from '../applying/application.pages.ts';
import { answerProofForm, startProofForm } from './bank-proof.forms.ts';
import type { BankProofs } from './bank-proof.service.ts';
import { accountText, bankProofPage, explainAnswer, explainStart } from './bank-proof.view.ts';

export interface BankProofParts extends ApplicationRouteParts {
  bankProofs: BankProofs;
}

const view = 'loans/bank-proof/page';

/** `/loans/apply/:id/bank-proof`: a tiny payment that proves whose the bank account is. */
export function bankProofRoutes(parts: BankProofParts): Router {
  const router = Router();
  const may = permission('loan:apply');
  router.get('/loans/apply/:applicationId/bank-proof', may, async (req, res) => {
    const application = await own(parts, req, res);
    await parts.pages.show(res, { view, model: await page(parts, application, emptyForm) });
  });
  router.post('/loans/apply/:applicationId/bank-proof/start', may, (req, res) => start(parts, req, res));
  router.post('/loans/apply/:applicationId/bank-proof', may, (req, res) => answer(parts, req, res));
  return router;
}

function own(parts: BankProofParts, req: Request, res: Response): Promise<Application> {
  return ownApplication(parts, ownParty(res), req.params.applicationId);
}

async function page({ platform, applications, bankProofs }: BankProofParts, application: Application, form: FormState) {
  const { formats, clock } = platform;
  const [details, standing, statement] = await Promise.all([
    applications.openSection(application, 'bank'),
    bankProofs.standing(application),
    bankProofs.sandboxStatement(application),
  ]);
  return bankProofPage({
    ...{ application, standing, form, formats, key: newId(), now: bsonDate(clock.now()) },
    account: details && accountText(details),
    statement: statement && { amount: formats.moneyWithCurrency(statement.amount), text: statement.text },
  });
}

async function start(parts: BankProofParts, req: Request, res: Response): Promise<void> {
  const application = await own(parts, req, res);
  const parsed = parseForm(startProofForm, req.body);
  if (!parsed.ok) {
    await parts.pages.invalid(res, { view, model: await page(parts, application, parsed.form) });
    return;
  }
  const who = { actor: actor(res).userId, partyId: ownParty(res), applicationId: application._id };
  const started = await parts.bankProofs.start({ ...who, key: parsed.value.key });
  if (!started.ok) {
    const form = withError(emptyForm, 'form', explainStart(started.refusal, parts.platform.formats));
    await parts.pages.refused(res, { view, model: await page(parts, application, form) });
    return;
  }
  flash(req, { kind: 'success', text: 'The test payment is on its way to your bank account.' });
  res.redirect(303, paths.bankProof(application._id));
}

async function answer(parts: BankProofParts, req: Request, res: Response): Promise<void> {
  const { platform, pages, bankProofs } = parts;
  const application = await own(parts, req, res);
  const parsed = parseForm(answerProofForm(platform.currency), req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view, model: await page(parts, application, parsed.form) });
    return;
  }
  const who = { actor: actor(res).userId, partyId: ownParty(res), applicationId: application._id };
  const answered = await bankProofs.answer({ ...who, ...parsed.value });
  if (!answered.ok) {
    const { field, text } = explainAnswer(answered.refusal);
    const form = withError(parsed.form, field, text);
    const status = field === 'form' ? 409 : 422;
    await pages.refused(res, { view, model: await page(parts, application, form), status });
    return;
  }
  flash(req, { kind: 'success', text: 'Thank you. The bank account is proved.' });
  res.redirect(303, paths.bankProof(application._id));
}
