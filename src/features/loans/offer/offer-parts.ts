import type { Model } from 'mongoose';
import { notFound } from '#core/errors.ts';
import type { Accounts, DepositAccount } from '#features/accounts/index.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Products } from '#features/products/index.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { Fault } from '#core/errors.ts';
import type { Platform } from '#platform/platform.ts';
import type { Application } from '../applying/application.model.ts';
import { moveApplication } from '../applying/application-moving.ts';
import { next } from '../applying/application-states.ts';
import type { PayoutChecks } from '../disbursal/payout-checks.ts';
import { expiryNotice, lapseNotice } from '../underwriting/underwriting-notices.ts';
import type { OfferDocuments } from './offer-documents.ts';
import { mayAnswer } from './offer.rules.ts';
import type { OfferedApplication } from './offer-review.ts';

export interface AnswerOrder {
  /** The user's id. */
  actor: string;
  partyId: string;
  applicationId: string;
  version: number;
}

export interface OfferDeps {
  products: Products;
  accounts: Accounts;
  customers: Pick<Customers, 'names'>;
  checks: PayoutChecks;
}

export interface OfferParts extends OfferDeps {
  platform: Platform;
  applications: Model<Application>;
  documents: OfferDocuments;
}

export function hasOffer(application: Application): application is OfferedApplication {
  return application.offer !== null;
}

/** Undefined where the party has no application of that id, or it has no offer. */
export async function findOffered(
  { applications }: OfferParts,
  { partyId, applicationId: _id }: { partyId: string; applicationId: string },
): Promise<OfferedApplication | undefined> {
  const found = await applications.findOne({ _id, partyId }).lean<Application>();
  return found && hasOffer(found) ? found : undefined;
}

/** The application with what may be done about its offer; one that turns out to be too late is ended on the way. */
export async function answerable(parts: OfferParts, order: AnswerOrder) {
  const application = await findOffered(parts, order);
  if (!application) throw notFound('Offer');
  const today = await parts.platform.bankDay.today();
  const { state, offer } = application;
  const answer = mayAnswer({ state, validUntil: offer.validUntil, today });
  const isLate = !answer.ok && answer.refusal.code === 'expired';
  if (isLate && next(state, 'accept') !== undefined) await expire(parts, application);
  return { application, answer };
}

export async function payable(
  { accounts }: OfferParts,
  { partyId, currency }: Pick<Application, 'partyId' | 'currency'>,
): Promise<DepositAccount[]> {
  return (await accounts.listOwn(partyId)).filter((account) => account.currency === currency);
}

/** An offer that was answered, or a loan that was paid out, in the meantime stays as it is. */
export async function expire({ platform }: OfferParts, application: OfferedApplication): Promise<boolean> {
  const { companions } = moveApplication(platform, { application, action: 'expire', actor: 'system', by: 'system' });
  const notice =
    application.state === 'accepted'
      ? lapseNotice(platform, application)
      : expiryNotice(platform, application, application.offer);
  return committed(platform, [...companions, notice]);
}

/** False where somebody else was quicker: nothing is written then. */
export async function committed({ database }: Platform, companions: readonly Companion[]): Promise<boolean> {
  try {
    await commitTogether(database, companions);
    return true;
  } catch (error) {
    if (error instanceof Fault && error.kind === 'conflict') return false;
    throw error;
  }
}
