import type { Model } from 'mongoose';
import { assert, present } from '#core/assert.ts';
import { dateText, type PlainDate } from '#core/calendar.ts';
import { conflict, Fault, notFound } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { ok, type Result } from '#core/result.ts';
import type { Accounts, DepositAccount } from '#features/accounts/index.ts';
import { scheduleTermsOf, type Products } from '#features/products/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { withLock } from '#platform/locks.ts';
import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import { applicationModel, type Application } from '../applying/application.model.ts';
import { moveApplication } from '../applying/application-moving.ts';
import { next } from '../applying/application-states.ts';
import type { OfferedApplication, OfferReview } from './offer-review.ts';
import { disburseRow, type Disbursal } from '../disbursal/disbursal.service.ts';
import { choosePayoutAccount, hasExpired, mayAnswer, type AnswerRefusal } from './offer.rules.ts';
import { expiryNotice } from '../underwriting/underwriting-notices.ts';

export interface AnswerOrder {
  /** The user's id. */
  actor: string;
  partyId: string;
  applicationId: string;
  version: number;
}

export interface Offers {
  /** Undefined where the party has no application of that id, or it has no offer. */
  findOffer(partyId: string, applicationId: string): Promise<OfferReview | undefined>;
  /** Accepts and pays out at once. `paidOut` is false where the ledger refused: the offer stays accepted. */
  acceptOffer(
    order: AnswerOrder & { accountId?: string | undefined },
  ): Promise<Result<{ loanId: string; paidOut: boolean }, AnswerRefusal>>;
  declineOffer(order: AnswerOrder): Promise<Result<'declined', AnswerRefusal>>;
  /** Ends the offers whose last day is before `today`; gives how many. */
  expireOffers(today: PlainDate): Promise<number>;
}

interface Parts {
  platform: Platform;
  products: Products;
  accounts: Accounts;
  disbursal: Disbursal;
  applications: Model<Application>;
}

export function createOffers(
  platform: Platform,
  deps: { products: Products; accounts: Accounts; disbursal: Disbursal },
): Offers {
  const parts: Parts = { platform, ...deps, applications: applicationModel(platform.database.connection) };
  return {
    findOffer: (partyId, applicationId) => review(parts, partyId, applicationId),
    acceptOffer: (order) => accept(parts, order),
    declineOffer: (order) => decline(parts, order),
    expireOffers: (today) => expireAll(parts, today),
  };
}

async function find({ applications }: Parts, partyId: string, _id: string): Promise<OfferedApplication | undefined> {
  const found = await applications.findOne({ _id, partyId }).lean<Application>();
  return found && hasOffer(found) ? found : undefined;
}

function hasOffer(application: Application): application is OfferedApplication {
  return application.offer !== null;
}

async function review(parts: Parts, partyId: string, applicationId: string): Promise<OfferReview | undefined> {
  const application = await find(parts, partyId, applicationId);
  if (!application) return undefined;
  const { offer } = application;
  const product = present(await parts.products.version(application.productVersionId), 'The product of an offer');
  const today = await parts.platform.bankDay.today();
  const { amount, instalments, annualRate } = offer;
  const schedule = parts.products.estimate(product, { amount, instalments, annualRate, disbursedOn: today });
  assert(schedule.ok, 'An offer has a schedule');
  return {
    application,
    product,
    terms: scheduleTermsOf(product, { principal: amount, annualRate, instalments, disbursedOn: today }),
    rows: schedule.value.rows,
    accounts: await payable(parts, application),
    expired: application.state === 'expired' || (isOpen(application) && hasExpired(offer.validUntil, today)),
  };
}

function isOpen({ state }: Application): boolean {
  return next(state, 'accept') !== undefined;
}

async function payable({ accounts }: Parts, { partyId, currency }: Application): Promise<DepositAccount[]> {
  return (await accounts.listOwn(partyId)).filter((account) => account.currency === currency);
}

async function accept(
  parts: Parts,
  order: AnswerOrder & { accountId?: string | undefined },
): Promise<Result<{ loanId: string; paidOut: boolean }, AnswerRefusal>> {
  const found = await answerable(parts, order);
  if (wasAccepted(found.application)) return payOut(parts, found.application);
  if (!found.answer.ok) return found.answer;
  const { application } = found;
  if (application.version !== order.version) throw conflict('The offer');
  const own = (await payable(parts, application)).map((account) => account.id);
  const choice = choosePayoutAccount({ chosen: order.accountId, own });
  if (!choice.ok) return choice;
  const accountId = choice.value.kind === 'own' ? choice.value.accountId : await firstAccount(parts, order);
  const change = { payoutAccountId: accountId, loanId: newId() };
  try {
    await commitTogether(parts.platform.database, moved(parts, { application, order, action: 'accept', change }));
  } catch (error) {
    // A double click: the other press was accepted, and this one means the same.
    if (!(error instanceof Fault) || error.kind !== 'conflict') throw error;
    const now = await find(parts, order.partyId, order.applicationId);
    if (!now || !wasAccepted(now)) throw error;
    return payOut(parts, now);
  }
  return payOut(parts, { ...application, ...change });
}

function wasAccepted(application: Application): application is OfferedApplication & { loanId: string } {
  return application.loanId !== null;
}

/** The application with what may be done about its offer; one that turns out to be too late is ended on the way. */
async function answerable(parts: Parts, order: AnswerOrder) {
  const application = await find(parts, order.partyId, order.applicationId);
  if (!application) throw notFound('Offer');
  const today = await parts.platform.bankDay.today();
  const { state, offer } = application;
  const answer = mayAnswer({ state, validUntil: offer.validUntil, today });
  if (!answer.ok && answer.refusal.code === 'expired' && isOpen(application)) await expire(parts, application);
  return { application, answer };
}

async function payOut(
  { disbursal }: Parts,
  application: Application & { loanId: string },
): Promise<Result<{ loanId: string; paidOut: boolean }, AnswerRefusal>> {
  const disbursed = await disbursal.disburse(application._id);
  return ok({ loanId: application.loanId, paidOut: disbursed.ok });
}

/** One current account for a borrower who has none, also when the form is sent twice at once. */
async function firstAccount(parts: Parts, { actor, partyId, applicationId }: AnswerOrder): Promise<string> {
  const { platform, accounts } = parts;
  const lock = { name: `first-account:${partyId}`, holdMs: 10_000, waitMs: 5_000 };
  return withLock(platform.database, lock, async () => {
    const application = present(await find(parts, partyId, applicationId), 'The application of an offer');
    const [existing] = await payable(parts, application);
    if (existing) return existing.id;
    const opened = await accounts.open({ actor, partyId, name: 'Current account' });
    assert(opened.ok, 'A borrower without an account can open one');
    return opened.value.id;
  });
}

async function decline(parts: Parts, order: AnswerOrder): Promise<Result<'declined', AnswerRefusal>> {
  const { application, answer } = await answerable(parts, order);
  if (application.state === 'declined') return ok('declined');
  if (!answer.ok) return answer;
  if (application.version !== order.version) throw conflict('The offer');
  await commitTogether(parts.platform.database, moved(parts, { application, order, action: 'decline', change: {} }));
  return ok('declined');
}

function moved(
  { platform }: Parts,
  facts: {
    application: OfferedApplication;
    order: { actor: string };
    action: 'accept' | 'decline' | 'expire';
    change: Record<string, unknown>;
  },
): Companion[] {
  const { application, order, action, change } = facts;
  const answered = action === 'expire' ? {} : { answeredAt: bsonDate(platform.clock.now()) };
  const { companions } = moveApplication(platform, {
    ...{ application, action, actor: order.actor, by: action === 'expire' ? 'system' : 'borrower' },
    set: { ...answered, ...change },
  });
  return [...companions, ...(action === 'accept' ? [disburseRow(platform, application._id)] : [])];
}

/** An offer that was answered in the meantime stays as it was answered. */
async function expire(parts: Parts, application: OfferedApplication): Promise<boolean> {
  const order = { actor: 'system' };
  const writes = moved(parts, { application, order, action: 'expire', change: {} });
  try {
    await commitTogether(parts.platform.database, [
      ...writes,
      expiryNotice(parts.platform, application, application.offer),
    ]);
    return true;
  } catch (error) {
    if (error instanceof Fault && error.kind === 'conflict') return false;
    throw error;
  }
}

const batchSize = 100;
const mostBatches = 1_000;

async function expireAll(parts: Parts, today: PlainDate): Promise<number> {
  let count = 0;
  for (let batch = 0; batch < mostBatches; batch += 1) {
    const late = await parts.applications
      .find({ state: 'offered', 'offer.validUntil': operators({ $lt: dateText(today) }) })
      .sort({ 'offer.validUntil': 1 })
      .limit(batchSize)
      .lean<Application[]>();
    for (const application of late) {
      if (hasOffer(application) && (await expire(parts, application))) count += 1;
    }
    if (late.length < batchSize) break;
  }
  return count;
}
