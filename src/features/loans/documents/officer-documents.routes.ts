import { Fault } from '#core/errors.ts';
import { Router, type Request, type Response } from 'express';
import type { Formats } from '#core/format.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Pages } from '#web/render.ts';
import { sendContent } from '#web/send-document.ts';
import { rejectForm, removeForm, requestForm, verifyForm } from './document.forms.ts';
import { explainJudging, explainOpening, explainRequest } from './document-refusals.ts';
import { inSentence } from './document-texts.ts';
import type { ApplicationDocuments } from './documents.service.ts';
import { officerDocumentsPage, warningPage } from './officer-documents.view.ts';

export interface OfficerDocumentRouteParts {
  applicationDocuments: ApplicationDocuments;
  pages: Pages;
  formats: Formats;
}

const views = { list: 'officer/documents/list', warning: 'officer/documents/warning' } as const;

/** `/officer/applications/:id/documents`: reading, judging, asking for another. */
export function officerDocumentRoutes(parts: OfficerDocumentRouteParts): Router {
  const router = Router();
  const may = permission('application:review');
  const here = '/officer/applications/:applicationId/documents';
  router.get(here, may, async (req, res) => {
    await parts.pages.show(res, { view: views.list, model: await page(parts, req, emptyForm) });
  });
  router.post(`${here}/request`, may, (req, res) => request(parts, req, res));
  router.post(`${here}/:documentId/verify`, may, (req, res) => verify(parts, req, res));
  router.post(`${here}/:documentId/reject`, may, (req, res) => reject(parts, req, res));
  router.get(`${here}/:documentId/file`, may, (req, res) => download(parts, req, res));
  router.post(`${here}/:documentId/file`, may, (req, res) => downloadAtRisk(parts, req, res));
  return router;
}

async function page({ applicationDocuments, formats }: OfficerDocumentRouteParts, req: Request, form: FormState) {
  const file = await applicationDocuments.ofFile(pathParameter(req.params.applicationId));
  return officerDocumentsPage({ ...file, formats, form });
}

const idsOf = (req: Request) => ({
  applicationId: pathParameter(req.params.applicationId),
  documentId: pathParameter(req.params.documentId),
});

async function verify(parts: OfficerDocumentRouteParts, req: Request, res: Response): Promise<void> {
  const parsed = parseForm(verifyForm, req.body);
  const ids = idsOf(req);
  if (!parsed.ok) {
    await parts.pages.invalid(res, { view: views.list, model: await page(parts, req, parsed.form) });
    return;
  }
  const judged = await parts.applicationDocuments.verify({ actor: actor(res), ...ids, ...parsed.value });
  if (!judged.ok) {
    const form = { values: {}, errors: { form: explainJudging(judged.refusal) } };
    await parts.pages.refused(res, { view: views.list, model: await page(parts, req, form) });
    return;
  }
  flash(req, { kind: 'success', text: `Verified: ${inSentence(judged.value.kind)}.` });
  res.redirect(303, paths.officerDocuments(ids.applicationId));
}

async function reject(parts: OfficerDocumentRouteParts, req: Request, res: Response): Promise<void> {
  const { pages, applicationDocuments } = parts;
  const parsed = parseForm(rejectForm, req.body);
  const ids = idsOf(req);
  // Several of these forms stand on the page, so that each field has a name of its own there.
  const at = `reason-${ids.documentId}`;
  const values = { [at]: parsed.form.values.reason ?? '' };
  if (!parsed.ok) {
    const { reason = parsed.form.errors.form ?? 'Open the page again' } = parsed.form.errors;
    const model = await page(parts, req, { values, errors: { [at]: reason } });
    await pages.invalid(res, { view: views.list, model });
    return;
  }
  const judged = await applicationDocuments.reject({ actor: actor(res), ...ids, ...parsed.value });
  if (!judged.ok) {
    const form = { values, errors: { form: explainJudging(judged.refusal) } };
    await pages.refused(res, { view: views.list, model: await page(parts, req, form) });
    return;
  }
  flash(req, { kind: 'success', text: `Rejected: ${inSentence(judged.value.kind)}. The borrower is told why.` });
  res.redirect(303, paths.officerDocuments(ids.applicationId));
}

async function request(parts: OfficerDocumentRouteParts, req: Request, res: Response): Promise<void> {
  const { pages, applicationDocuments } = parts;
  const parsed = parseForm(requestForm, req.body);
  const { applicationId } = idsOf(req);
  if (!parsed.ok) {
    await pages.invalid(res, { view: views.list, model: await page(parts, req, parsed.form) });
    return;
  }
  const asked = await applicationDocuments.request({ actor: actor(res), applicationId, ...parsed.value });
  if (!asked.ok) {
    const form = { values: parsed.form.values, errors: { kind: explainRequest(asked.refusal) } };
    await pages.refused(res, { view: views.list, model: await page(parts, req, form) });
    return;
  }
  flash(req, { kind: 'success', text: 'The request is sent. It stands on the borrower’s documents page.' });
  res.redirect(303, paths.officerDocuments(applicationId));
}

async function download(parts: OfficerDocumentRouteParts, req: Request, res: Response): Promise<void> {
  const { applicationDocuments, pages, formats } = parts;
  const ids = idsOf(req);
  const opened = await applicationDocuments.open({ actor: actor(res), ...ids, risk: 'none' });
  if (opened.ok) {
    await sendContent(res, opened.value);
    return;
  }
  if (opened.refusal.code === 'quarantined') {
    const { application } = await applicationDocuments.ofFile(ids.applicationId);
    const document = await applicationDocuments.find(ids);
    await pages.show(res, { view: views.warning, model: warningPage({ application, document, formats }) });
    return;
  }
  flash(req, { kind: 'warn', text: explainOpening(opened.refusal) });
  res.redirect(303, paths.officerDocuments(ids.applicationId));
}

async function downloadAtRisk(parts: OfficerDocumentRouteParts, req: Request, res: Response): Promise<void> {
  const ids = idsOf(req);
  if (!parseForm(removeForm, req.body).ok) throw new Fault('stale-form', 'This is not a form that the page shows');
  const opened = await parts.applicationDocuments.open({ actor: actor(res), ...ids, risk: 'accepted' });
  if (opened.ok) {
    await sendContent(res, opened.value);
    return;
  }
  flash(req, { kind: 'warn', text: explainOpening(opened.refusal) });
  res.redirect(303, paths.officerDocuments(ids.applicationId));
}
