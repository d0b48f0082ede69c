import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { ownParty, pathParameter } from '#web/express.ts';
import { permission } from '#web/permission.ts';
import { sendBytes } from '#web/send-document.ts';
import { offerPaperKinds, paperFileName, type OfferPaperKind } from '../offer/offer-papers.ts';
import type { JointRouteParts } from './joint.pages.ts';

/** The papers of an offer, for whoever has to sign it beside the applicant. */
export function jointPaperRoutes(parts: JointRouteParts): Router {
  const router = Router();
  for (const kind of offerPaperKinds) {
    const path = `/loans/joint/:participantId/papers/${kind}.pdf`;
    router.get(path, permission('loan:join'), (req, res) => send(parts, { kind, req, res }));
  }
  return router;
}

async function send(
  { participants }: JointRouteParts,
  { kind, req, res }: { kind: OfferPaperKind; req: Request; res: Response },
): Promise<void> {
  const own = { partyId: ownParty(res), participantId: pathParameter(req.params.participantId) };
  const paper = await participants.offerPaper({ ...own, kind });
  if (!paper) throw notFound('Offer');
  sendBytes(res, { name: paperFileName(kind, paper.application), bytes: paper.bytes });
}
