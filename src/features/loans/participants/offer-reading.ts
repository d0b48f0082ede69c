import type { Application } from '../applying/application.model.ts';
import { paperOfKind, papersOf } from '../offer/offer-documents.ts';
import type { OfferPaperKind } from '../offer/offer-papers.ts';
import type { OfferedApplication } from '../offer/offer-review.ts';
import { fingerprints, readSigned, type Paper } from '../offer/signed-papers.ts';
import type { ParticipantRecord } from './participant.model.ts';
import type { ParticipantParts } from './participant-parts.ts';

export interface OfferDocument {
  kind: OfferPaperKind;
  /** In hexadecimal. */
  sha256: string;
}

type Parts = Pick<ParticipantParts, 'customers' | 'products' | 'platform'>;

export function hasOffer(application: Application): application is OfferedApplication {
  return application.offer !== null;
}

/** The papers of an offer as a participant signs them now: those of the borrower's signature once there is one. */
export function papersToSign(parts: Parts, application: Application): Promise<Paper[]> {
  return hasOffer(application) ? papersOf(parts, application) : Promise.resolve([]);
}

export async function offerDocuments(parts: Parts, application: Application): Promise<OfferDocument[]> {
  return fingerprints(await papersToSign(parts, application));
}

/** A paper as this participant signed it, or as they would sign it now. */
export async function paperFor(
  parts: Parts,
  signature: ParticipantRecord['signature'],
  of: { partyId: string; application: OfferedApplication; kind: OfferPaperKind },
): Promise<Buffer> {
  const { partyId, application, kind } = of;
  const document = signature?.documents.find((one) => one.kind === kind);
  const signed = await readSigned(parts.platform, { partyId, document });
  return signed ?? paperOfKind(parts, kind, application);
}
