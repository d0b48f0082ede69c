import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import type { Platform } from '#platform/platform.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Pages } from '#web/render.ts';
import { uploadedFile } from '#web/uploads.ts';
import type { Servicing } from '../servicing.service.ts';
import { writeReport } from './report-csv.ts';
import { sampleFile } from './sample.rules.ts';
import { confirmForm, explainUpload, linesQuery, shownFileName } from './takeover.forms.ts';
import type { TakeoverRecord } from './takeover.model.ts';
import { takeoverLinesPage } from './takeover-lines.view.ts';
import { takeoverListPage, uploadPage } from './takeover-list.view.ts';
import { explainConfirmation, explainFile } from './takeover-refusals.ts';
import { isWorking, takeoverPage } from './takeover.view.ts';

export interface TakeoverRouteParts {
  servicing: Pick<Servicing, 'takeovers'>;
  platform: Platform;
  pages: Pages;
}

/** `/loan-imports`: files of a former bank's running loans, checked, confirmed by a second person and taken over. */
export function takeoverRoutes(parts: TakeoverRouteParts): Router {
  const router = Router();
  const needs = 'loan:import';
  router.get('/loan-imports', permission(needs), (req, res) => showList(parts, req, res));
  router.get('/loan-imports/upload', permission(needs), (_req, res) =>
    parts.pages.show(res, { view: views.upload, model: uploadPage(emptyForm, parts.platform.formats) }),
  );
  router.post('/loan-imports/upload', permission(needs), (req, res) => upload(parts, req, res));
  router.get('/loan-imports/sample.csv', permission(needs), (_req, res) => {
    res.attachment('sample.csv').type('text/csv; charset=utf-8').send(sampleFile);
  });
  router.get('/loan-imports/:id', permission(needs), async (req, res) => {
    await showImport(parts, { req, res }, emptyForm);
  });
  router.get('/loan-imports/:id/lines', permission(needs), (req, res) => showLines(parts, req, res));
  router.get('/loan-imports/:id/report.csv', permission(needs), (req, res) => sendReport(parts, req, res));
  router.post('/loan-imports/:id/resume', permission(needs), async (req, res) => {
    const importId = pathParameter(req.params.id);
    await parts.servicing.takeovers.resume({ actor: actor(res), importId });
    res.redirect(303, paths.loanImport(importId));
  });
  router.post('/loan-imports/:id/confirm', permission(needs), (req, res) => confirm(parts, req, res));
  return router;
}

const views = {
  list: 'servicing/taking-over/list',
  upload: 'servicing/taking-over/upload',
  import: 'servicing/taking-over/import',
  lines: 'servicing/taking-over/lines',
} as const;
/** A page of a check that is under way asks again by itself, with or without scripts. */
const refreshS = 3;
const firstErrors = 10;

async function showList({ servicing, pages, platform }: TakeoverRouteParts, req: Request, res: Response) {
  const page = pageNumber(req.query);
  const { imports, total } = await servicing.takeovers.list({ page, size: pageSize });
  const model = takeoverListPage({ imports, total, page, userId: actor(res).userId, formats: platform.formats });
  await pages.show(res, { view: views.list, model });
}

async function upload({ servicing, pages, platform }: TakeoverRouteParts, req: Request, res: Response) {
  const file = uploadedFile(req);
  const invalid = (sentence: string) =>
    pages.invalid(res, {
      view: views.upload,
      model: uploadPage(withError(emptyForm, 'file', sentence), platform.formats),
    });
  if (!file.ok) {
    await invalid(explainUpload(file.fault));
    return;
  }
  const fileName = shownFileName(file.name);
  const kept = await servicing.takeovers.upload({ actor: actor(res), fileName, bytes: file.bytes });
  if (kept.ok) res.redirect(303, paths.loanImport(kept.value));
  else await invalid(explainFile(kept.refusal));
}

async function found({ servicing }: TakeoverRouteParts, req: Request): Promise<TakeoverRecord> {
  const record = await servicing.takeovers.find(pathParameter(req.params.id));
  if (!record) throw notFound('Import');
  return record;
}

async function showImport(parts: TakeoverRouteParts, { req, res }: { req: Request; res: Response }, form: FormState) {
  const record = await found(parts, req);
  const { clock, formats } = parts.platform;
  const { lines: first } =
    record.errorLines === 0
      ? { lines: [] }
      : await parts.servicing.takeovers.lines(record._id, { show: 'error', page: 1, size: firstErrors });
  const model = takeoverPage(record, { first, form, actor: actor(res), now: clock.now(), formats });
  if (Object.keys(form.errors).length > 0) {
    await parts.pages.refused(res, { view: views.import, model });
    return;
  }
  if (isWorking(record)) res.set('Refresh', String(refreshS));
  await parts.pages.show(res, { view: views.import, model });
}

async function showLines(parts: TakeoverRouteParts, req: Request, res: Response) {
  const record = await found(parts, req);
  const { show = record.errorLines > 0 ? 'error' : 'loan' } = linesQuery.parse(req.query);
  const page = pageNumber(req.query);
  const { lines, total } = await parts.servicing.takeovers.lines(record._id, { show, page, size: pageSize });
  const { formats } = parts.platform;
  const model = takeoverLinesPage(record, { show, page, lines, total, actor: actor(res), formats });
  await parts.pages.show(res, { view: views.lines, model });
}

async function sendReport(parts: TakeoverRouteParts, req: Request, res: Response) {
  const record = await found(parts, req);
  res.attachment(`loan-import-${record._id}.csv`).type('text/csv; charset=utf-8');
  try {
    await writeReport(res, { lines: parts.servicing.takeovers.report(record._id), currency: record.currency });
  } catch (error) {
    // Whoever left needs nothing; a file that could not be finished must not look as if it was.
    if (!res.destroyed) throw error;
  }
}

async function confirm(parts: TakeoverRouteParts, req: Request, res: Response) {
  const parsed = parseForm(confirmForm, req.body);
  const importId = pathParameter(req.params.id);
  if (!parsed.ok) {
    await showImport(parts, { req, res }, withError(parsed.form, 'form', 'Open the page again and confirm from there'));
    return;
  }
  const outcome = await parts.servicing.takeovers.confirm({
    actor: actor(res),
    importId,
    step: parsed.value.version,
  });
  if (outcome.ok) {
    flash(req, { kind: 'success', text: 'You confirmed the import. It is checked once more and then taken over.' });
    res.redirect(303, paths.loanImport(importId));
    return;
  }
  await showImport(parts, { req, res }, withError(parsed.form, 'form', explainConfirmation(outcome.refusal)));
}
