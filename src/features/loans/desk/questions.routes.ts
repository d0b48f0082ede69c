import { Router, type Request, type Response } from 'express';
import { unreachable } from '#core/assert.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { AnswerRefusal } from './answering.service.ts';
import { answerForm } from './desk.forms.ts';
import type { DeskRouteParts } from './file-acts.routes.ts';
import { openOnes, questionsPage } from './questions.view.ts';

const path = '/loans/apply/:applicationId/questions';

/** Where a borrower reads and answers what an officer asks. */
export function questionRoutes(parts: DeskRouteParts): Router {
  const router = Router();
  router.get(path, permission('loan:apply'), (req, res) => show(parts, req, res));
  router.post(path, permission('loan:apply'), (req, res) => answer(parts, req, res));
  return router;
}

const askedOf = (req: Request, res: Response) => ({
  partyId: ownParty(res),
  applicationId: pathParameter(req.params.applicationId),
});

async function show(
  { desk, pages, formats }: DeskRouteParts,
  req: Request,
  res: Response,
  failed?: { form: FormState; status: 409 | 422 },
) {
  const found = await desk.questions(askedOf(req, res));
  const model = questionsPage(found, { formats, form: failed?.form ?? emptyForm });
  const page = { view: 'loans/questions', model };
  if (failed) await pages.refused(res, { ...page, status: failed.status });
  else await pages.show(res, page);
}

async function answer(parts: DeskRouteParts, req: Request, res: Response) {
  const asked = askedOf(req, res);
  const parsed = parseForm(answerForm, req.body);
  if (!parsed.ok) {
    await show(parts, req, res, { form: parsed.form, status: 422 });
    return;
  }
  const { version, ...typed } = parsed.value;
  // The fields are counted as the page counted them: the version says that these are the same questions still.
  const texts = Object.values(typed);
  const { application, questions } = await parts.desk.questions(asked);
  const answers = Object.fromEntries(
    openOnes({ application, questions }).map(({ id }, index) => [id, texts[index] ?? '']),
  );
  const kept = await parts.desk.answer({ ...asked, actor: actor(res).userId, version, answers });
  if (!kept.ok) {
    const status = kept.refusal.code === 'nothing-answered' ? 422 : 409;
    const place = status === 422 ? 'answer1' : 'form';
    await show(parts, req, res, { form: withError(parsed.form, place, explain(kept.refusal)), status });
    return;
  }
  const { left } = kept.value;
  if (left > 0) {
    flash(req, {
      kind: 'info',
      text: `Your answers are kept. ${left === 1 ? 'One question is' : `${left} questions are`} still open.`,
    });
    res.redirect(303, paths.applicationQuestions(asked.applicationId));
    return;
  }
  flash(req, { kind: 'success', text: 'Thank you. We have your answers and go on with your application.' });
  res.redirect(303, paths.application(asked.applicationId));
}

function explain(refusal: AnswerRefusal): string {
  switch (refusal.code) {
    case 'not-asked':
      return 'We do not wait for an answer any more. Nothing was changed.';
    case 'nothing-answered':
      return 'Write an answer to at least one question';
    case 'moved':
      return 'Your application changed in another window. Look at the questions again; these answers were not sent.';
    default:
      return unreachable(refusal);
  }
}
