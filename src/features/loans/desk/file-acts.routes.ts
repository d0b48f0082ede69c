import { Router, type Request, type Response } from 'express';
import type { Formats } from '#core/format.ts';
import type { Result } from '#core/result.ts';
import type { Platform } from '#platform/platform.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Pages } from '#web/render.ts';
import type { Application } from '../applying/application.model.ts';
import type { AssignRefusal } from './assigning.service.ts';
import type { DeskRefusal } from './desk-parts.ts';
import { explainDesk } from './desk-refusals.ts';
import {
  askForm,
  assignForm,
  breakForm,
  emptyPost,
  noteForm,
  questionsOf,
  referForm,
  returnForm,
  versionForm,
} from './desk.forms.ts';
import type { Desk } from './desk.service.ts';
import { fileWork, type WorkForm } from './file-work.view.ts';
import type { BreakRefusal } from './locking.service.ts';

export interface DeskRouteParts {
  desk: Desk;
  platform: Pick<Platform, 'clock'>;
  pages: Pages;
  formats: Formats;
}

const file = '/officer/applications/:applicationId';

/** What is done around a file. A form that is refused is shown again on a page of its own, with the work bar. */
export function fileActRoutes(parts: DeskRouteParts): Router {
  const router = Router();
  router.get(`${file}/desk`, permission('application:review'), (req, res) => showDesk(parts, req, res));
  router.post(`${file}/work`, permission('application:review'), (req, res) => startWork(parts, req, res));
  router.post(`${file}/stop-work`, permission('application:review'), (req, res) => stopWork(parts, req, res));
  router.post(`${file}/take`, permission('application:review'), (req, res) => take(parts, req, res));
  router.post(`${file}/give-back`, permission('application:review'), (req, res) => giveBack(parts, req, res));
  router.post(`${file}/assign`, permission('application:review'), (req, res) => assign(parts, req, res));
  router.post(`${file}/break-lock`, permission('application:review'), (req, res) => breakLock(parts, req, res));
  router.post(`${file}/ask`, permission('application:review'), (req, res) => ask(parts, req, res));
  router.post(`${file}/return`, permission('application:review'), (req, res) => giveToBorrower(parts, req, res));
  router.post(`${file}/refer`, permission('application:review'), (req, res) => refer(parts, req, res));
  router.post(`${file}/resume`, permission('application:review'), (req, res) => resume(parts, req, res));
  router.post(`${file}/notes`, permission('application:review'), (req, res) => addNote(parts, req, res));
  return router;
}

const orderOf = (req: Request, res: Response) => ({
  actor: actor(res),
  applicationId: pathParameter(req.params.applicationId),
});

interface Failed {
  /** Undefined where it is about no form with fields. */
  which: WorkForm | undefined;
  form: FormState;
  status: 409 | 422;
}

async function showDesk({ desk, pages, formats }: DeskRouteParts, req: Request, res: Response, failed?: Failed) {
  const order = orderOf(req, res);
  const work = await desk.fileWork(order);
  const { reference, productName } = work.application;
  const { which, form = emptyForm, status = 200 } = failed ?? {};
  const back = paths.officerApplication(order.applicationId);
  const model = {
    title: `Work on ${reference}`,
    scripts: ['desk.js'],
    crumbs: [{ text: 'Queue', href: paths.officer }, { text: reference, href: back }, { text: 'Work' }],
    head: {
      title: `Work on ${reference}`,
      sub: productName,
      secondary: { href: back, text: 'Back to the whole file' },
    },
    form,
    work: fileWork(work, { actor: order.actor, formats, failed: which && { which, form } }),
  };
  const page = { view: 'officer/file/desk', model };
  if (status === 200) await pages.show(res, page);
  else await pages.refused(res, { ...page, status });
}

type Outcome = Result<Application, DeskRefusal | AssignRefusal | BreakRefusal>;

/** Back to the file with a word, or the form again with the reason. */
async function answer(
  parts: DeskRouteParts,
  to: {
    req: Request;
    res: Response;
    outcome: Outcome;
    said: string;
    which?: WorkForm;
    form?: FormState;
    onwards?: true;
  },
) {
  const { req, res, outcome, said, which, form = emptyForm, onwards } = to;
  if (!outcome.ok) {
    const sentence = explainDesk(outcome.refusal, parts.formats);
    await showDesk(parts, req, res, { which, form: withError(form, 'form', sentence), status: 409 });
    return;
  }
  const link = { href: paths.nextInLine, text: 'Open the next file' };
  flash(req, { kind: 'success', text: said, ...(onwards ? { link } : {}) });
  res.redirect(303, paths.officerApplication(orderOf(req, res).applicationId));
}

async function startWork(parts: DeskRouteParts, req: Request, res: Response) {
  const parsed = parseForm(emptyPost, req.body);
  if (!parsed.ok) return showDesk(parts, req, res, { which: undefined, form: parsed.form, status: 422 });
  const outcome = await parts.desk.startWork(orderOf(req, res));
  return answer(parts, {
    req,
    res,
    outcome,
    said: 'You are working on this file. It is kept for you for 15 minutes after everything you do.',
  });
}

async function stopWork(parts: DeskRouteParts, req: Request, res: Response) {
  await parts.desk.stopWork(orderOf(req, res));
  flash(req, { kind: 'success', text: 'Colleagues can work on this file again.' });
  res.redirect(303, paths.officerApplication(orderOf(req, res).applicationId));
}

async function take(parts: DeskRouteParts, req: Request, res: Response) {
  const outcome = await parts.desk.take(orderOf(req, res));
  await answer(parts, { req, res, outcome, said: 'The file is on your desk.' });
}

async function giveBack(parts: DeskRouteParts, req: Request, res: Response) {
  const outcome = await parts.desk.giveBack(orderOf(req, res));
  await answer(parts, { req, res, outcome, said: 'The file is back in the queue.', onwards: true });
}

async function assign(parts: DeskRouteParts, req: Request, res: Response) {
  const parsed = parseForm(assignForm, req.body);
  if (!parsed.ok) return showDesk(parts, req, res, { which: 'assign', form: parsed.form, status: 422 });
  const outcome = await parts.desk.reassign({ ...orderOf(req, res), to: parsed.value.assignTo });
  return answer(parts, {
    req,
    res,
    outcome,
    which: 'assign',
    form: parsed.form,
    said: 'The file is on your colleague’s desk.',
  });
}

async function breakLock(parts: DeskRouteParts, req: Request, res: Response) {
  const parsed = parseForm(breakForm, req.body);
  if (!parsed.ok) return showDesk(parts, req, res, { which: 'break-lock', form: parsed.form, status: 422 });
  const { key, breakReason: reason } = parsed.value;
  const outcome = await parts.desk.breakLock({ ...orderOf(req, res), key, reason });
  return answer(parts, {
    req,
    res,
    outcome,
    which: 'break-lock',
    form: parsed.form,
    said: 'The lock is ended. The file can be worked on.',
  });
}

async function ask(parts: DeskRouteParts, req: Request, res: Response) {
  const parsed = parseForm(askForm, req.body);
  if (!parsed.ok) return showDesk(parts, req, res, { which: 'ask', form: parsed.form, status: 422 });
  const { version } = parsed.value;
  const outcome = await parts.desk.ask({ ...orderOf(req, res), version, questions: questionsOf(parsed.value) });
  const said = 'The borrower is asked. The time limit stands still until they answer.';
  return answer(parts, { req, res, outcome, which: 'ask', form: parsed.form, said, onwards: true });
}

async function giveToBorrower(parts: DeskRouteParts, req: Request, res: Response) {
  const parsed = parseForm(returnForm, req.body);
  if (!parsed.ok) return showDesk(parts, req, res, { which: 'return', form: parsed.form, status: 422 });
  const { version, key, returnWords: words } = parsed.value;
  const outcome = await parts.desk.returnToBorrower({ ...orderOf(req, res), version, key, words });
  const said = 'The application is back with the borrower, who reads what you wrote.';
  return answer(parts, { req, res, outcome, which: 'return', form: parsed.form, said, onwards: true });
}

async function refer(parts: DeskRouteParts, req: Request, res: Response) {
  const parsed = parseForm(referForm, req.body);
  if (!parsed.ok) return showDesk(parts, req, res, { which: 'refer', form: parsed.form, status: 422 });
  const { version, key, referNote: text } = parsed.value;
  const outcome = await parts.desk.refer({ ...orderOf(req, res), version, key, text });
  const said = 'The file waits for a senior officer.';
  return answer(parts, { req, res, outcome, which: 'refer', form: parsed.form, said, onwards: true });
}

async function resume(parts: DeskRouteParts, req: Request, res: Response) {
  const parsed = parseForm(versionForm, req.body);
  if (!parsed.ok) return showDesk(parts, req, res, { which: undefined, form: parsed.form, status: 422 });
  const outcome = await parts.desk.resume({ ...orderOf(req, res), ...parsed.value });
  return answer(parts, { req, res, outcome, said: 'The file waits for a decision again. The time limit runs.' });
}

async function addNote(parts: DeskRouteParts, req: Request, res: Response) {
  const parsed = parseForm(noteForm, req.body);
  if (!parsed.ok) return showDesk(parts, req, res, { which: 'note', form: parsed.form, status: 422 });
  const { key, deskNote: text } = parsed.value;
  const outcome = await parts.desk.addNote({ ...orderOf(req, res), key, text });
  return answer(parts, { req, res, outcome, which: 'note', form: parsed.form, said: 'The note is kept.' });
}
