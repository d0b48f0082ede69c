import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { formatsIn, type Formats } from '#core/format.ts';
import type { Platform } from '#platform/platform.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Pages } from '#web/render.ts';
import { sendDocument } from '#web/send-document.ts';
import { contestForm } from '../underwriting.forms.ts';
import type { AdverseNotice, Declines } from './adverse-reading.service.ts';
import { writeDecline } from './decline-paper.ts';
import { aboutText, contestPage, declinePage, declineSections, explainContest } from './decline.view.ts';

export interface DeclineRouteParts {
  underwriting: { declines: Declines };
  platform: Pick<Platform, 'clock'>;
  pages: Pages;
  formats: Formats;
}

/** `/loans/apply/:id/decision` and `/contest`: why an application was declined, and asking another person to look at it. */
export function declineRoutes(parts: DeclineRouteParts): Router {
  const router = Router();
  const may = permission('loan:apply');
  const path = '/loans/apply/:applicationId';
  router.get(`${path}/decision`, may, async (req, res) => {
    const found = await noticeOf(parts, req, res);
    await parts.pages.show(res, { view: 'loans/decision', model: declinePage(found, formatsOf(parts, found)) });
  });
  router.get(`${path}/decision.pdf`, may, (req, res) => sendPaper(parts, req, res));
  router.get(`${path}/contest`, may, async (req, res) => {
    const model = contestPage(await applicantsNotice(parts, req, res), emptyForm);
    await parts.pages.show(res, { view: 'loans/contest', model });
  });
  router.post(`${path}/contest`, may, (req, res) => contest(parts, req, res));
  return router;
}

const formatsOf = ({ formats }: DeclineRouteParts, { application }: AdverseNotice) =>
  formatsIn(application.currency, formats);

async function noticeOf({ underwriting }: DeclineRouteParts, req: Request, res: Response): Promise<AdverseNotice> {
  const found = await underwriting.declines.find(ownParty(res), pathParameter(req.params.applicationId));
  if (!found) throw notFound('Decision');
  return found;
}

/** Whoever was only asked to sign with the applicant cannot contest in their name. */
async function applicantsNotice(parts: DeclineRouteParts, req: Request, res: Response): Promise<AdverseNotice> {
  const found = await noticeOf(parts, req, res);
  if (found.notice.role !== 'applicant') throw notFound('Decision');
  return found;
}

async function sendPaper(parts: DeclineRouteParts, req: Request, res: Response): Promise<void> {
  const found = await noticeOf(parts, req, res);
  const formats = formatsOf(parts, found);
  const madeAt = new Date(parts.platform.clock.now().epochMilliseconds);
  const title = declinePage(found, formats).head.title;
  await sendDocument(res, { name: `decision-${found.notice.on}.pdf`, type: 'pdf' }, () =>
    writeDecline(res, {
      ...{ title, madeAt, formats },
      about: aboutText(found, formats),
      sections: declineSections(found, formats),
    }),
  );
}

async function contest(parts: DeclineRouteParts, req: Request, res: Response): Promise<void> {
  const { underwriting, pages } = parts;
  const found = await applicantsNotice(parts, req, res);
  const applicationId = found.application._id;
  const parsed = parseForm(contestForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view: 'loans/contest', model: contestPage(found, parsed.form) });
    return;
  }
  const order = { actor: actor(res).userId, partyId: ownParty(res), applicationId };
  const contested = await underwriting.declines.contest({ ...order, ...parsed.value });
  if (!contested.ok) {
    const form = withError(parsed.form, 'form', explainContest(contested.refusal));
    await pages.refused(res, { view: 'loans/contest', model: contestPage(found, form) });
    return;
  }
  flash(req, { kind: 'success', text: 'We have what you wrote. Another person looks at your application now.' });
  res.redirect(303, paths.application(applicationId));
}
