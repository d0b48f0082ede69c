import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import { jointFillingRoutes } from './joint-filling.routes.ts';
import { jointPaperRoutes } from './joint-papers.routes.ts';
import { jointListPage, jointPage, leavePage } from './joint.view.ts';
import { papersOf, type JointRouteParts } from './joint.pages.ts';
import { jointSigningRoutes } from './joint-signing.routes.ts';
import { answerForm, codeForm, pressForm, releaseForm } from './participant.forms.ts';
import { explainAccept, explainCode } from './participant-refusals.ts';
import { hasJoined } from './participant.rules.ts';

const view = 'loans/people-joint';
const path = '/loans/joint/:participantId';

/** `/loans/joint`: whoever is asked to be co-applicant or guarantor, and was. */
export function jointRoutes(parts: JointRouteParts): Router {
  const router = Router();
  const may = permission('loan:join');
  router.get('/loans/joint', may, async (_req, res) => {
    const views = await parts.participants.listJoint(ownParty(res));
    await parts.pages.show(res, { view: 'loans/people-joint-list', model: jointListPage(views, parts.formats) });
  });
  router.get(path, may, async (req, res) => {
    await parts.pages.show(res, { view, model: await model(parts, { req, res }) });
  });
  router.post(`${path}/code`, may, (req, res) => prove(parts, req, res));
  router.post(`${path}/answer`, may, (req, res) => answer(parts, req, res));
  router.get(`${path}/leave`, may, (req, res) => askToLeave(parts, req, res));
  router.post(`${path}/leave`, may, (req, res) => leave(parts, req, res));
  router.post(`${path}/take-back`, may, (req, res) => takeBack(parts, req, res));
  router.post(`${path}/release`, may, (req, res) => askRelease(parts, req, res));
  router.get(`${path}/documents`, may, async (req, res) => {
    const { loan } = await parts.participants.joint(ownOf(req, res));
    const there = loan && paths.applicationSection(loan.applicationId, 'documents');
    res.redirect(303, there ?? paths.jointLoan(pathParameter(req.params.participantId)));
  });
  router.use(jointFillingRoutes(parts), jointSigningRoutes(parts), jointPaperRoutes(parts));
  return router;
}

function ownOf(req: Request, res: Response) {
  return { partyId: ownParty(res), participantId: pathParameter(req.params.participantId) };
}

function orderOf(req: Request, res: Response) {
  return { actor: actor(res).userId, ...ownOf(req, res) };
}

async function model(parts: JointRouteParts, at: { req: Request; res: Response }, form?: FormState) {
  const found = await parts.participants.joint(ownOf(at.req, at.res));
  const papers = await papersOf(parts, found);
  return jointPage(found, { papers, formats: parts.formats, ...(form ? { form } : {}) });
}

async function prove(parts: JointRouteParts, req: Request, res: Response): Promise<void> {
  const { participants, pages } = parts;
  const parsed = parseForm(codeForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view, model: await model(parts, { req, res }, parsed.form) });
    return;
  }
  const order = orderOf(req, res);
  const proved = await participants.prove({ ...order, code: parsed.value.code });
  if (!proved.ok) {
    const form = withError(parsed.form, proved.refusal === 'wrong' ? 'code' : 'form', explainCode(proved.refusal));
    const status = proved.refusal === 'wrong' ? 422 : 409;
    await pages.refused(res, { view, model: await model(parts, { req, res }, form), status });
    return;
  }
  res.redirect(303, paths.jointLoan(order.participantId));
}

async function answer(parts: JointRouteParts, req: Request, res: Response): Promise<void> {
  const { participants, pages } = parts;
  const parsed = parseForm(answerForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view, model: await model(parts, { req, res }, parsed.form) });
    return;
  }
  const order = orderOf(req, res);
  if (parsed.value.answer === 'decline') {
    await participants.leave(order);
    flash(req, { kind: 'success', text: 'You declined. Nothing has changed and you owe nothing.' });
    res.redirect(303, paths.jointLoans);
    return;
  }
  const accepted = await participants.accept(order);
  if (!accepted.ok) {
    flash(req, { kind: 'warn', text: explainAccept(accepted.refusal) });
    res.redirect(303, paths.jointLoan(order.participantId));
    return;
  }
  flash(req, { kind: 'success', text: 'You have joined. Now tell us about yourself; nothing binds you yet.' });
  res.redirect(303, paths.jointLoan(order.participantId));
}

async function askToLeave(parts: JointRouteParts, req: Request, res: Response): Promise<void> {
  const found = await parts.participants.joint(ownOf(req, res));
  if (!hasJoined(found.participant.state)) throw notFound('Participant');
  await parts.pages.show(res, { view: 'loans/people-remove', model: leavePage(found) });
}

const tooLate =
  'The application has been sent, so only an officer can let you go. Ask for it on this page. Nothing was changed.';

async function leave(parts: JointRouteParts, req: Request, res: Response): Promise<void> {
  if (!parseForm(pressForm, req.body).ok) throw notFound('Participant');
  const order = orderOf(req, res);
  const left = await parts.participants.leave(order);
  const text = 'You have left the application. You owe nothing for this loan.';
  flash(req, left.ok ? { kind: 'success', text } : { kind: 'warn', text: tooLate });
  res.redirect(303, left.ok ? paths.jointLoans : paths.jointLoan(order.participantId));
}

async function takeBack(parts: JointRouteParts, req: Request, res: Response): Promise<void> {
  if (!parseForm(pressForm, req.body).ok) throw notFound('Participant');
  const order = orderOf(req, res);
  const taken = await parts.participants.takeConsentBack(order);
  const text = 'Your consent is taken back. The application cannot be sent until you agree again.';
  flash(req, taken.ok ? { kind: 'success', text } : { kind: 'warn', text: tooLate });
  res.redirect(303, paths.jointLoan(order.participantId));
}

async function askRelease(parts: JointRouteParts, req: Request, res: Response): Promise<void> {
  const { participants, pages } = parts;
  const parsed = parseForm(releaseForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view, model: await model(parts, { req, res }, parsed.form) });
    return;
  }
  const order = orderOf(req, res);
  const asked = await participants.askRelease({ ...order, text: parsed.value.text });
  flash(
    req,
    asked.ok
      ? {
          kind: 'success',
          text: 'An officer reads what you wrote. You stay part of the application until we tell you.',
        }
      : { kind: 'warn', text: 'There is nothing to ask for at this moment. Nothing was changed.' },
  );
  res.redirect(303, paths.jointLoan(order.participantId));
}
