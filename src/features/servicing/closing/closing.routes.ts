import { Router, type Request, type Response } from 'express';
import { dateText } from '#core/calendar.ts';
import { notFound } from '#core/errors.ts';
import type { CloseOfDay } from '#platform/close-of-day/close-of-day.ts';
import type { DayRun } from '#platform/close-of-day/day-run.model.ts';
import type { Platform } from '#platform/platform.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Pages } from '#web/render.ts';
import { closeForm, dateOfPath, retryForm } from './closing.forms.ts';
import { closingPage, confirmPage, explainClosing } from './closing.view.ts';
import { isMoving, runPage } from './run.view.ts';

export interface ClosingRouteParts {
  platform: Platform;
  closeOfDay: CloseOfDay;
  pages: Pages;
}

const views = { list: 'servicing/closing/list', confirm: 'servicing/closing/confirm', run: 'servicing/closing/run' };
const refreshS = 3;

/** `/close-of-day`: the business date, closing it by hand, and what each close came to. */
export function closingRoutes(parts: ClosingRouteParts): Router {
  const router = Router();
  router.get('/close-of-day', permission('day:view'), (req, res) => showList(parts, req, res));
  router.get('/close-of-day/close', permission('day:close'), (_req, res) => showConfirm(parts, res, emptyForm));
  router.post('/close-of-day/close', permission('day:close'), (req, res) => close(parts, req, res));
  router.get('/close-of-day/:date', permission('day:view'), async (req, res) => {
    await showRun(parts, { res, run: await foundRun(parts, req), form: emptyForm });
  });
  router.post('/close-of-day/:date/retry', permission('day:close'), (req, res) => retry(parts, req, res));
  return router;
}

async function showList(
  { closeOfDay, pages, platform }: ClosingRouteParts,
  req: Request,
  res: Response,
): Promise<void> {
  const page = pageNumber(req.query);
  const { bankDay, formats, timeZone } = platform;
  const [list, unfinished, today, closable] = await Promise.all([
    closeOfDay.list({ page, size: pageSize }),
    closeOfDay.unfinished(),
    bankDay.today(),
    closeOfDay.mayClose(),
  ]);
  const dates = { today, calendarToday: bankDay.calendarToday(), timeZone };
  const model = closingPage({ list, unfinished, dates, closable, page, actor: actor(res), formats });
  if (unfinished.some(isMoving)) res.set('Refresh', String(refreshS));
  await pages.show(res, { view: views.list, model });
}

async function showConfirm(
  { closeOfDay, pages, platform }: ClosingRouteParts,
  res: Response,
  form: FormState & { status?: 409 | 422 },
): Promise<void> {
  const closable = await closeOfDay.mayClose();
  const calendarToday = platform.bankDay.calendarToday();
  const { formats } = platform;
  const model = confirmPage({ closable, calendarToday, steps: closeOfDay.steps, form, formats });
  const page = { view: views.confirm, model };
  if (Object.keys(form.errors).length > 0) await pages.refused(res, { ...page, status: form.status ?? 409 });
  else await pages.show(res, page);
}

async function close(parts: ClosingRouteParts, req: Request, res: Response): Promise<void> {
  const parsed = parseForm(closeForm, req.body);
  if (!parsed.ok) {
    const form = withError(emptyForm, 'form', 'Look at the date below and close it from here. Nothing was changed');
    await showConfirm(parts, res, { ...form, status: 422 });
    return;
  }
  const { date } = parsed.value;
  const { formats } = parts.platform;
  const started = await parts.closeOfDay.start({ date, by: actor(res).userId });
  if (started.ok) {
    flash(req, { kind: 'success', text: `${formats.date(date)} is being closed. You may leave: the work goes on.` });
    res.redirect(303, paths.dayRun(dateText(date)));
    return;
  }
  await showConfirm(parts, res, withError(emptyForm, 'form', explainClosing(started.refusal, { date, formats })));
}

async function foundRun({ closeOfDay }: ClosingRouteParts, req: Request): Promise<DayRun> {
  const date = dateOfPath(pathParameter(req.params.date));
  const run = date && (await closeOfDay.find(date));
  if (!run) throw notFound('Close of day');
  return run;
}

async function showRun(
  { pages, platform }: ClosingRouteParts,
  { res, run, form }: { res: Response; run: DayRun; form: FormState },
): Promise<void> {
  const model = runPage(run, { form, actor: actor(res), now: new Date(), formats: platform.formats });
  if (Object.keys(form.errors).length > 0) {
    await pages.refused(res, { view: views.run, model });
    return;
  }
  if (isMoving(run)) res.set('Refresh', String(refreshS));
  await pages.show(res, { view: views.run, model });
}

async function retry(parts: ClosingRouteParts, req: Request, res: Response): Promise<void> {
  const run = await foundRun(parts, req);
  const date = dateOfPath(run._id);
  const parsed = parseForm(retryForm, req.body);
  const order = date && parsed.ok && { date, retries: parsed.value.version, by: actor(res).userId };
  const started = order && (await parts.closeOfDay.retry(order));
  if (started && started.ok) {
    flash(req, { kind: 'success', text: 'The steps run again. What is done already is not done twice.' });
    res.redirect(303, paths.dayRun(run._id));
    return;
  }
  const sentence = 'This has moved on since you opened the page. Look at it as it is now; nothing was run again.';
  await showRun(parts, { res, run: await foundRun(parts, req), form: withError(emptyForm, 'form', sentence) });
}
