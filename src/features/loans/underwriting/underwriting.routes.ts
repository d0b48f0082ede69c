import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import type { Formats } from '#core/format.ts';
import type { Platform } from '#platform/platform.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { parseForm, withError } from '#web/forms.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Pages } from '#web/render.ts';
import { approveForm, queueQuery, rejectForm } from './underwriting.forms.ts';
import { queuePage } from './underwriting-queue.view.ts';
import { explainDecision, explainRetry } from './underwriting-refusals.ts';
import { reviewPage, type ReviewForms } from './underwriting-review.view.ts';
import type { DecisionRefusal } from './underwriting.rules.ts';
import type { Underwriting } from './underwriting.service.ts';

export interface UnderwritingRouteParts {
  underwriting: Underwriting;
  platform: Pick<Platform, 'clock' | 'currency'>;
  pages: Pages;
  formats: Formats;
}

/** `/officer`: the queue, a file, and what an officer decides on it. */
export function underwritingRoutes(parts: UnderwritingRouteParts): Router {
  const router = Router();
  const file = '/officer/applications/:applicationId';
  router.get('/officer', permission('application:review'), (req, res) => showQueue(parts, req, res));
  router.get(file, permission('application:review'), async (req, res) => {
    await parts.pages.show(res, { view: 'officer/application', model: await page(parts, req, res, {}) });
  });
  router.post(`${file}/approve`, permission('application:decide'), (req, res) => approve(parts, req, res));
  router.post(`${file}/reject`, permission('application:decide'), (req, res) => reject(parts, req, res));
  router.post(`${file}/pay-out`, permission('application:decide'), (req, res) => payOut(parts, req, res));
  return router;
}

async function showQueue(
  { underwriting, platform, pages, formats }: UnderwritingRouteParts,
  req: Request,
  res: Response,
) {
  const { state, product: productCode } = queueQuery.parse(req.query);
  const page = pageNumber(req.query);
  const queue = await underwriting.queue({ page, size: pageSize, state, productCode });
  const model = queuePage({ queue, state, productCode, page, now: platform.clock.now(), formats });
  await pages.show(res, { view: 'officer/queue', model });
}

async function page(
  { underwriting, formats }: UnderwritingRouteParts,
  req: Request,
  res: Response,
  forms: ReviewForms,
) {
  const officer = actor(res);
  const review = await underwriting.findForReview(pathParameter(req.params.applicationId), officer);
  if (!review) throw notFound('Application');
  return reviewPage(review, { ...forms, userId: officer.userId, formats });
}

async function approve(parts: UnderwritingRouteParts, req: Request, res: Response): Promise<void> {
  const { underwriting, platform, pages } = parts;
  const parsed = parseForm(approveForm(platform.currency), req.body);
  if (!parsed.ok) {
    const model = await page(parts, req, res, { failed: { which: 'approve', form: parsed.form } });
    await pages.invalid(res, { view: 'officer/application', model });
    return;
  }
  const applicationId = pathParameter(req.params.applicationId);
  const approved = await underwriting.approve({ actor: actor(res), applicationId, ...parsed.value });
  if (!approved.ok) {
    await refused(parts, req, res, { refusal: approved.refusal, failed: { which: 'approve', form: parsed.form } });
    return;
  }
  flash(req, {
    kind: 'success',
    text: `Application ${approved.value.reference} is approved. The borrower has the offer.`,
  });
  res.redirect(303, paths.officerApplication(applicationId));
}

async function reject(parts: UnderwritingRouteParts, req: Request, res: Response): Promise<void> {
  const { underwriting, pages } = parts;
  const parsed = parseForm(rejectForm, req.body);
  if (!parsed.ok) {
    const model = await page(parts, req, res, { failed: { which: 'reject', form: parsed.form } });
    await pages.invalid(res, { view: 'officer/application', model });
    return;
  }
  const { rejectionNote: note, ...answers } = parsed.value;
  const applicationId = pathParameter(req.params.applicationId);
  const rejected = await underwriting.reject({ actor: actor(res), applicationId, ...answers, note });
  if (!rejected.ok) {
    await refused(parts, req, res, { refusal: rejected.refusal, failed: { which: 'reject', form: parsed.form } });
    return;
  }
  flash(req, {
    kind: 'success',
    text: `Application ${rejected.value.reference} is rejected. The borrower is told why.`,
  });
  res.redirect(303, paths.officerApplication(applicationId));
}

async function refused(
  parts: UnderwritingRouteParts,
  req: Request,
  res: Response,
  outcome: { refusal: DecisionRefusal; failed: NonNullable<ReviewForms['failed']> },
): Promise<void> {
  const { field, text, status } = explainDecision(outcome.refusal, parts.formats);
  const { which, form } = outcome.failed;
  const model = await page(parts, req, res, { failed: { which, form: withError(form, field, text) } });
  await parts.pages.refused(res, { view: 'officer/application', model, status });
}

async function payOut({ underwriting, formats }: UnderwritingRouteParts, req: Request, res: Response): Promise<void> {
  const applicationId = pathParameter(req.params.applicationId);
  const paid = await underwriting.retryDisbursal({ actor: actor(res), applicationId });
  flash(
    req,
    paid.ok
      ? { kind: 'success', text: 'The loan is paid out. The borrower is told.' }
      : { kind: 'danger', text: explainRetry(paid.refusal, formats) },
  );
  res.redirect(303, paths.officerApplication(applicationId));
}
