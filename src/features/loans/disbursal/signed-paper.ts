import type { Actor } from '#core/roles.ts';
import { paperOfKind } from '../offer/offer-documents.ts';
import type { OfferPaperKind } from '../offer/offer-papers.ts';
import type { OfferedApplication } from '../offer/offer-review.ts';
import { applicationOf, type PayoutParts } from './payout-parts.ts';

/** What staff read before money moves: the paper that the borrower signed, to the last byte. */
export async function signedPaper(
  parts: PayoutParts,
  query: { actor: Actor; applicationId: string; kind: OfferPaperKind },
): Promise<{ application: OfferedApplication; bytes: Buffer } | undefined> {
  const { actor, applicationId, kind } = query;
  const found = await applicationOf(parts, applicationId);
  if (found.acceptance === null || found.offer === null) return undefined;
  const application = { ...found, offer: found.offer };
  const bytes = await paperOfKind(parts, kind, application);
  await parts.platform.audit.record({
    actor: actor.userId,
    action: 'signed-paper-opened',
    subject: { type: 'application', id: applicationId },
    details: { document: kind },
  });
  return { application, bytes };
}
