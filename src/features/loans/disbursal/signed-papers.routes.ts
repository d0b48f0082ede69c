import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { actor, pathParameter } from '#web/express.ts';
import { permission } from '#web/permission.ts';
import { sendBytes } from '#web/send-document.ts';
import { offerPaperKinds, paperFileName, type OfferPaperKind } from '../offer/offer-papers.ts';
import type { Payouts } from './payouts.service.ts';

export interface SignedPaperParts {
  payouts: Pick<Payouts, 'signedPaper'>;
}

/** `/officer/applications/:id/papers/…`: the papers of an offer as they were signed, for staff. */
export function signedPaperRoutes(parts: SignedPaperParts): Router {
  const router = Router();
  for (const kind of offerPaperKinds) {
    const path = `/officer/applications/:applicationId/papers/${kind}.pdf`;
    router.get(path, permission('payout:ask'), (req, res) => send(parts, { kind, req, res }));
  }
  return router;
}

async function send(
  { payouts }: SignedPaperParts,
  { kind, req, res }: { kind: OfferPaperKind; req: Request; res: Response },
): Promise<void> {
  const applicationId = pathParameter(req.params.applicationId);
  const paper = await payouts.signedPaper({ actor: actor(res), applicationId, kind });
  if (!paper) throw notFound('Paper');
  sendBytes(res, { name: paperFileName(kind, paper.application), bytes: paper.bytes });
}
