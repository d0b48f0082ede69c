import { present } from '#core/assert.ts';
import { dateText } from '#core/calendar.ts';
import { plus, toDecimalString, type Money } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import type { Sealed } from '#platform/vault/vault.ts';
import type { Application, Condition, Decision, Offer } from '../../applying/application.model.ts';
import { moveApplication } from '../../applying/application-moving.ts';
import { chosenProduct } from '../../applying/chosen-product.ts';
import { sealConditions } from '../../offer/agreed-words.ts';
import { offerValidUntil } from '../../offer/offer.rules.ts';
import { scoreRow } from '../../scoring/score-rows.ts';
import type { Decider, LendingParts } from '../file/lending-parts.ts';
import { peopleOn } from '../file/people.service.ts';
import { priceOf } from '../file/pricing.service.ts';
import { scoredFile } from '../file/scored-file.ts';
import { isPriced } from '../pricing.rules.ts';
import { offerNotice } from '../underwriting-notices.ts';
import { withinProduct, type ApprovedTerms, type DecisionRefusal } from '../underwriting.rules.ts';
import { adverseCompanions, untrueReason } from '../adverse/adverse-action.service.ts';
import {
  authorityRoleOf,
  mayAlone,
  neededFor,
  roomOf,
  type Exposure,
  type NeededAuthority,
} from './authority.rules.ts';
import { checksOf, decidable, exposureBefore, standsInTheWay, type RefusedDecision } from './decidable.ts';
import type { RejectionReason } from './reasons.rules.ts';

export interface DecisionOrder {
  actor: Decider;
  applicationId: string;
  version: number;
  /** For staff only; kept sealed. */
  note?: string | undefined;
}

export interface Approval extends ApprovedTerms {
  /** What must be met before the money is paid out, in words for the borrower. */
  conditions?: readonly string[];
}

export interface Rejection {
  /** The first of the principal reasons. */
  reason: RejectionReason;
  /** Up to three more. */
  moreReasons?: readonly RejectionReason[];
}

/** Where a second person decides on what the first recommended. */
export interface Recommended {
  proposedBy: string;
  approvalId: string;
}

export const decisionNotePlace = (applicationId: string) => ({
  collection: 'applications',
  document: applicationId,
  field: 'decision.note',
});

/** Makes an offer of these terms, open for two weeks from the business date. */
export async function approve(
  parts: LendingParts,
  order: DecisionOrder & Approval,
): Promise<Result<Application, RefusedDecision>> {
  const found = await decidable(parts, order);
  if (!found.ok) return found;
  const application = found.value;
  const looked = await approvable(parts, { application, terms: order });
  if (!looked.ok) return looked;
  const { before, needed, offer } = looked.value;
  const role = authorityRoleOf(order.actor.roles ?? []);
  const { secured, currency } = application;
  if (!mayAlone(role, needed))
    return refuse({ code: 'above-authority', room: roomOf({ role, before, secured, currency }), needed });
  const unsaid = await unsaidDeviation(parts, { application, order });
  if (unsaid) return refuse(unsaid);
  const conditions = await sealConditions(parts.platform.vault, application, order.conditions ?? []);
  return grant(parts, { application, actor: order.actor.userId, note: order.note, offer, conditions });
}

/** An officer may ask for another rate than the product's or the policy's, and says why; a recommendation always does. */
async function unsaidDeviation(
  parts: LendingParts,
  { application, order }: { application: Application; order: DecisionOrder & Approval },
): Promise<DecisionRefusal | undefined> {
  const { annualRate, instalments, note = '' } = order;
  if (note !== '') return undefined;
  const today = await parts.platform.bankDay.today();
  const { product, judgement } = await scoredFile(parts, { application, today });
  const price = await priceOf(parts, { product, judgement, instalments });
  if (isPriced(annualRate, { productRate: product.annualRate, price })) return undefined;
  return { code: 'rate-needs-note', productRate: rateOf(product.annualRate), policyRate: price.annualRate };
}

export interface Approvable {
  offer: Offer;
  before: Exposure;
  needed: NeededAuthority;
}

/**
 * Whether anybody could approve these terms now, and who. An identity check that is not done yet stands in nobody's way
 * here: the payout asks for it itself.
 */
export async function approvable(
  parts: LendingParts,
  { application, terms }: { application: Application; terms: ApprovedTerms },
): Promise<Result<Approvable, RefusedDecision>> {
  const offer = await offerOf(parts, { application, terms });
  if (!offer.ok) return offer;
  const people = await peopleOn(parts, application);
  const checks = await checksOf(parts, application, people);
  const obstacle = standsInTheWay(checks);
  if (obstacle) return refuse(obstacle);
  const before = await exposureBefore(parts, { application, people });
  const needed = neededFor(
    withLoan(before, { amount: terms.amount, secured: application.secured }),
    application.currency,
  );
  return ok({ offer: offer.value, before, needed });
}

export function withLoan(before: Exposure, loan: { amount: Money; secured: boolean }): Exposure {
  const kind = loan.secured ? 'secured' : 'unsecured';
  return { ...before, [kind]: plus(before[kind], loan.amount) };
}

async function offerOf(
  { platform, products }: LendingParts,
  { application, terms }: { application: Application; terms: ApprovedTerms },
): Promise<Result<Offer, RefusedDecision>> {
  const pinned = present(await products.version(application.productVersionId), 'The product version');
  const product = chosenProduct(pinned, application);
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

interface Granting {
  application: Application;
  /** The user who decides. */
  actor: string;
  note: string | undefined;
  recommended?: Recommended;
}

/** Writes the approval with its notice; a second decision at the same moment is a conflict. */
export async function grant(
  parts: LendingParts,
  facts: Granting & { offer: Offer; conditions: Condition[] },
): Promise<Result<Application, RefusedDecision>> {
  const { application, offer, conditions } = facts;
  const { amount, annualRate, instalments } = offer;
  const details = {
    amount: toDecimalString(amount, application.currency),
    ...{ annualRate, instalments: String(instalments), conditions: String(conditions.length) },
  };
  const decision = await decisionOf(parts, facts, { outcome: 'approved', reasons: [] });
  return write(parts, facts, {
    action: 'approve',
    details,
    set: { decision, offer, conditions },
    companions: [offerNotice(parts.platform, application, offer)],
  });
}

export async function reject(
  parts: LendingParts,
  order: DecisionOrder & Rejection,
): Promise<Result<Application, RefusedDecision>> {
  const found = await decidable(parts, order);
  if (!found.ok) return found;
  const { actor, note, reason, moreReasons = [] } = order;
  return turnDown(parts, { application: found.value, actor: actor.userId, note, reasons: [reason, ...moreReasons] });
}

/** Writes the decline with the notice of it to everybody whose data led to it. */
export async function turnDown(
  parts: LendingParts,
  facts: Granting & { reasons: readonly RejectionReason[] },
): Promise<Result<Application, RefusedDecision>> {
  const { application } = facts;
  const reasons = [...new Set(facts.reasons)];
  const untrue = await untrueReason(parts, { application, reasons });
  if (untrue) return refuse({ code: 'untrue-reason', reason: untrue });
  const decision = await decisionOf(parts, facts, { outcome: 'rejected', reasons });
  return write(parts, facts, {
    action: 'reject',
    details: { reason: reasons.join(' ') },
    set: { decision, offer: null, conditions: [] },
    companions: await adverseCompanions(parts, { application, decision, reasons }),
  });
}

async function decisionOf(
  { platform }: LendingParts,
  { application, actor, note, recommended }: Granting,
  { outcome, reasons }: Pick<Decision, 'outcome'> & { reasons: RejectionReason[] },
): Promise<Decision> {
  const sealed: Sealed | null =
    note === undefined || note === ''
      ? null
      : await platform.vault.seal(application.partyId, decisionNotePlace(application._id), note);
  return {
    by: actor,
    at: bsonDate(platform.clock.now()),
    outcome,
    reason: reasons[0] ?? null,
    ...(reasons.length > 0 ? { reasons } : {}),
    note: sealed,
    ...recommended,
  };
}

async function write(
  { platform }: LendingParts,
  { application, actor }: Granting,
  facts: {
    action: 'approve' | 'reject';
    details: Record<string, string>;
    set: Pick<Application, 'decision' | 'offer' | 'conditions'>;
    companions: Companion[];
  },
): Promise<Result<Application, RefusedDecision>> {
  const { action, details, set, companions } = facts;
  const moved = moveApplication(platform, {
    ...{ application, action, actor, by: 'staff', details },
    set: { ...set, lock: null },
  });
  const scored = await scoreRow(platform, { application: moved.application, moment: 'decided' });
  await commitTogether(platform.database, [...moved.companions, ...companions, scored]);
  return ok({ ...moved.application, ...set, lock: null });
}
