import { present } from '#core/assert.ts';
import { dateText, type PlainDate } from '#core/calendar.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { bsonDate } from '#platform/clock.ts';
import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import { applicationModel, type Application } from '../applying/application.model.ts';
import { moveApplication } from '../applying/application-moving.ts';
import { next } from '../applying/application-states.ts';
import { chosenProduct } from '../applying/chosen-product.ts';
import { isAccepted } from '../disbursal/disbursal-documents.ts';
import { payoutBlocks } from '../disbursal/payout-checks.ts';
import { accept, type Signed, type SignOrder } from './accepting.ts';
import { openWords } from './agreed-words.ts';
import { createOfferDocuments, paperOfKind, paperTitles } from './offer-documents.ts';
import {
  answerable,
  committed,
  expire,
  findOffered,
  hasOffer,
  payable,
  type AnswerOrder,
  type OfferDeps,
  type OfferParts,
} from './offer-parts.ts';
import { offerFacts, type OfferPaperKind } from './offer-papers.ts';
import { conditionDays, hasExpired, type AnswerRefusal } from './offer.rules.ts';
import type { OfferDocument, OfferedApplication, OfferReview } from './offer-review.ts';

export type { AnswerOrder } from './offer-parts.ts';

export interface Offers {
  /** Undefined where the party has no application of that id, or it has no offer. */
  findOffer(partyId: string, applicationId: string): Promise<OfferReview | undefined>;
  /** The papers of an offer as they are now, with the SHA-256 of each; for whoever else signs it. */
  offerDocuments(application: Application): Promise<OfferDocument[]>;
  /** One of them as a PDF: as it was signed, or as it would be signed now. */
  offerPaper(kind: OfferPaperKind, application: OfferedApplication): Promise<Buffer>;
  /** Signs; the money is paid out later, by staff. */
  acceptOffer(order: SignOrder): Promise<Signed>;
  declineOffer(order: AnswerOrder): Promise<Result<'declined', AnswerRefusal>>;
  /** Ends the offers whose last day is before `today`, and those accepted whose conditions were not met in time. */
  expireOffers(today: PlainDate): Promise<number>;
}

export function createOffers(platform: Platform, deps: OfferDeps): Offers {
  const documents = createOfferDocuments({ platform, ...deps });
  const parts: OfferParts = {
    platform,
    ...deps,
    documents,
    applications: applicationModel(platform.database.connection),
  };
  return {
    findOffer: (partyId, applicationId) => review(parts, { partyId, applicationId }),
    offerDocuments: (application) => (hasOffer(application) ? documents.of(application) : Promise.resolve([])),
    offerPaper: (kind, application) => paperOfKind(parts, kind, application),
    acceptOffer: (order) => accept(parts, order),
    declineOffer: (order) => decline(parts, order),
    expireOffers: (today) => expireAll(parts, today),
  };
}

async function review(
  parts: OfferParts,
  query: { partyId: string; applicationId: string },
): Promise<OfferReview | undefined> {
  const application = await findOffered(parts, query);
  if (!application) return undefined;
  const { offer, partyId, state, acceptance } = application;
  const pinned = present(await parts.products.version(application.productVersionId), 'The product of an offer');
  const product = chosenProduct(pinned, application);
  const today = await parts.platform.bankDay.today();
  const isOpen = next(state, 'accept') !== undefined;
  const isWaiting = next(state, 'disburse') !== undefined;
  const words = await openWords(parts.platform.vault, application);
  const signed = acceptance?.documents.map(({ kind, sha256 }) => ({ kind, sha256, title: paperTitles[kind] }));
  return {
    application,
    words,
    product,
    facts: offerFacts({ application, words, product }),
    documents: signed ?? (isOpen ? await parts.documents.of(application) : []),
    borrower: (await parts.customers.names([partyId])).get(partyId) ?? '',
    accounts: await payable(parts, application),
    bankProof: (await parts.checks.bankProof?.(application)) ?? 'none',
    missing: isWaiting && isAccepted(application) ? await payoutBlocks(parts, application) : [],
    expired: (state === 'expired' && acceptance === null) || (isOpen && hasExpired(offer.validUntil, today)),
  };
}

async function decline(parts: OfferParts, order: AnswerOrder): Promise<Result<'declined', AnswerRefusal>> {
  const { platform } = parts;
  const { application, answer } = await answerable(parts, order);
  if (application.state === 'declined') return ok('declined');
  if (!answer.ok) return answer;
  if (application.version !== order.version) return refuse({ code: 'documents-changed' });
  const { companions } = moveApplication(platform, {
    ...{ application, action: 'decline', actor: order.actor, by: 'borrower' },
    set: { answeredAt: bsonDate(platform.clock.now()) },
  });
  return (await committed(platform, companions)) ? ok('declined') : refuse({ code: 'documents-changed' });
}

const batchSize = 100;
const mostBatches = 1_000;

/** Those not answered in time, and those accepted whose conditions are still open after their days. */
async function expireAll(parts: OfferParts, today: PlainDate): Promise<number> {
  const lastDay = today.subtract({ days: conditionDays });
  const before = bsonDate(lastDay.toZonedDateTime(parts.platform.timeZone).toInstant());
  const unanswered = { state: 'offered', 'offer.validUntil': operators({ $lt: dateText(today) }) };
  const waiting = {
    state: 'accepted',
    answeredAt: operators({ $lt: before }),
    conditions: operators({ $elemMatch: { met: null } }),
  };
  return (await expireBy(parts, unanswered)) + (await expireBy(parts, waiting));
}

async function expireBy(parts: OfferParts, filter: Record<string, unknown>): Promise<number> {
  let count = 0;
  for (let batch = 0; batch < mostBatches; batch += 1) {
    const late = await parts.applications.find(filter).sort({ state: 1 }).limit(batchSize).lean<Application[]>();
    let ended = 0;
    for (const application of late) {
      if (hasOffer(application) && (await expire(parts, application))) ended += 1;
    }
    count += ended;
    // What somebody else moves at this moment is not ended by us; the next day looks again.
    if (late.length < batchSize || ended === 0) break;
  }
  return count;
}
