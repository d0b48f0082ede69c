import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import type { Formats } from '#core/format.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Pages } from '#web/render.ts';
import { acceptForm, declineForm } from './offer.forms.ts';
import type { AnswerRefusal } from './offer.rules.ts';
import { explainAnswer, offerPage } from './offer.view.ts';
import { offerKeyFactsRoutes, type OfferKeyFactsParts } from '../key-facts/offer-key-facts.routes.ts';
import type { Underwriting } from '../underwriting/underwriting.service.ts';

export interface OfferRouteParts extends OfferKeyFactsParts {
  underwriting: Pick<Underwriting, 'findOffer' | 'acceptOffer' | 'declineOffer'>;
  pages: Pages;
  formats: Formats;
}

const offerPath = '/loans/apply/:applicationId/offer';

/** `/loans/apply/:id/offer`: to be mounted before the sections of an application, which `offer` is none of. */
export function offerRoutes(parts: OfferRouteParts): Router {
  const router = Router();
  router.use(offerKeyFactsRoutes(parts));
  router.get(offerPath, permission('offer:answer'), async (req, res) => {
    await parts.pages.show(res, { view: 'loans/offer', model: await page(parts, req, res) });
  });
  router.post(`${offerPath}/accept`, permission('offer:answer'), (req, res) => accept(parts, req, res));
  router.post(`${offerPath}/decline`, permission('offer:answer'), (req, res) => decline(parts, req, res));
  return router;
}

async function page({ underwriting, formats }: OfferRouteParts, req: Request, res: Response, form?: FormState) {
  const review = await underwriting.findOffer(ownParty(res), pathParameter(req.params.applicationId));
  if (!review) throw notFound('Offer');
  return offerPage(review, { formats, ...(form ? { form } : {}) });
}

async function accept(parts: OfferRouteParts, req: Request, res: Response): Promise<void> {
  const { underwriting, pages } = parts;
  const parsed = parseForm(acceptForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view: 'loans/offer', model: await page(parts, req, res, parsed.form) });
    return;
  }
  const { version, accountId } = parsed.value;
  const accepted = await underwriting.acceptOffer({ ...order(req, res), version, accountId });
  if (!accepted.ok) {
    await refused(parts, req, res, { refusal: accepted.refusal, form: parsed.form });
    return;
  }
  const { loanId, paidOut } = accepted.value;
  flash(
    req,
    paidOut
      ? { kind: 'success', text: 'You accepted the offer. The money is in your account.' }
      : {
          kind: 'warn',
          text: 'You accepted the offer, but the money could not be paid out yet. We are working on it, and you need to do nothing.',
        },
  );
  res.redirect(303, paidOut ? paths.loan(loanId) : paths.offer(pathParameter(req.params.applicationId)));
}

async function decline(parts: OfferRouteParts, req: Request, res: Response): Promise<void> {
  const { underwriting, pages } = parts;
  const parsed = parseForm(declineForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view: 'loans/offer', model: await page(parts, req, res, parsed.form) });
    return;
  }
  const declined = await underwriting.declineOffer({ ...order(req, res), version: parsed.value.version });
  if (!declined.ok) {
    await refused(parts, req, res, { refusal: declined.refusal, form: parsed.form });
    return;
  }
  flash(req, { kind: 'success', text: 'You declined the offer. Nothing was borrowed and nothing is owed.' });
  res.redirect(303, paths.application(pathParameter(req.params.applicationId)));
}

function order(req: Request, res: Response) {
  return {
    actor: actor(res).userId,
    partyId: ownParty(res),
    applicationId: pathParameter(req.params.applicationId),
  };
}

async function refused(
  parts: OfferRouteParts,
  req: Request,
  res: Response,
  outcome: { refusal: AnswerRefusal; form: FormState },
): Promise<void> {
  const { field, text, status } = explainAnswer(outcome.refusal);
  const model = await page(parts, req, res, withError(outcome.form, field, text));
  await parts.pages.refused(res, { view: 'loans/offer', model, status });
}
