import { Router, type Request, type Response } from 'express';
import { Fault, notFound } from '#core/errors.ts';
import type { Formats } from '#core/format.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Pages } from '#web/render.ts';
import { sendContent } from '#web/send-document.ts';
import { uploadedDocument } from '#web/uploads.ts';
import { removeForm, uploadForm } from './document.forms.ts';
import { explainAdding, explainOpening, fileSentences, isInputFault } from './document-refusals.ts';
import { isPaperKind, kindText } from './document-texts.ts';
import { documentsPage } from './documents.view.ts';
import type { ApplicationDocuments } from './documents.service.ts';
import type { PaperKind } from './document.model.ts';

export interface DocumentRouteParts {
  applicationDocuments: ApplicationDocuments;
  pages: Pages;
  formats: Formats;
}

const view = 'loans/documents/list';

/** `/loans/apply/:id/documents`: for the applicant and everybody who takes part, each for their own. */
export function documentRoutes(parts: DocumentRouteParts): Router {
  const router = Router();
  const may = permission('loan:apply');
  const here = '/loans/apply/:applicationId/documents';
  router.get(here, may, async (req, res) => {
    await parts.pages.show(res, { view, model: await page(parts, req, res) });
  });
  router.post(`${here}/:kind/upload`, may, (req, res) => upload(parts, req, res));
  router.post(`${here}/:documentId/remove`, may, (req, res) => remove(parts, req, res));
  router.get(`${here}/:documentId/file`, may, (req, res) => download(parts, req, res));
  return router;
}

function orderOf(req: Request, res: Response) {
  const applicationId = pathParameter(req.params.applicationId);
  return { actor: actor(res).userId, partyId: ownParty(res), applicationId };
}

async function page(
  { applicationDocuments, formats }: DocumentRouteParts,
  req: Request,
  res: Response,
  form = emptyForm,
) {
  const { applicationId, partyId } = orderOf(req, res);
  const { application, items } = await applicationDocuments.ofParty({ applicationId, partyId });
  return documentsPage({ application, items, partyId, formats, form });
}

function kindOf(req: Request): PaperKind {
  const kind = pathParameter(req.params.kind);
  if (!isPaperKind(kind)) throw notFound('Document');
  return kind;
}

async function upload(parts: DocumentRouteParts, req: Request, res: Response): Promise<void> {
  const { applicationDocuments, pages } = parts;
  const order = orderOf(req, res);
  const kind = kindOf(req);
  const parsed = parseForm(uploadForm, req.body);
  const file = uploadedDocument(req);
  const again = (sentence: string) => page(parts, req, res, withError(emptyForm, `file-${kind}`, sentence));
  if (!parsed.ok || !file.ok) {
    const fault = file.ok ? 'unreadable' : file.refusal;
    const model = await again(fileSentences[fault]);
    await (isInputFault(fault) ? pages.invalid(res, { view, model }) : pages.refused(res, { view, model }));
    return;
  }
  const added = await applicationDocuments.add({ ...order, kind, file: file.value });
  if (!added.ok) {
    await pages.refused(res, { view, model: await again(explainAdding(added.refusal)) });
    return;
  }
  const infected = added.value.safety === 'infected';
  flash(
    req,
    infected
      ? {
          kind: 'danger',
          text: `${kindText(kind)}: this file contains malicious software. We removed it. Check your device and send the document again as a new scan or photograph.`,
        }
      : { kind: 'success', text: `${kindText(kind)}: we have your file.` },
  );
  res.redirect(303, paths.applicationDocuments(order.applicationId));
}

async function remove({ applicationDocuments }: DocumentRouteParts, req: Request, res: Response): Promise<void> {
  const order = orderOf(req, res);
  const parsed = parseForm(removeForm, req.body);
  if (!parsed.ok) throw new Fault('stale-form', 'This is not a form that the page shows');
  const documentId = pathParameter(req.params.documentId);
  const removed = await applicationDocuments.remove({ ...order, documentId });
  flash(
    req,
    removed.ok
      ? { kind: 'success', text: 'The file is deleted.' }
      : {
          kind: 'warn',
          text: 'The file was not deleted: once an application is sent, its documents stay with it. You can send a newer one where we ask for it.',
        },
  );
  res.redirect(303, paths.applicationDocuments(order.applicationId));
}

async function download({ applicationDocuments }: DocumentRouteParts, req: Request, res: Response): Promise<void> {
  const order = orderOf(req, res);
  const documentId = pathParameter(req.params.documentId);
  const opened = await applicationDocuments.openOwn({ ...order, documentId });
  if (!opened.ok) {
    flash(req, { kind: 'warn', text: explainOpening(opened.refusal) });
    res.redirect(303, paths.applicationDocuments(order.applicationId));
    return;
  }
  await sendContent(res, opened.value);
}
