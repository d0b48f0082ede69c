import { Router, type Request, type Response } from 'express';
import { Fault } from '#core/errors.ts';
import { actor, ownParty } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import { startForm, submitForm } from './application.forms.ts';
import { ownApplication, reviewCards, type ApplicationRouteParts, type PageParts } from './application.pages.ts';
import { isEditable } from './application-states.ts';
import { bankProofRow } from '../bank-proof/bank-proof.view.ts';
import { draftPage, productCards } from './application.view.ts';
import { isSent, statusPage } from './application-status.view.ts';
import { ownScore } from './own-score.pages.ts';
import { explainSubmit } from './application-refusals.ts';
import { reviewPage } from './review.pages.ts';
import { sectionRoutes } from './application-section.routes.ts';
import { estimateRoutes } from './estimate.routes.ts';

/** `/loans/apply` and all that lies under it but the offer, and `/loans/estimate`. */
export function applicationRoutes(parts: ApplicationRouteParts): Router {
  const router = Router();
  const may = permission('loan:apply');
  router.use(estimateRoutes(parts));
  router.get('/loans/apply', may, async (_req, res) => {
    const model = await choicePage(parts, ownParty(res), emptyForm);
    await parts.pages.show(res, { view: 'loans/apply', model });
  });
  router.post('/loans/apply', may, (req, res) => start(parts, req, res));
  router.get('/loans/apply/:applicationId', may, (req, res) => showApplication(parts, req, res));
  router.get('/loans/apply/:applicationId/review', may, (req, res) => showReview(parts, req, res));
  router.post('/loans/apply/:applicationId/review', may, (req, res) => submit(parts, req, res));
  router.use(sectionRoutes(parts));
  return router;
}

async function choicePage({ products, applications, formats }: PageParts, partyId: string, form: FormState) {
  const [live, own] = await Promise.all([products.live(), applications.listOwn(partyId)]);
  const drafts = own.filter((application) => application.state === 'draft');
  return {
    title: 'Apply for a loan',
    crumbs: [{ text: 'Loans', href: paths.loans }, { text: 'Apply for a loan' }],
    cards: productCards(live, drafts, formats),
    form,
  };
}

async function start(parts: ApplicationRouteParts, req: Request, res: Response): Promise<void> {
  const { applications, pages } = parts;
  const partyId = ownParty(res);
  const parsed = parseForm(startForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view: 'loans/apply', model: await choicePage(parts, partyId, parsed.form) });
    return;
  }
  const { userId, branchId } = actor(res);
  const started = await applications.start({ actor: userId, partyId, branchId, productCode: parsed.value.product });
  if (!started.ok) {
    const form = withError(parsed.form, 'form', 'We do not offer this loan. Choose one of those below');
    const model = await choicePage(parts, partyId, form);
    await pages.refused(res, { view: 'loans/apply', model, status: 422 });
    return;
  }
  res.redirect(303, paths.application(started.value._id));
}

async function showApplication(parts: ApplicationRouteParts, req: Request, res: Response): Promise<void> {
  const { pages, formats, applications } = parts;
  const application = await ownApplication(parts, ownParty(res), req.params.applicationId);
  if (!isSent(application) || isEditable(application.state)) {
    const standing = await parts.bankProofs.standing(application);
    const proof = bankProofRow(application, standing);
    const known = await applications.progress(application);
    const model = draftPage(application, { known, proof, formats });
    await pages.show(res, { view: 'loans/application', model });
    return;
  }
  const { conditions } = await applications.openWords(application);
  const model = {
    ...statusPage(application, { formats, now: parts.platform.clock.now(), conditions }),
    cards: await reviewCards(parts, application),
    score: await ownScore(parts, application),
  };
  await pages.show(res, { view: 'loans/application-status', model });
}

async function showReview(parts: ApplicationRouteParts, req: Request, res: Response): Promise<void> {
  const application = await ownApplication(parts, ownParty(res), req.params.applicationId);
  if (!isEditable(application.state)) {
    res.redirect(303, paths.application(application._id));
    return;
  }
  const model = await reviewPage(parts, application, emptyForm);
  await parts.pages.show(res, { view: 'loans/application-review', model });
}

const changedElsewhere =
  'This application was changed in another window, on another device, or by somebody who applies with you. Nothing was sent. Look through it again and send it then';

async function submit(parts: ApplicationRouteParts, req: Request, res: Response): Promise<void> {
  const { applications, pages } = parts;
  const application = await ownApplication(parts, ownParty(res), req.params.applicationId);
  const view = 'loans/application-review';
  const parsed = parseForm(submitForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view, model: await reviewPage(parts, application, parsed.form) });
    return;
  }
  const order = { actor: actor(res).userId, partyId: ownParty(res), applicationId: application._id };
  const declared = { truthful: true, creditBureau: true, marketing: parsed.value.marketing === 'yes' };
  try {
    const sent = await applications.submit({ ...order, version: parsed.value.version, declared });
    // A form that was sent twice has done what was asked: its page is the one with the reference.
    if (sent.ok || application.state === 'submitted') {
      const text = `We have your application. Its reference is ${application.reference}.`;
      if (sent.ok) flash(req, { kind: 'success', text });
      res.redirect(303, paths.application(application._id));
      return;
    }
    const { field, text } = explainSubmit(sent.refusal);
    const model = await reviewPage(parts, application, withError(parsed.form, field, text));
    await pages.refused(res, { view, model });
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'conflict') throw error;
    const now = await ownApplication(parts, ownParty(res), application._id);
    const model = await reviewPage(parts, now, withError(parsed.form, 'form', changedElsewhere));
    await pages.refused(res, { view, model });
  }
}
