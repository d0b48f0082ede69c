import type { Model } from 'mongoose';
import { present } from '#core/assert.ts';
import { dateText } from '#core/calendar.ts';
import { conflict, notFound } from '#core/errors.ts';
import { toDecimalString } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Actor } from '#core/roles.ts';
import type { Products } from '#features/products/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import type { Sealed } from '#platform/vault/vault.ts';
import type { Application, Decision, Offer } from '../applying/application.model.ts';
import { moveApplication } from '../applying/application-moving.ts';
import { offerValidUntil } from '../offer/offer.rules.ts';
import { offerNotice, rejectionNotice } from './underwriting-notices.ts';
import {
  mayDecide,
  rejectionReason,
  withinProduct,
  type ApprovedTerms,
  type DecisionRefusal,
  type RejectionReason,
} from './underwriting.rules.ts';

export type Decider = Pick<Actor, 'userId' | 'partyId'>;

export interface DecisionOrder {
  actor: Decider;
  applicationId: string;
  version: number;
  /** For staff only; kept sealed. */
  note?: string | undefined;
}

export interface DecisionParts {
  platform: Platform;
  products: Products;
  applications: Model<Application>;
}

export const notePlace = (applicationId: string) => ({
  collection: 'applications',
  document: applicationId,
  field: 'decision.note',
});

/** Makes an offer of these terms, open for two weeks from the business date. */
export async function approve(
  parts: DecisionParts,
  order: DecisionOrder & ApprovedTerms,
): Promise<Result<Application, DecisionRefusal>> {
  const found = await decidable(parts, order);
  if (!found.ok) return found;
  const offer = await offerOf(parts, { application: found.value, terms: order });
  if (!offer.ok) return offer;
  const { amount, annualRate, instalments } = offer.value;
  const details = {
    amount: toDecimalString(amount, found.value.currency),
    annualRate,
    instalments: String(instalments),
  };
  return decide(parts, {
    application: found.value,
    order,
    outcome: { action: 'approve', reason: null, offer: offer.value, details },
    notice: offerNotice(parts.platform, found.value, offer.value),
  });
}

export async function reject(
  parts: DecisionParts,
  order: DecisionOrder & { reason: RejectionReason },
): Promise<Result<Application, DecisionRefusal>> {
  const found = await decidable(parts, order);
  if (!found.ok) return found;
  const { sentence } = present(rejectionReason(order.reason), 'A reason of the closed list');
  return decide(parts, {
    application: found.value,
    order,
    outcome: { action: 'reject', reason: order.reason, offer: null, details: { reason: order.reason } },
    notice: rejectionNotice(parts.platform, found.value, sentence),
  });
}

/** The application as it was shown, where this officer may decide on it now. A draft is not there for staff. */
async function decidable(
  { applications }: DecisionParts,
  { actor, applicationId, version }: DecisionOrder,
): Promise<Result<Application, DecisionRefusal>> {
  const application = await applications.findOne({ _id: applicationId }).lean<Application>();
  if (!application || application.state === 'draft') throw notFound('Application');
  const { partyId: applicantPartyId, state } = application;
  const judged = mayDecide({ deciderPartyId: actor.partyId, applicantPartyId, state });
  if (!judged.ok) return judged;
  if (application.version !== version) throw conflict('The application');
  return ok(application);
}

async function offerOf(
  { platform, products }: DecisionParts,
  { application, terms }: { application: Application; terms: ApprovedTerms },
): Promise<Result<Offer, DecisionRefusal>> {
  const product = present(await products.version(application.productVersionId), 'The product version');
  const { amount, annualRate, instalments } = terms;
  const within = withinProduct({ amount, annualRate, instalments }, product);
  if (!within.ok) return within;
  const today = await platform.bankDay.today();
  const estimate = products.estimate(product, { amount, annualRate, instalments, disbursedOn: today });
  if (!estimate.ok) return refuse({ code: 'no-schedule' });
  const { instalment, fee, totalInterest, totalRepaid, aprPercent } = estimate.value;
  const madeOn = dateText(today);
  const validUntil = dateText(offerValidUntil(today));
  const cost = { instalment, fee, totalInterest, totalRepaid, aprPercent };
  return ok({ amount, annualRate, instalments, ...cost, madeOn, validUntil });
}

interface Outcome {
  action: 'approve' | 'reject';
  reason: RejectionReason | null;
  offer: Offer | null;
  details: Record<string, string>;
}

async function decide(
  parts: DecisionParts,
  facts: { application: Application; order: DecisionOrder; outcome: Outcome; notice: Companion },
): Promise<Result<Application, DecisionRefusal>> {
  const { platform } = parts;
  const { application, order, outcome, notice } = facts;
  const at = bsonDate(platform.clock.now());
  const decision: Decision = {
    by: order.actor.userId,
    at,
    outcome: outcome.action === 'approve' ? 'approved' : 'rejected',
    reason: outcome.reason,
    note: await sealedNote(platform, { application, note: order.note }),
  };
  const moved = moveApplication(platform, {
    ...{ application, action: outcome.action, actor: order.actor.userId, by: 'staff', details: outcome.details },
    set: { decision, offer: outcome.offer },
  });
  await commitTogether(platform.database, [...moved.companions, notice]);
  return ok({ ...moved.application, decision, offer: outcome.offer });
}

async function sealedNote(
  { vault }: Platform,
  { application, note }: { application: Application; note: string | undefined },
): Promise<Sealed | null> {
  if (note === undefined || note === '') return null;
  return vault.seal(application.partyId, notePlace(application._id), note);
}
