import { present } from '#core/assert.ts';
import type { Application } from '../applying/application.model.ts';
import { fingerprint, offerPaperKinds, type OfferPaper, type OfferPaperKind } from '../offer/offer-papers.ts';
import type { OfferedApplication } from '../offer/offer-review.ts';
import type { ParticipantParts } from './participant-parts.ts';

export interface OfferDocument {
  kind: OfferPaperKind;
  /** In hexadecimal. */
  sha256: string;
}

/** What the papers of an offer are made of: the same for whoever reads them. */
export async function offerPaperOf(
  { customers, products, platform }: Pick<ParticipantParts, 'customers' | 'products' | 'platform'>,
  application: OfferedApplication,
): Promise<OfferPaper> {
  const names = await customers.names([application.partyId]);
  const product = present(await products.version(application.productVersionId), 'The product of an offer');
  return { application, product, borrower: names.get(application.partyId) ?? '', formats: platform.formats };
}

export function hasOffer(application: Application): application is OfferedApplication {
  return application.offer !== null;
}

/** The papers of an offer as they are now. */
export async function offerDocuments(
  parts: Pick<ParticipantParts, 'customers' | 'products' | 'platform'>,
  application: Application,
): Promise<OfferDocument[]> {
  if (!hasOffer(application)) return [];
  const paper = await offerPaperOf(parts, application);
  return Promise.all(offerPaperKinds.map(async (kind) => ({ kind, sha256: await fingerprint(kind, paper) })));
}
