import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import { uploadedFile } from '#web/uploads.ts';
import type { AccountRouteParts } from '../accounts.pages.ts';
import { confirmForm, explainUpload, linesQuery, shownFileName } from './import.forms.ts';
import type { ImportRecord } from './import.model.ts';
import { explainConfirmation, explainFile } from './import-refusals.ts';
import { writeReport } from './report-csv.ts';
import { sampleFile } from './sample.rules.ts';
import { importAccountsPage, importLinesPage } from './import-lines.view.ts';
import { importPage, isWorking } from './import.view.ts';
import { importListPage, uploadPage } from './import-list.view.ts';

/** `/imports`: files of a former bank's transactions, checked, confirmed by a second person and posted. */
export function importRoutes(parts: AccountRouteParts): Router {
  const router = Router();
  const needs = 'transaction:import';
  router.get('/imports', permission(needs), (req, res) => showList(parts, req, res));
  router.get('/imports/upload', permission(needs), (_req, res) =>
    parts.pages.show(res, { view: views.upload, model: uploadPage(emptyForm, parts.platform.formats) }),
  );
  router.post('/imports/upload', permission(needs), (req, res) => upload(parts, req, res));
  router.get('/imports/sample.csv', permission(needs), (_req, res) => {
    res.attachment('sample.csv').type('text/csv; charset=utf-8').send(sampleFile);
  });
  router.get('/imports/:id', permission(needs), async (req, res) => {
    await showImport(parts, { req, res }, emptyForm);
  });
  router.get('/imports/:id/lines', permission(needs), (req, res) => showLines(parts, req, res));
  router.get('/imports/:id/accounts', permission(needs), (req, res) => showAccounts(parts, req, res));
  router.get('/imports/:id/report.csv', permission(needs), (req, res) => sendReport(parts, req, res));
  router.post('/imports/:id/resume', permission(needs), async (req, res) => {
    const importId = pathParameter(req.params.id);
    await parts.accounts.imports.resume({ actor: actor(res), importId });
    res.redirect(303, paths.import(importId));
  });
  router.post('/imports/:id/confirm', permission(needs), (req, res) => confirm(parts, req, res));
  return router;
}

const views = {
  list: 'accounts/importing/list',
  upload: 'accounts/importing/upload',
  import: 'accounts/importing/import',
  lines: 'accounts/importing/lines',
} as const;
/** A page of a check that is under way asks again by itself, with or without scripts. */
const refreshS = 3;
const firstErrors = 10;

async function showList({ accounts, pages, platform }: AccountRouteParts, req: Request, res: Response): Promise<void> {
  const page = pageNumber(req.query);
  const { imports, total } = await accounts.imports.list({ page, size: pageSize });
  const { formats } = platform;
  const model = importListPage({ imports, total, page, userId: actor(res).userId, formats });
  await pages.show(res, { view: views.list, model });
}

async function upload({ accounts, pages, platform }: AccountRouteParts, req: Request, res: Response): Promise<void> {
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
  const kept = await accounts.imports.upload({
    actor: actor(res),
    fileName: shownFileName(file.name),
    bytes: file.bytes,
  });
  if (kept.ok) res.redirect(303, paths.import(kept.value));
  else await invalid(explainFile(kept.refusal));
}

interface Exchange {
  req: Request;
  res: Response;
}

async function foundImport({ accounts }: AccountRouteParts, req: Request): Promise<ImportRecord> {
  const record = await accounts.imports.find(pathParameter(req.params.id));
  if (!record) throw notFound('Import');
  return record;
}

async function showImport(parts: AccountRouteParts, { req, res }: Exchange, form: FormState): Promise<void> {
  const record = await foundImport(parts, req);
  const { imports } = parts.accounts;
  const { clock, formats } = parts.platform;
  const first =
    record.errorLines === 0
      ? []
      : (await imports.lines(record._id, { show: 'error', page: 1, size: firstErrors })).lines;
  const model = importPage(record, { first, form, actor: actor(res), now: clock.now(), formats });
  if (Object.keys(form.errors).length > 0) {
    await parts.pages.refused(res, { view: views.import, model });
    return;
  }
  if (isWorking(record)) res.set('Refresh', String(refreshS));
  await parts.pages.show(res, { view: views.import, model });
}

async function showLines(parts: AccountRouteParts, req: Request, res: Response): Promise<void> {
  const record = await foundImport(parts, req);
  const { show = record.errorLines > 0 ? 'error' : 'all' } = linesQuery.parse(req.query);
  const page = pageNumber(req.query);
  const { lines, total } = await parts.accounts.imports.lines(record._id, { show, page, size: pageSize });
  const model = importLinesPage(record, { show, page, lines, total, formats: parts.platform.formats });
  await parts.pages.show(res, { view: views.lines, model });
}

async function showAccounts(parts: AccountRouteParts, req: Request, res: Response): Promise<void> {
  const record = await foundImport(parts, req);
  const page = pageNumber(req.query);
  const { accounts, total } = await parts.accounts.imports.accounts(record._id, { page, size: pageSize });
  const model = importAccountsPage(record, {
    page,
    accounts,
    total,
    actor: actor(res),
    formats: parts.platform.formats,
  });
  await parts.pages.show(res, { view: views.lines, model });
}

async function sendReport(parts: AccountRouteParts, req: Request, res: Response): Promise<void> {
  const record = await foundImport(parts, req);
  res.attachment(`import-${record._id}.csv`).type('text/csv; charset=utf-8');
  try {
    await writeReport(res, parts.accounts.imports.report(record._id));
  } catch (error) {
    // Whoever left needs nothing; a file that could not be finished must not look as if it was.
    if (!res.destroyed) throw error;
  }
}

async function confirm(parts: AccountRouteParts, req: Request, res: Response): Promise<void> {
  const parsed = parseForm(confirmForm, req.body);
  const importId = pathParameter(req.params.id);
  if (!parsed.ok) {
    await showImport(parts, { req, res }, withError(parsed.form, 'form', 'Open the page again and confirm from there'));
    return;
  }
  const outcome = await parts.accounts.imports.confirm({ actor: actor(res), importId, step: parsed.value.version });
  if (outcome.ok) {
    flash(req, { kind: 'success', text: 'You confirmed the import. It is checked once more and then posted.' });
    res.redirect(303, paths.import(importId));
    return;
  }
  await showImport(parts, { req, res }, withError(parsed.form, 'form', explainConfirmation(outcome.refusal)));
}
