import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { formatsIn, type Formats } from '#core/format.ts';
import { ownParty, pathParameter } from '#web/express.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import type { Pages } from '#web/render.ts';
import { datesNote, offerAbout } from '../offer/offer-papers.ts';
import type { Underwriting } from '../underwriting/underwriting.service.ts';
import { keyFactsPage } from './key-facts.view.ts';

export interface OfferKeyFactsParts {
  underwriting: Pick<Underwriting, 'findOffer'>;
  pages: Pages;
  formats: Formats;
}

/** `/loans/apply/:id/offer/key-facts`: what the offer would be as a loan. The PDF is one of the papers that are signed. */
export function offerKeyFactsRoutes(parts: OfferKeyFactsParts): Router {
  const router = Router();
  router.get('/loans/apply/:applicationId/offer/key-facts', permission('offer:answer'), (req, res) =>
    showKeyFacts(parts, req, res),
  );
  return router;
}

async function showKeyFacts(parts: OfferKeyFactsParts, req: Request, res: Response): Promise<void> {
  const review = await parts.underwriting.findOffer(ownParty(res), pathParameter(req.params.applicationId));
  if (!review) throw notFound('Offer');
  const { application, facts } = review;
  const { state, loanId } = application;
  if (state === 'disbursed' && loanId !== null) {
    // The loan's own key facts say what was agreed.
    res.redirect(303, paths.loanKeyFacts(loanId));
    return;
  }
  const formats = formatsIn(application.currency, parts.formats);
  const href = paths.offer(application._id);
  const model = keyFactsPage(facts, {
    crumbs: [
      { text: 'Loans', href: paths.loans },
      { text: application.productName, href: paths.application(application._id) },
      { text: 'Offer', href },
      { text: 'Key facts' },
    ],
    about: offerAbout(application),
    note: datesNote(application.offer.madeOn, formats),
    pdf: paths.offerPaper(application._id, 'key-facts'),
    back: { href, text: 'Back to the offer' },
    formats,
  });
  await parts.pages.show(res, { view: 'loans/key-facts', model });
}
