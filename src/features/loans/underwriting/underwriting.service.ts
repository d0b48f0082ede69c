import { notFound } from '#core/errors.ts';
import { refuse, type Result } from '#core/result.ts';
import type { Accounts } from '#features/accounts/index.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Ledger } from '#features/ledger/index.ts';
import type { Products } from '#features/products/index.ts';
import type { Platform } from '#platform/platform.ts';
import { applicationModel, type Application } from '../applying/application.model.ts';
import { createDisbursal, type DisbursalOutcome, type DisbursalRefusal } from '../disbursal/disbursal.service.ts';
import { loanModel } from '../loan.model.ts';
import { createOffers, type Offers } from '../offer/offer.service.ts';
import { approve, reject, type Decider, type DecisionOrder } from './underwriting-decision.ts';
import { listQueue, type Queue, type QueueQuery } from './underwriting-queue.ts';
import { reviewOf, type Review, type ReviewParts } from './underwriting-review.ts';
import type { ApprovedTerms, DecisionRefusal, RejectionReason } from './underwriting.rules.ts';

export type RetryRefusal = DisbursalRefusal | { code: 'own-application' };

/** From an application that was sent to a loan that is paid out: the officer's decision, the borrower's answer, the money. */
export interface Underwriting extends Offers {
  queue(query: QueueQuery): Promise<Queue>;
  /** Undefined for a draft, which is the borrower's alone. */
  findForReview(applicationId: string, actor: Decider): Promise<Review | undefined>;
  /** Makes an offer. Throws a fault of kind `conflict` where the application moved since `version`. */
  approve(order: DecisionOrder & ApprovedTerms): Promise<Result<Application, DecisionRefusal>>;
  reject(order: DecisionOrder & { reason: RejectionReason }): Promise<Result<Application, DecisionRefusal>>;
  /** Pays an accepted loan out, once, however often it is asked for. */
  disburse(applicationId: string): Promise<DisbursalOutcome>;
  /** Pays out again what the ledger refused. */
  retryDisbursal(order: { actor: Decider; applicationId: string }): Promise<Result<{ loanId: string }, RetryRefusal>>;
}

export function createUnderwriting(
  platform: Platform,
  deps: { customers: Customers; products: Products; accounts: Accounts; ledger: Ledger },
): Underwriting {
  const { connection } = platform.database;
  const { customers, products, accounts, ledger } = deps;
  const disbursal = createDisbursal(platform, { ledger, products });
  const applications = applicationModel(connection);
  const parts: ReviewParts = { platform, customers, products, applications, loans: loanModel(connection), disbursal };
  return {
    ...createOffers(platform, { products, accounts, disbursal }),
    queue: (query) => listQueue(parts, query),
    findForReview: (applicationId, actor) => reviewOf(parts, { applicationId, actor }),
    approve: (order) => approve(parts, order),
    reject: (order) => reject(parts, order),
    disburse: (applicationId) => disbursal.disburse(applicationId),
    retryDisbursal: (order) => retry(parts, order),
  };
}

async function retry(
  { applications, disbursal }: ReviewParts,
  { actor, applicationId }: { actor: Decider; applicationId: string },
): Promise<Result<{ loanId: string }, RetryRefusal>> {
  const application = await applications.findOne({ _id: applicationId }).lean<Application>();
  if (!application) throw notFound('Application');
  if (actor.partyId === application.partyId) return refuse({ code: 'own-application' });
  return disbursal.disburseAgain({ actor: actor.userId, applicationId });
}
