import { Router } from 'express';
import type { ApplicationRouteParts } from './applying/application.pages.ts';
import { applicationRoutes } from './applying/application.routes.ts';
import { offerRoutes, type OfferRouteParts } from './offer/offer.routes.ts';
import { underwritingRoutes, type UnderwritingRouteParts } from './underwriting/underwriting.routes.ts';

/** Everything up to the disbursal. The offer before the sections: its paths look like one of them. */
export function loanRoutes(parts: OfferRouteParts & ApplicationRouteParts & UnderwritingRouteParts): Router {
  return Router().use(offerRoutes(parts), applicationRoutes(parts), underwritingRoutes(parts));
}
