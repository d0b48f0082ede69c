import { Router } from 'express';
import type { ApplicationRouteParts } from './applying/application.pages.ts';
import { applicationRoutes } from './applying/application.routes.ts';
import { publicLoanRoutes, type PublicLoanParts } from './calculator/public-loan.routes.ts';
import { bankProofRoutes, type BankProofParts } from './bank-proof/bank-proof.routes.ts';
import { deskRoutes, type DeskRouteParts } from './desk/desk.routes.ts';
import { documentRoutes, type DocumentRouteParts } from './documents/documents.routes.ts';
import { officerDocumentRoutes } from './documents/officer-documents.routes.ts';
import { cancelRoutes, type CancelRouteParts } from './disbursal/cancel.routes.ts';
import { payoutRoutes, type PayoutRouteParts } from './disbursal/payout.routes.ts';
import { offerRoutes, type OfferRouteParts } from './offer/offer.routes.ts';
import { participantRoutes, type ParticipantRouteParts } from './participants/participants.routes.ts';
import { withdrawingRoutes } from './status/withdrawing.routes.ts';
import { underwritingRoutes, type UnderwritingRouteParts } from './underwriting/underwriting.routes.ts';

/** Everything up to the disbursal. The offer before the sections: its paths look like one of them. */
export function loanRoutes(
  parts: PayoutRouteParts &
    CancelRouteParts &
    OfferRouteParts &
    ApplicationRouteParts &
    UnderwritingRouteParts &
    DeskRouteParts &
    ParticipantRouteParts &
    PublicLoanParts &
    BankProofParts &
    DocumentRouteParts,
): Router {
  return Router().use(
    publicLoanRoutes(parts),
    bankProofRoutes(parts),
    withdrawingRoutes(parts),
    deskRoutes(parts),
    participantRoutes(parts),
    documentRoutes(parts),
    officerDocumentRoutes(parts),
    offerRoutes(parts),
    payoutRoutes(parts),
    cancelRoutes(parts),
    underwritingRoutes(parts),
    applicationRoutes(parts),
  );
}
