import { Router, type Request, type Response } from 'express';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { formOf, parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import type { Limiter } from '#web/rate-limit.ts';
import { uploadedFile } from '#web/uploads.ts';
import { batchForm, explainBatch, explainUpload, rowsQuery } from './batch.forms.ts';
import { sampleFile, writeResults } from './batch-csv.ts';
import { batchListPage, batchPage } from './batch.view.ts';
import type { ScoreBatches } from './batches.service.ts';
import { trySections } from './try-columns.ts';
import { stageOf } from './try.forms.ts';
import type { TryParts } from './try.routes.ts';

export interface BatchParts extends Pick<TryParts, 'models' | 'platform' | 'pages'> {
  batches: ScoreBatches;
  limits: { scoreBatchByUser: Limiter };
}

const views = { list: 'risk/trying/batches', batch: 'risk/trying/batch' } as const;

/** `/risk/try/batches`: files of applicants, scored row by row; the results are their uploader's alone, for a day. */
export function batchRoutes(parts: BatchParts): Router {
  const router = Router();
  const needs = 'score:try';
  router.get('/risk/try/batches', permission(needs), async (req, res) => {
    const form = formOf({ stage: stageOf(req.query) });
    await parts.pages.show(res, { view: views.list, model: await listModel(parts, { req, res }, form) });
  });
  router.post('/risk/try/batches', permission(needs), (req, res) => upload(parts, req, res));
  router.get('/risk/try/batches/sample.csv', permission(needs), (req, res) => {
    const stage = stageOf(req.query);
    const content = sampleFile(trySections(parts.models.models[stage].inputs));
    res.attachment(`applicants-${stage}.csv`).type('text/csv; charset=utf-8').send(content);
  });
  router.get('/risk/try/batches/:id', permission(needs), (req, res) => showBatch(parts, req, res));
  router.get('/risk/try/batches/:id/results.csv', permission(needs), (req, res) => sendResults(parts, req, res));
  router.post('/risk/try/batches/:id/remove', permission(needs), async (req, res) => {
    await parts.batches.remove(batchOf(req, res));
    flash(req, { kind: 'success', text: 'The results were removed.' });
    res.redirect(303, paths.riskBatches);
  });
  return router;
}

const batchOf = (req: Request, res: Response) => ({ actor: actor(res), batchId: pathParameter(req.params.id) });

async function listModel(
  { batches, platform }: BatchParts,
  { req, res }: { req: Request; res: Response },
  form: FormState,
) {
  const page = pageNumber(req.query);
  const found = await batches.list({ actor: actor(res), page, size: pageSize });
  return batchListPage({ ...found, page, form, formats: platform.formats });
}

async function upload(parts: BatchParts, req: Request, res: Response): Promise<void> {
  const { batches, pages, limits } = parts;
  const who = actor(res);
  await limits.scoreBatchByUser.count(who.userId);
  const parsed = parseForm(batchForm, req.body);
  const file = uploadedFile(req);
  const again = async (form: FormState, answer: 'invalid' | 'refused' = 'invalid') =>
    pages[answer](res, { view: views.list, model: await listModel(parts, { req, res }, form) });
  if (!parsed.ok || !file.ok) {
    const form = file.ok ? parsed.form : withError(parsed.form, 'file', explainUpload(file.fault));
    await again(form);
    return;
  }
  const scored = await batches.upload({ actor: who, stage: parsed.value.stage, bytes: file.bytes });
  if (scored.ok) {
    res.redirect(303, paths.riskBatch(scored.value));
    return;
  }
  const form = withError(parsed.form, 'file', explainBatch(scored.refusal));
  await again(form, scored.refusal.code === 'too-many-kept' ? 'refused' : 'invalid');
}

async function showBatch({ batches, pages, platform }: BatchParts, req: Request, res: Response): Promise<void> {
  const batch = await batches.find(batchOf(req, res));
  const { show } = rowsQuery.parse(req.query);
  const page = pageNumber(req.query);
  const rows = await batches.rows(batch, { list: show, page, size: pageSize });
  const model = batchPage(batch, { rows, show, page, size: pageSize, formats: platform.formats });
  await pages.show(res, { view: views.batch, model });
}

async function sendResults({ batches }: BatchParts, req: Request, res: Response): Promise<void> {
  const batch = await batches.find(batchOf(req, res));
  res.attachment(`scores-${batch._id}.csv`).type('text/csv; charset=utf-8');
  try {
    await writeResults(res, { batch, parts: batches.parts(batch) });
  } catch (error) {
    // Whoever left needs nothing; a file that could not be finished must not look as if it was.
    if (!res.destroyed) throw error;
  }
}
