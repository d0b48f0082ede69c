import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import type { Platform } from '#platform/platform.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import type { Pages } from '#web/render.ts';
import { alertPage, alertsPage } from './alert.view.ts';
import { acknowledgeForm, monitoringQuery } from './monitoring.forms.ts';
import { monitoringPage } from './monitoring.view.ts';
import type { Watching } from './watching.service.ts';

export interface MonitoringParts {
  watching: Watching;
  platform: Pick<Platform, 'formats'>;
  pages: Pages;
}

const alertsOnPage = 8;
const alertView = 'risk/monitoring/alert';

/** `/risk/monitoring`: for who watches over the models. */
export function monitoringRoutes(parts: MonitoringParts): Router {
  const { watching, pages, platform } = parts;
  const { formats } = platform;
  const router = Router();
  router.get('/risk/monitoring', permission('model:watch'), (req, res) => showMonth(parts, req, res));
  router.get('/risk/monitoring/alerts', permission('model:watch'), async (req, res) => {
    const page = pageNumber(req.query);
    const found = await watching.alerts({ page, size: pageSize });
    await pages.show(res, { view: 'risk/monitoring/alerts', model: alertsPage({ ...found, page, formats }) });
  });
  router.get('/risk/monitoring/alerts/:id', permission('model:watch'), async (req, res) => {
    await pages.show(res, { view: alertView, model: await alertModel(parts, req) });
  });
  router.post('/risk/monitoring/alerts/:id/acknowledge', permission('model:watch'), (req, res) =>
    acknowledge(parts, req, res),
  );
  return router;
}

async function showMonth({ watching, pages, platform }: MonitoringParts, req: Request, res: Response) {
  const query = monitoringQuery.parse(req.query);
  const { stage, month, model } = query;
  const [watched, open] = await Promise.all([
    watching.watched({ stage, month, model }),
    watching.open({ page: 1, size: alertsOnPage }),
  ]);
  const { live, challenger } = watching;
  const facts = { query, watched, open, live, challenger: challenger !== undefined, formats: platform.formats };
  await pages.show(res, { view: 'risk/monitoring/month', model: monitoringPage(facts) });
}

async function alertModel({ watching, platform }: MonitoringParts, req: Request, form?: FormState) {
  const alert = await watching.alert(pathParameter(req.params.id));
  if (!alert) throw notFound('Alert');
  return alertPage({ alert, live: watching.live, formats: platform.formats, ...(form ? { form } : {}) });
}

async function acknowledge(parts: MonitoringParts, req: Request, res: Response) {
  const { watching, pages } = parts;
  const id = pathParameter(req.params.id);
  if (!(await watching.alert(id))) throw notFound('Alert');
  const parsed = parseForm(acknowledgeForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view: alertView, model: await alertModel(parts, req, parsed.form) });
    return;
  }
  const outcome = await watching.acknowledge({ id, actor: actor(res), ...parsed.value });
  if (outcome === 'moved') {
    const sentence = 'Somebody else was quicker, or a stronger alert took its place. Your note was not kept.';
    const model = await alertModel(parts, req, withError(parsed.form, 'form', sentence));
    await pages.refused(res, { view: alertView, model });
    return;
  }
  flash(req, { kind: 'success', text: 'Your note is kept with the alert.' });
  res.redirect(303, paths.riskAlert(id));
}
