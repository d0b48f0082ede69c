import { Router, type Request, type Response } from 'express';
import { dateOf } from '#core/calendar.ts';
import type { Formats } from '#core/format.ts';
import { newId } from '#core/ids.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import type { Pages } from '#web/render.ts';
import { casePage, type DeskForm } from './case.view.ts';
import { assignForm, doneForm, noteForm, promiseForm, queueTab, taskForm } from './collections.forms.ts';
import type { Written } from './collection-parts.ts';
import type { Collections } from './collections.service.ts';
import { deskPage } from './desk.view.ts';
import type { CollectionFile } from './file.service.ts';

export interface CollectionRouteParts {
  loanDesk: { collections: Collections };
  pages: Pages;
  formats: Formats;
}

const view = 'servicing/collections/case';
const path = '/collections/:loanId';

/** `/collections`: the desk that looks after loans in arrears. */
export function collectionRoutes(parts: CollectionRouteParts): Router {
  const router = Router();
  router.get('/collections', permission('collection:view'), (req, res) => showDesk(parts, req, res));
  router.get(path, permission('collection:view'), async (req, res) => {
    await showCase(parts, res, { found: await fileOf(parts, req, res), failed: undefined });
  });
  router.post(`${path}/assign`, permission('collection:work'), (req, res) => assign(parts, req, res));
  router.post(`${path}/notes`, permission('collection:work'), (req, res) => note(parts, req, res));
  router.post(`${path}/promises`, permission('collection:work'), (req, res) => promise(parts, req, res));
  router.post(`${path}/tasks`, permission('collection:work'), (req, res) => addTask(parts, req, res));
  router.post(`${path}/tasks/:taskId/done`, permission('collection:work'), (req, res) => finishTask(parts, req, res));
  return router;
}

async function showDesk({ loanDesk, pages, formats }: CollectionRouteParts, req: Request, res: Response) {
  const { collections } = loanDesk;
  const [tab, page, staff] = [queueTab(req.query), pageNumber(req.query), actor(res)];
  const [queue, tasks] = await Promise.all([
    collections.queue({ actor: staff, tab, page, size: pageSize }),
    collections.tasks(staff),
  ]);
  const today = (await collections.businessDate()).toString();
  const model = deskPage({ queue, tasks, tab, page, today, formats });
  await pages.show(res, { view: 'servicing/collections/desk', model });
}

function fileOf({ loanDesk }: CollectionRouteParts, req: Request, res: Response): Promise<CollectionFile> {
  const loanId = pathParameter(req.params.loanId);
  return loanDesk.collections.file({ loanId, actor: actor(res), page: pageNumber(req.query) });
}

interface Failed {
  /** Undefined where it is about no form with fields. */
  which: DeskForm | undefined;
  form: FormState;
  status: 409 | 422;
}

async function showCase(
  { pages, formats }: CollectionRouteParts,
  res: Response,
  { found, failed }: { found: CollectionFile; failed: Failed | undefined },
) {
  const formOf = (name: DeskForm) => (failed?.which === name ? failed.form : emptyForm);
  const forms = { note: formOf('note'), promise: formOf('promise'), task: formOf('task') };
  const keys = { note: newId(), promise: newId(), task: newId() };
  const model = casePage({ found, actor: actor(res), keys, forms, form: failed?.form ?? emptyForm, formats });
  if (failed) await pages.refused(res, { view, model, status: failed.status });
  else await pages.show(res, { view, model });
}

/** Back to the page, or the page again where somebody was quicker. What was sent before is done already. */
async function answer(
  parts: CollectionRouteParts,
  to: { req: Request; res: Response; written: Written; said: string; which?: DeskForm; form?: FormState },
) {
  const { req, res, written, said, which, form = emptyForm } = to;
  if (written === 'moved') {
    const sentence = 'Somebody else worked on this loan since you opened the page. Look at it again; nothing was kept.';
    const failed = { which, form: withError(form, 'form', sentence), status: 409 } as const;
    await showCase(parts, res, { found: await fileOf(parts, req, res), failed });
    return;
  }
  flash(req, { kind: 'success', text: said });
  res.redirect(303, paths.collection(pathParameter(req.params.loanId)));
}

async function invalid(
  parts: CollectionRouteParts,
  to: { req: Request; res: Response; which: DeskForm | undefined; form: FormState },
) {
  const { req, res, which, form } = to;
  await showCase(parts, res, { found: await fileOf(parts, req, res), failed: { which, form, status: 422 } });
}

const orderOf = (req: Request, res: Response) => ({
  loanId: pathParameter(req.params.loanId),
  actor: actor(res),
});

async function assign(parts: CollectionRouteParts, req: Request, res: Response) {
  const parsed = parseForm(assignForm, req.body);
  if (!parsed.ok) {
    await invalid(parts, { req, res, which: undefined, form: parsed.form });
    return;
  }
  const written = await parts.loanDesk.collections.assign({ ...orderOf(req, res), ...parsed.value });
  const said = parsed.value.to === 'me' ? 'You look after this loan now.' : 'The loan is back in the queue.';
  await answer(parts, { req, res, written, said });
}

async function note(parts: CollectionRouteParts, req: Request, res: Response) {
  const parsed = parseForm(noteForm, req.body);
  if (!parsed.ok) {
    await invalid(parts, { req, res, which: 'note', form: parsed.form });
    return;
  }
  const written = await parts.loanDesk.collections.note({ ...orderOf(req, res), ...parsed.value });
  await answer(parts, { req, res, written, said: 'The contact is noted.', which: 'note', form: parsed.form });
}

async function promise(parts: CollectionRouteParts, req: Request, res: Response) {
  const found = await fileOf(parts, req, res);
  const parsed = parseForm(promiseForm(found.loan.currency, dateOf(found.today)), req.body);
  if (!parsed.ok) {
    await invalid(parts, { req, res, which: 'promise', form: parsed.form });
    return;
  }
  const written = await parts.loanDesk.collections.promise({ ...orderOf(req, res), ...parsed.value });
  await answer(parts, { req, res, written, said: 'The promise is kept on file.', which: 'promise', form: parsed.form });
}

async function addTask(parts: CollectionRouteParts, req: Request, res: Response) {
  const today = await parts.loanDesk.collections.businessDate();
  const parsed = parseForm(taskForm(today), req.body);
  if (!parsed.ok) {
    await invalid(parts, { req, res, which: 'task', form: parsed.form });
    return;
  }
  const written = await parts.loanDesk.collections.addTask({ ...orderOf(req, res), ...parsed.value });
  await answer(parts, { req, res, written, said: 'The task is added.', which: 'task', form: parsed.form });
}

async function finishTask(parts: CollectionRouteParts, req: Request, res: Response) {
  const parsed = parseForm(doneForm, req.body);
  if (!parsed.ok) {
    await invalid(parts, { req, res, which: undefined, form: parsed.form });
    return;
  }
  const taskId = pathParameter(req.params.taskId);
  const written = await parts.loanDesk.collections.finishTask({ ...orderOf(req, res), ...parsed.value, taskId });
  await answer(parts, { req, res, written, said: 'The task is done.' });
}
