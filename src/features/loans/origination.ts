import type { Accounts } from '#features/accounts/index.ts';
import type { Approvals } from '#features/approvals/index.ts';
import type { Customers, Kyc, Relations } from '#features/customers/index.ts';
import type { Identity } from '#features/identity/index.ts';
import type { Ledger } from '#features/ledger/index.ts';
import type { Products } from '#features/products/index.ts';
import type { Risk } from '#features/risk/index.ts';
import type { Platform } from '#platform/platform.ts';
import type { Application } from './applying/application.model.ts';
import { createApplications, type Applications } from './applying/application.service.ts';
import { createPopulation, type Population } from './applying/population.service.ts';
import { createBankProofs, type BankProofs } from './bank-proof/bank-proof.service.ts';
import type { CreditBureau } from './bureau/credit-report.ts';
import { createDesk, type Desk } from './desk/desk.service.ts';
import type { LoanLife } from './disbursal/loan-life.ts';
import type { PayoutChecks } from './disbursal/payout-checks.ts';
import { createPayouts, type Payouts } from './disbursal/payouts.service.ts';
import { createApplicationDocuments, type ApplicationDocuments } from './documents/documents.service.ts';
import { checkIdentities } from './identity-checks.ts';
import { createParticipants, type Participants } from './participants/participants.service.ts';
import { createPublicStatus, type PublicStatus } from './status/public-status.service.ts';
import { policyReasons } from './underwriting/deciding/reasons.rules.ts';
import { createUnderwriting, type Underwriting } from './underwriting/underwriting.service.ts';

/** Everything between the first answer of an application and the money of the loan. */
export interface Origination {
  applications: Applications;
  /** Co-applicants and guarantors. */
  participants: Participants;
  /** The files of applications. */
  applicationDocuments: ApplicationDocuments;
  /** Whether a bank account outside is the borrower's. */
  bankProofs: BankProofs;
  publicStatus: PublicStatus;
  /** Who works on which application, and what is said about it. */
  desk: Desk;
  underwriting: Underwriting;
  payouts: Payouts;
  /** Those who apply as a whole. */
  population: Population;
  /** Why the policy may be against a loan. */
  reasons: typeof policyReasons;
}

export interface OriginationDeps {
  identity: Identity;
  customers: Customers;
  kyc: Kyc;
  relations: Relations;
  ledger: Ledger;
  accounts: Accounts;
  approvals: Approvals;
  products: Products;
  risk: Risk;
  /** Further advances and cancellations of loans that run. */
  life: LoanLife;
  /** The sandbox, unless a real one is given. */
  bureau?: CreditBureau | undefined;
  payoutPage: (applicationId: string) => string;
}

/** Builds the services of origination and wires them to each other; reads and writes nothing. */
export function createOrigination(platform: Platform, deps: OriginationDeps): Origination {
  const { identity, customers, kyc, relations, ledger, accounts, approvals, products } = deps;
  const participants = createParticipants(platform, { identity, customers, products });
  const desk = createDesk(platform, { identity, customers, relations, participants });
  const filePorts = { products, customers, participants, desk, kyc };
  const applicationDocuments = createApplicationDocuments(platform, filePorts);
  const applications = createApplications(platform, {
    ...{ customers, products },
    ports: {
      people: participants,
      documents: applicationDocuments,
      words: async (application) => (await desk.words(application)) ?? undefined,
    },
  });
  checkIdentities(platform, { kyc, participants });
  const bankProofs = createBankProofs(platform, { accounts, applications });
  const checks = payoutChecks({ kyc, participants, bankProofs, relations, applicationDocuments });
  const underwriting = createUnderwriting(platform, {
    ...{ customers, identity, products, accounts, ledger, approvals, checks, risk: deps.risk, bureau: deps.bureau },
    ports: {
      authorise: (order) => desk.authorise(order),
      participants,
      kyc,
      documents: (application) => unverified({ applicationDocuments, participants }, application),
      note: (fact) => desk.noteRow(fact),
    },
  });
  const payouts = createPayouts(platform, {
    ...{ approvals, accounts, customers, ledger, products, checks },
    ...{ life: deps.life, hrefOf: deps.payoutPage },
  });
  const publicStatus = createPublicStatus(platform, { identity });
  const parts = { applications, participants, applicationDocuments, bankProofs, publicStatus, desk };
  return { ...parts, underwriting, payouts, population: createPopulation(platform), reasons: policyReasons };
}

/** What has to be true before money of a loan moves, as those know who look after it. */
function payoutChecks(
  of: Pick<OriginationDeps, 'kyc' | 'relations'> &
    Pick<Origination, 'participants' | 'bankProofs' | 'applicationDocuments'>,
): PayoutChecks {
  const { kyc, participants, bankProofs, relations, applicationDocuments } = of;
  return {
    documents: (application) => unverified({ applicationDocuments, participants }, application),
    mayBorrow: (partyId) => kyc.mayBorrow(partyId),
    parties: (applicationId) => participants.parties(applicationId),
    unsigned: (applicationId) => participants.unsigned(applicationId),
    bankProof: (application) => bankProofs.of(application),
    conflict: async (actor, { _id, partyId }) => {
      const tie = await relations.between(actor, [partyId, ...(await participants.parties(_id))]);
      if (tie === undefined) return undefined;
      const whose = tie === 'self' ? 'You are on this file yourself' : 'Somebody close to you is on this file';
      return `${whose}, so another colleague has to act on it. Nothing was changed and no money has moved.`;
    },
  };
}

/** Names of required documents that nobody has verified yet, with whose they are where they are not the applicant's. */
async function unverified(
  { applicationDocuments, participants }: Pick<Origination, 'applicationDocuments' | 'participants'>,
  application: Application,
): Promise<string[]> {
  const items = await applicationDocuments.checklist(application);
  const open = items.filter(({ required, state }) => required && state !== 'verified');
  if (open.every(({ partyId }) => partyId === application.partyId)) return open.map(({ label }) => label);
  const roles = new Map((await participants.of(application._id)).map(({ partyId, role }) => [partyId, role]));
  return open.map(({ label, partyId }) => {
    const role = roles.get(partyId);
    return role === undefined ? label : `${label} (${role})`;
  });
}
