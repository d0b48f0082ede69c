import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import type { Formats } from '#core/format.ts';
import type { Identity } from '#features/identity/index.ts';
import { confirmsPassword } from '#web/confirm-password.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import { type Limiter } from '#web/rate-limit.ts';
import type { Pages } from '#web/render.ts';
import { sendBytes } from '#web/send-document.ts';
import type { Payouts } from '../disbursal/payouts.service.ts';
import { offerKeyFactsRoutes } from '../key-facts/offer-key-facts.routes.ts';
import type { Underwriting } from '../underwriting/underwriting.service.ts';
import { paperFileName, type OfferPaperKind } from './offer-papers.ts';
import { signForm, versionForm } from './offer.forms.ts';
import { explainAnswer, type ExplainedAnswer } from './offer-refusals.ts';
import { offerPage } from './offer.view.ts';

export interface OfferRouteParts {
  underwriting: Pick<Underwriting, 'findOffer' | 'acceptOffer' | 'declineOffer' | 'offerPaper'>;
  payouts: Pick<Payouts, 'cancelAccepted'>;
  identity: Pick<Identity, 'confirmPassword'>;
  limits: { confirmPassword: Limiter };
  pages: Pages;
  formats: Formats;
}

const offerPath = '/loans/apply/:applicationId/offer';
const may = 'offer:answer';

/** `/loans/apply/:id/offer`: to be mounted before the sections of an application, which `offer` is none of. */
export function offerRoutes(parts: OfferRouteParts): Router {
  const router = Router();
  router.use(offerKeyFactsRoutes(parts));
  router.get(offerPath, permission(may), async (req, res) => {
    await parts.pages.show(res, { view: 'loans/offer', model: await page(parts, req, res) });
  });
  router.get(`${offerPath}/key-facts.pdf`, permission(may), (req, res) =>
    paper(parts, { req, res, kind: 'key-facts' }),
  );
  router.get(`${offerPath}/sanction-letter.pdf`, permission(may), (req, res) =>
    paper(parts, { req, res, kind: 'sanction-letter' }),
  );
  router.get(`${offerPath}/agreement.pdf`, permission(may), (req, res) =>
    paper(parts, { req, res, kind: 'agreement' }),
  );
  router.post(`${offerPath}/accept`, permission(may), (req, res) => sign(parts, req, res));
  router.post(`${offerPath}/decline`, permission(may), (req, res) => decline(parts, req, res));
  router.post(`${offerPath}/cancel`, permission(may), (req, res) => cancel(parts, req, res));
  return router;
}

async function page({ underwriting, formats }: OfferRouteParts, req: Request, res: Response, form?: FormState) {
  const review = await underwriting.findOffer(ownParty(res), pathParameter(req.params.applicationId));
  if (!review) throw notFound('Offer');
  return offerPage(review, { formats, ...(form ? { form } : {}) });
}

async function paper(
  { underwriting }: OfferRouteParts,
  { req, res, kind }: { req: Request; res: Response; kind: OfferPaperKind },
): Promise<void> {
  const review = await underwriting.findOffer(ownParty(res), pathParameter(req.params.applicationId));
  if (!review) throw notFound('Offer');
  const { application } = review;
  sendBytes(res, { name: paperFileName(kind, application), bytes: await underwriting.offerPaper(kind, application) });
}

async function sign(parts: OfferRouteParts, req: Request, res: Response): Promise<void> {
  const { underwriting, pages } = parts;
  const parsed = parseForm(signForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view: 'loans/offer', model: await page(parts, req, res, parsed.form) });
    return;
  }
  const { version, payInto, typedName, password, keyFacts, sanctionLetter, agreement } = parsed.value;
  if (!(await confirmsPassword(parts, { req, res, password }))) {
    const text = 'This is not your password. Enter the one that you sign in with. Nothing was signed.';
    await refused(parts, req, res, { explained: { field: 'password', text, status: 422 }, form: parsed.form });
    return;
  }
  const signed = await underwriting.acceptOffer({
    ...{ ...order(req, res), version, typedName, address: req.ip ?? 'unknown' },
    ...(payInto === 'bank' ? { payTo: 'bank' as const } : { payTo: 'account' as const, accountId: payInto }),
    documents: [
      { kind: 'key-facts', sha256: keyFacts },
      { kind: 'sanction-letter', sha256: sanctionLetter },
      { kind: 'agreement', sha256: agreement },
    ],
  });
  if (!signed.ok) {
    await refused(parts, req, res, { explained: explainAnswer(signed.refusal), form: parsed.form });
    return;
  }
  // The page itself says that it is signed and what comes next.
  res.redirect(303, paths.offer(pathParameter(req.params.applicationId)));
}

async function decline(parts: OfferRouteParts, req: Request, res: Response): Promise<void> {
  const { underwriting, pages } = parts;
  const parsed = parseForm(versionForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view: 'loans/offer', model: await page(parts, req, res, parsed.form) });
    return;
  }
  const declined = await underwriting.declineOffer({ ...order(req, res), version: parsed.value.version });
  if (!declined.ok) {
    await refused(parts, req, res, { explained: explainAnswer(declined.refusal), form: parsed.form });
    return;
  }
  flash(req, { kind: 'success', text: 'You declined the offer. Nothing was borrowed and nothing is owed.' });
  res.redirect(303, paths.application(pathParameter(req.params.applicationId)));
}

async function cancel(parts: OfferRouteParts, req: Request, res: Response): Promise<void> {
  const { payouts, pages } = parts;
  const parsed = parseForm(versionForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view: 'loans/offer', model: await page(parts, req, res, parsed.form) });
    return;
  }
  const cancelled = await payouts.cancelAccepted({ ...order(req, res), version: parsed.value.version });
  if (!cancelled.ok) {
    const text = 'This offer has changed since the page was shown: look at it again. Nothing was cancelled.';
    await refused(parts, req, res, { explained: { field: 'form', text, status: 409 }, form: parsed.form });
    return;
  }
  flash(req, { kind: 'success', text: 'You cancelled the loan. Nothing was paid out and nothing is owed.' });
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
  outcome: { explained: ExplainedAnswer; form: FormState },
): Promise<void> {
  const { field, text, status } = outcome.explained;
  const model = await page(parts, req, res, withError(outcome.form, field, text));
  await parts.pages.refused(res, { view: 'loans/offer', model, status });
}
