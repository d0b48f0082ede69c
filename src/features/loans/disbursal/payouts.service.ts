import { formatsIn } from '#core/format.ts';
import type { Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Actor } from '#core/roles.ts';
import type { LedgerRefusal } from '#features/ledger/index.ts';
import type { Platform } from '#platform/platform.ts';
import { applicationModel, type Application } from '../applying/application.model.ts';
import { openWords, type AgreedWords } from '../offer/agreed-words.ts';
import { nextTranche, planOf } from '../offer/tranche-plan.ts';
import type { OfferPaperKind } from '../offer/offer-papers.ts';
import type { OfferedApplication } from '../offer/offer-review.ts';
import { signedPaper } from './signed-paper.ts';
import { cancelAccepted, cancelLoan, cancellation, type CancelOrder, type LoanToCancel } from './cancelling.ts';
import { meetCondition, notesOf, type MeetOrder } from './conditions.ts';
import { createDisbursal } from './disbursal.service.ts';
import { isAccepted } from './disbursal-documents.ts';
import { payoutBlocks, type PayoutBlock } from './payout-checks.ts';
import { handlePayouts } from './payout-approval.ts';
import {
  applicationOf,
  conflictWith,
  moved,
  payoutKind,
  subjectOf,
  type PayoutDeps,
  type PayoutParts,
  type PayoutRefusal,
} from './payout-parts.ts';
import { planParts, type PlanOrder } from './planning-parts.ts';
import { sendOnFromOutside, sendOnKey } from './sending-on.ts';

/** Everything about a payout that staff read on a file. */
export interface PayoutFile {
  application: Application;
  words: AgreedWords;
  /** Sentences of what stands in the way; empty before the acceptance. */
  blocks: PayoutBlock[];
  /** What officers wrote when a condition was met, by the condition's id. */
  notes: Map<string, string>;
  /** The request that waits for a second person. */
  pending: { id: string; by: string } | undefined;
  lastRefusal: LedgerRefusal | undefined;
  /** How many parts the product allows. */
  mostParts: number;
  /** What became of money that was to go on to another bank, by part. */
  sentOn: Map<number, string>;
  conflict: string | undefined;
}

export interface AskOrder {
  /** The key of the form: the request's id. */
  key: string;
  actor: Actor;
  applicationId: string;
  version: number;
  n: number;
  /** As the page showed it. */
  amount: Money;
  reason: string;
}

/** From a signed offer to the money, and back again within the cooling-off time. */
export interface Payouts {
  file(applicationId: string, actor: Actor): Promise<PayoutFile>;
  /** A paper as the borrower signed it; undefined where nobody has signed. That somebody read it is noted. */
  signedPaper(query: {
    actor: Actor;
    applicationId: string;
    kind: OfferPaperKind;
  }): Promise<{ application: OfferedApplication; bytes: Buffer } | undefined>;
  /** For the borrower: what is missing before the money comes. */
  missing(application: Application): Promise<PayoutBlock[]>;
  /** In which parts an offer is paid out: before it is signed. */
  plan(order: PlanOrder): Promise<Result<Application, PayoutRefusal>>;
  meet(order: MeetOrder): Promise<Result<Application, PayoutRefusal>>;
  /** Asks a second person to pay the next part out. */
  ask(order: AskOrder): Promise<Result<{ request: string }, PayoutRefusal>>;
  /** Takes an accepted offer back before anything was paid out: it costs nothing. */
  cancelAccepted(order: CancelOrder): Promise<Result<'cancelled', PayoutRefusal>>;
  cancellation(query: { loanId: string; partyId: string }): Promise<LoanToCancel | undefined>;
  cancelLoan: (
    order: Parameters<typeof cancelLoan>[1],
  ) => Promise<Result<{ key: string }, { field: string; message: string; status: 409 | 422 }>>;
}

export function createPayouts(
  platform: Platform,
  deps: PayoutDeps & { hrefOf: (applicationId: string) => string },
): Payouts {
  const { hrefOf, ...rest } = deps;
  const applications = applicationModel(platform.database.connection);
  const parts: PayoutParts = { platform, ...rest, applications, disbursal: createDisbursal(platform, rest) };
  handlePayouts(parts, hrefOf);
  sendOnFromOutside(parts);
  // Rows from when an acceptance paid out by itself: staff pay those loans out like any other.
  platform.outbox.handle('disburse', ({ payload: { applicationId } }) => {
    platform.logger.info({ application: applicationId }, 'An acceptance of before waits for its payout by staff');
    return Promise.resolve();
  });
  return {
    file: (applicationId, actor) => file(parts, { applicationId, actor }),
    signedPaper: (query) => signedPaper(parts, query),
    missing: (application) => (isAccepted(application) ? payoutBlocks(parts, application) : Promise.resolve([])),
    plan: (order) => planParts(parts, order),
    meet: (order) => meetCondition(parts, order),
    ask: (order) => ask(parts, { ...order, hrefOf }),
    cancelAccepted: (order) => cancelAccepted(parts, order),
    cancellation: (query) => cancellation(parts, query),
    cancelLoan: (order) => cancelLoan(parts, order),
  };
}

async function file(
  parts: PayoutParts,
  { applicationId, actor }: { applicationId: string; actor: Actor },
): Promise<PayoutFile> {
  const application = await applicationOf(parts, applicationId);
  const isWaiting = application.state === 'accepted' || application.state === 'part-disbursed';
  const [pending] = (await parts.approvals.pendingOf(subjectOf(applicationId))).filter(
    ({ kind }) => kind === payoutKind,
  );
  const product = await parts.products.version(application.productVersionId);
  return {
    application,
    blocks: isWaiting && isAccepted(application) ? await payoutBlocks(parts, application) : [],
    words: await openWords(parts.platform.vault, application),
    notes: await notesOf(parts.platform.vault, application),
    pending: pending && { id: pending.id, by: pending.maker.name },
    lastRefusal: application.state === 'accepted' ? await parts.disbursal.lastRefusal(application) : undefined,
    mostParts: product?.mostTranches ?? 1,
    sentOn: await sentOn(parts, application),
    conflict: (await conflictWith(parts, { actor, application }))?.text,
  };
}

async function sentOn({ accounts }: PayoutParts, application: Application): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  if (application.acceptance?.payTo !== 'bank' || application.offer === null) return found;
  for (const { n, paid } of planOf({ ...application, offer: application.offer })) {
    if (!paid) continue;
    const { partyId, _id } = application;
    const payment = await accounts.rail.findOwn({ partyId, key: sendOnKey(_id, n), direction: 'out' });
    found.set(n, payment?.payment.state ?? 'kept');
  }
  return found;
}

async function ask(
  parts: PayoutParts,
  order: AskOrder & { hrefOf: (applicationId: string) => string },
): Promise<Result<{ request: string }, PayoutRefusal>> {
  const { key, actor, applicationId, version, n, amount, reason } = order;
  const application = await applicationOf(parts, applicationId);
  const conflict = await conflictWith(parts, { actor, application });
  if (conflict) return refuse(conflict);
  if (!isAccepted(application)) return refuse(moved);
  const next = nextTranche(application);
  const isOpen = application.state === 'accepted' || application.state === 'part-disbursed';
  if (!isOpen || version !== application.version || next?.n !== n || next.amount !== amount) return refuse(moved);
  const [block] = await payoutBlocks(parts, application);
  if (block)
    return refuse({ field: 'form', text: `${block.staff.replace(/\.?$/, '.')} No money has moved.`, status: 409 });
  const formats = formatsIn(application.currency, parts.platform.formats);
  const asked = await parts.approvals.request({
    id: key,
    kind: payoutKind,
    subject: subjectOf(applicationId),
    href: order.hrefOf(applicationId),
    title: `Pay out ${formats.moneyWithCurrency(amount)}, application ${application.reference}`,
    payload: { applicationId, n },
    partyId: application.partyId,
    maker: actor,
    reason,
  });
  if (asked.ok) return ok({ request: asked.value.id });
  return refuse({ field: 'form', text: `${asked.refusal.message} No money has moved.`, status: 409 });
}
