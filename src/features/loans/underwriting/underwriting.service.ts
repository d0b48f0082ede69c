import type { Result } from '#core/result.ts';
import type { Accounts } from '#features/accounts/index.ts';
import type { Approvals } from '#features/approvals/index.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Identity } from '#features/identity/index.ts';
import type { Ledger } from '#features/ledger/index.ts';
import type { Products } from '#features/products/index.ts';
import type { Risk } from '#features/risk/index.ts';
import type { Platform } from '#platform/platform.ts';
import { applicationModel, type Application } from '../applying/application.model.ts';
import { createDisbursal } from '../disbursal/disbursal.service.ts';
import type { PayoutChecks } from '../disbursal/payout-checks.ts';
import { loanModel } from '../loan.model.ts';
import { createOffers, type Offers } from '../offer/offer.service.ts';
import { createBureau, type BureauRefusal, type KeptReport } from '../bureau/bureau.service.ts';
import type { CreditBureau } from '../bureau/credit-report.ts';
import { createSandboxBureau } from '../bureau/sandbox-bureau.ts';
import { recordScores } from '../scoring/recording.service.ts';
import { createDeclines, type Declines } from './adverse/adverse-reading.service.ts';
import type { RefusedDecision } from './deciding/decidable.ts';
import { approve, reject, type Approval, type DecisionOrder, type Rejection } from './deciding/decision.service.ts';
import {
  followProposal,
  loanDecisionKind,
  propose,
  sentBack,
  type ProposalOrder,
} from './deciding/proposing.service.ts';
import { proposalRows } from './deciding/proposal-rows.ts';
import { createLendingBook } from './file/book.service.ts';
import { askBureau, refreshBureau } from './file/file-bureau.service.ts';
import { readFile, type OfficerFile } from './file/file.service.ts';
import type { Decider, LendingParts, LendingPorts } from './file/lending-parts.ts';

/** From an application that was sent to a loan that is paid out: the officer's decision, the borrower's answer, the money. */
export interface Underwriting extends Offers {
  /** Undefined for a draft, which is the borrower's alone. */
  findForReview(applicationId: string, actor: Decider): Promise<OfficerFile | undefined>;
  /** Makes an offer. Throws a fault of kind `conflict` where the application moved since `version`. */
  approve(order: DecisionOrder & Approval): Promise<Result<Application, RefusedDecision>>;
  reject(order: DecisionOrder & Rejection): Promise<Result<Application, RefusedDecision>>;
  /** Recommends a decision to a second person; once for a key. */
  propose(order: ProposalOrder): Promise<Result<{ requestId: string }, RefusedDecision>>;
  /** Asks the credit bureau about everybody on the file whom it was not asked about yet. */
  askBureau(order: { actor: Decider; applicationId: string }): Promise<void>;
  refreshBureau(order: {
    actor: Decider;
    applicationId: string;
    partyId: string;
  }): Promise<Result<KeptReport, BureauRefusal | RefusedDecision>>;
  /** What those who were turned down read, and how they contest it. */
  declines: Declines;
}

export interface UnderwritingDeps {
  customers: Customers;
  identity: Pick<Identity, 'displayNames'>;
  products: Products;
  accounts: Accounts;
  ledger: Ledger;
  approvals: Approvals;
  /** The sandbox, unless a real one is given. */
  bureau?: CreditBureau | undefined;
  risk: Risk;
  ports?: LendingPorts;
  /** What a payout waits for. */
  checks?: PayoutChecks;
}

export function createUnderwriting(platform: Platform, deps: UnderwritingDeps): Underwriting {
  const { customers, identity, products, accounts, ledger, approvals, risk, ports = {} } = deps;
  const { connection } = platform.database;
  const disbursal = createDisbursal(platform, { ledger, products });
  const sandbox = { currency: platform.currency, today: () => platform.bankDay.today() };
  const bureau = createBureau(platform, { bureau: deps.bureau ?? createSandboxBureau(sandbox) });
  const models = { applications: applicationModel(connection), loans: loanModel(connection) };
  const parts: LendingParts = {
    ...{ platform, customers, identity, products, accounts, approvals, bureau, risk, ports, disbursal },
    ...models,
    book: createLendingBook({ platform, loans: models.loans, records: risk.records }),
  };
  recordScores(parts);
  approvals.handle(loanDecisionKind, {
    permission: 'application:decide-above',
    describe: (payload) => proposalRows(parts, payload),
    approve: (request, checker) => followProposal(parts, request, checker),
    ended: (request, end) => sentBack(parts, request, end),
  });
  return {
    ...createOffers(platform, { products, accounts, customers, checks: deps.checks ?? {} }),
    findForReview: (applicationId, actor) => readFile(parts, { applicationId, actor }),
    approve: (order) => approve(parts, order),
    reject: (order) => reject(parts, order),
    propose: (order) => propose(parts, order),
    askBureau: (order) => askBureau(parts, order),
    refreshBureau: (order) => refreshBureau(parts, order),
    declines: createDeclines(platform),
  };
}
