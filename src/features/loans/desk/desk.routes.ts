import { Router, type Request, type Response } from 'express';
import { Fault } from '#core/errors.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm } from '#web/forms.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import { emptyPost, queueForm, referenceForm } from './desk.forms.ts';
import { fileActRoutes, type DeskRouteParts } from './file-acts.routes.ts';
import { questionRoutes } from './questions.routes.ts';
import { queuePage } from './queue.view.ts';

export type { DeskRouteParts } from './file-acts.routes.ts';

/** `/officer`: the queue, the next file in line, what is done around a file; and where borrowers answer questions. */
export function deskRoutes(parts: DeskRouteParts): Router {
  const router = Router();
  router.get('/officer', permission('application:review'), (req, res) =>
    showQueue(parts, req, res, { search: emptyForm, status: 200 }),
  );
  router.get('/officer/find', permission('application:review'), (req, res) => find(parts, req, res));
  router.get('/officer/next', permission('application:review'), (_req, res) => showNext(parts, res));
  router.post('/officer/next', permission('application:review'), (req, res) => takeNext(parts, req, res));
  return router.use(fileActRoutes(parts), questionRoutes(parts));
}

async function showQueue(
  { desk, platform, pages, formats }: DeskRouteParts,
  req: Request,
  res: Response,
  { search, status }: { search: typeof emptyForm; status: 200 | 404 | 422 },
) {
  const filters = queueForm.parse(req.query);
  const { tab, sort, level, sla, contested, product: productCode, age, with: assignee } = filters;
  const page = pageNumber(req.query);
  const officer = actor(res);
  const olderThanDays = age === undefined ? undefined : Number(age);
  const narrowed = { productCode, level, olderThanDays, sla, assignee, contested };
  const [queue, loads] = await Promise.all([
    desk.queue({ actor: officer, tab, sort, page, size: pageSize, ...narrowed }),
    desk.loads(),
  ]);
  const now = platform.clock.now();
  const model = queuePage({ queue, loads, filters, page, userId: officer.userId, now, formats, search });
  await pages.show(res, { view: 'officer/queue', model, status });
}

async function find(parts: DeskRouteParts, req: Request, res: Response) {
  const parsed = parseForm(referenceForm, req.query);
  if (!parsed.ok) {
    await showQueue(parts, req, res, { search: parsed.form, status: 422 });
    return;
  }
  try {
    res.redirect(303, paths.officerApplication(await parts.desk.byReference(parsed.value.reference)));
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'not-found') throw error;
    const errors = { reference: 'No application has this reference. Check it and try again' };
    await showQueue(parts, req, res, { search: { values: parsed.form.values, errors }, status: 404 });
  }
}

/** The most urgent file on one's own desk, or the button that takes another: looking takes nothing. */
async function showNext({ desk, pages }: DeskRouteParts, res: Response) {
  const mine = await desk.nextOfMine(actor(res));
  if (mine !== undefined) {
    res.redirect(303, paths.officerApplication(mine));
    return;
  }
  const model = {
    title: 'Next file',
    scripts: ['desk.js'],
    crumbs: [{ text: 'Queue', href: paths.officer }, { text: 'Next file' }],
    action: paths.nextInLine,
    queue: paths.officer,
  };
  await pages.show(res, { view: 'officer/next', model });
}

async function takeNext({ desk }: DeskRouteParts, req: Request, res: Response) {
  if (!parseForm(emptyPost, req.body).ok) throw new Fault('stale-form', 'This is not a form that the page shows');
  const taken = await desk.nextInLine(actor(res));
  if (taken) {
    flash(req, { kind: 'success', text: `Application ${taken.reference} is on your desk.` });
    res.redirect(303, paths.officerApplication(pathParameter(taken._id)));
    return;
  }
  flash(req, { kind: 'info', text: 'No file waits that you may take.' });
  res.redirect(303, paths.officer);
}
