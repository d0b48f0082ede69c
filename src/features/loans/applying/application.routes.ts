import { Router, type Request, type Response } from 'express';
import { actor, ownParty } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import { startForm, submitForm, versionForm } from './application.forms.ts';
import type { Application } from './application.model.ts';
import { ownApplication, reviewCards, type ApplicationRouteParts, type PageParts } from './application.pages.ts';
import { draftPage, productCards, stepFrame } from './application.view.ts';
import { isSent, statusPage } from './application-status.view.ts';
import { explainSubmit } from './application-refusals.ts';
import { missingSections } from './application-sections.ts';
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
  router.post('/loans/apply/:applicationId/withdraw', may, (req, res) => withdraw(parts, req, res));
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
  const { pages, formats } = parts;
  const application = await ownApplication(parts, ownParty(res), req.params.applicationId);
  if (!isSent(application)) {
    await pages.show(res, { view: 'loans/application', model: draftPage(application, formats) });
    return;
  }
  const model = { ...statusPage(application, formats), cards: await reviewCards(parts, application) };
  await pages.show(res, { view: 'loans/application-status', model });
}

async function reviewPage(parts: PageParts, application: Application, form: FormState) {
  return {
    ...stepFrame(application, { current: 'review', wrong: false }, parts.formats),
    cards: await reviewCards(parts, application),
    complete: missingSections(application).length === 0,
    form,
  };
}

async function showReview(parts: ApplicationRouteParts, req: Request, res: Response): Promise<void> {
  const application = await ownApplication(parts, ownParty(res), req.params.applicationId);
  if (application.state !== 'draft') {
    res.redirect(303, paths.application(application._id));
    return;
  }
  const model = await reviewPage(parts, application, emptyForm);
  await parts.pages.show(res, { view: 'loans/application-review', model });
}

async function submit(parts: ApplicationRouteParts, req: Request, res: Response): Promise<void> {
  const { applications, pages } = parts;
  const application = await ownApplication(parts, ownParty(res), req.params.applicationId);
  const view = 'loans/application-review';
  const parsed = parseForm(submitForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view, model: await reviewPage(parts, application, parsed.form) });
    return;
  }
  const sent = await applications.submit({
    actor: actor(res).userId,
    partyId: ownParty(res),
    applicationId: application._id,
    version: parsed.value.version,
    declared: { truthful: true, creditBureau: true },
  });
  // A form that was sent twice has done what was asked: its page is the one with the reference.
  if (sent.ok || application.state === 'submitted') {
    if (sent.ok)
      flash(req, { kind: 'success', text: `We have your application. Its reference is ${application.reference}.` });
    res.redirect(303, paths.application(application._id));
    return;
  }
  const explained = explainSubmit(sent.refusal);
  const model = await reviewPage(parts, application, withError(parsed.form, explained.field, explained.text));
  await pages.refused(res, { view, model });
}

async function withdraw(parts: ApplicationRouteParts, req: Request, res: Response): Promise<void> {
  const application = await ownApplication(parts, ownParty(res), req.params.applicationId);
  const parsed = parseForm(versionForm, req.body);
  if (!parsed.ok) {
    flash(req, {
      kind: 'warn',
      text: 'The application was not withdrawn. Please press the button on this page again.',
    });
    res.redirect(303, paths.application(application._id));
    return;
  }
  const { version } = parsed.value;
  const order = { actor: actor(res).userId, partyId: ownParty(res), applicationId: application._id, version };
  const withdrawn = await parts.applications.withdraw(order);
  flash(
    req,
    withdrawn.ok
      ? { kind: 'success', text: `Application ${application.reference} is withdrawn. Nothing is owed.` }
      : { kind: 'warn', text: 'This application can no longer be withdrawn. Nothing was changed.' },
  );
  res.redirect(303, paths.application(application._id));
}
