import { Router, type Request, type Response } from 'express';
import { dateText } from '#core/calendar.ts';
import { notFound } from '#core/errors.ts';
import { formatsIn, type Formats } from '#core/format.ts';
import type { Platform } from '#platform/platform.ts';
import { sendDocument } from '#web/send-document.ts';
import { ownParty, pathParameter } from '#web/express.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import type { Pages } from '#web/render.ts';
import type { OfferReview } from '../offer/offer-review.ts';
import type { Underwriting } from '../underwriting/underwriting.service.ts';
import { keyFacts } from './key-facts-documents.ts';

export interface OfferKeyFactsParts {
  underwriting: Pick<Underwriting, 'findOffer'>;
  platform: Pick<Platform, 'clock'>;
  pages: Pages;
  formats: Formats;
}

/** `/loans/apply/:id/offer/key-facts`: what the offer would be as a loan, before it is accepted. */
export function offerKeyFactsRoutes(parts: OfferKeyFactsParts): Router {
  const router = Router();
  const path = '/loans/apply/:applicationId/offer/key-facts';
  router.get(path, permission('offer:answer'), (req, res) => showKeyFacts(parts, req, res));
  router.get(`${path}.pdf`, permission('offer:answer'), (req, res) => sendKeyFacts(parts, req, res));
  return router;
}

const note = 'Due dates if you accept today; they move with the day on which the money is paid out.';

/** Undefined once it is a loan, whose own key facts say what was agreed: the answer has then been sent. */
async function offerOf(
  { underwriting }: OfferKeyFactsParts,
  { req, res, file }: { req: Request; res: Response; file: '' | '.pdf' },
): Promise<OfferReview | undefined> {
  const review = await underwriting.findOffer(ownParty(res), pathParameter(req.params.applicationId));
  if (!review) throw notFound('Offer');
  const { state, loanId } = review.application;
  if (state !== 'disbursed' || loanId === null) return review;
  res.redirect(303, `${paths.loanKeyFacts(loanId)}${file}`);
  return undefined;
}

async function showKeyFacts(parts: OfferKeyFactsParts, req: Request, res: Response): Promise<void> {
  const review = await offerOf(parts, { req, res, file: '' });
  if (!review) return;
  const { application, product, terms } = review;
  const href = paths.offer(application._id);
  const model = keyFacts.page(keyFacts.of(product, terms), {
    crumbs: [
      { text: 'Loans', href: paths.loans },
      { text: application.productName, href: paths.application(application._id) },
      { text: 'Offer', href },
      { text: 'Key facts' },
    ],
    about: aboutOf(review),
    note,
    pdf: `${paths.offerKeyFacts(application._id)}.pdf`,
    back: { href, text: 'Back to the offer' },
    formats: formatsIn(application.currency, parts.formats),
  });
  await parts.pages.show(res, { view: 'loans/key-facts', model });
}

async function sendKeyFacts(parts: OfferKeyFactsParts, req: Request, res: Response): Promise<void> {
  const review = await offerOf(parts, { req, res, file: '.pdf' });
  if (!review) return;
  const { application, product, terms } = review;
  const formats = formatsIn(application.currency, parts.formats);
  const madeAt = new Date(parts.platform.clock.now().epochMilliseconds);
  const name = `key-facts-offer-${dateText(terms.disbursedOn)}.pdf`;
  await sendDocument(res, { name, type: 'pdf' }, () =>
    keyFacts.write(res, keyFacts.of(product, terms), { about: aboutOf(review), note, madeAt, formats }),
  );
}

function aboutOf({ application }: OfferReview): string {
  return `Offer of a ${application.productName.toLowerCase()}, application ${application.reference}`;
}
