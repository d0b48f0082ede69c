import type { Model } from 'mongoose';
import type { Role } from '#core/roles.ts';
import type { Result } from '#core/result.ts';
import type { Accounts } from '#features/accounts/index.ts';
import type { Approvals } from '#features/approvals/index.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Identity } from '#features/identity/index.ts';
import type { Products } from '#features/products/index.ts';
import type { Risk } from '#features/risk/index.ts';
import type { Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import type { Application } from '../../applying/application.model.ts';
import type { SectionAnswers } from '../../applying/application-sections.ts';
import type { Bureau } from '../../bureau/bureau.service.ts';
import type { DeskRefusal } from '../../desk/desk-parts.ts';
import type { Disbursal } from '../../disbursal/disbursal.service.ts';
import type { Loan } from '../../loan.ts';
import type { ReadBook } from './book.service.ts';

/** Who acts on a file. Without roles, as in jobs and tests of old, they have an officer's authority. */
export interface Decider {
  userId: string;
  partyId: string | undefined;
  roles?: readonly Role[];
}

/** What others know of a file that a decision has to wait for, or that it has to name. */
export interface FileChecks {
  /** Required documents that nobody has verified yet, by name and whose they are. */
  unverified: readonly string[];
  /** Names of people on the file whose identity check was rejected, and those for whom it is not done yet. */
  kycRejected: readonly string[];
  kycOpen: readonly string[];
  /** Names of people who have not finished or agreed yet. */
  incomplete: readonly string[];
  /** The product asks for a guarantor and nobody is one, as after an officer let them go. */
  guarantor: 'there' | 'missing' | 'not-asked-for';
}

/** A participant as the participants have them; one without a party has not joined. */
export interface JoinedPerson {
  role: 'co-applicant' | 'guarantor';
  partyId: string | null;
  state: string;
  name: string;
  sections: { [S in 'personal' | 'employment' | 'obligations']?: SectionAnswers[S] };
  consents: readonly { name: string; given: boolean }[];
}

/** What the decision asks of the other parts of the desk; composition wires them, and without one its question is not asked. */
export interface LendingPorts {
  /** May this person act on the file now (conflicts of interest, lock, level)? Renews their lock. */
  authorise?: (order: {
    actor: { userId: string; partyId: string | undefined; roles: readonly Role[] };
    applicationId: string;
  }) => Promise<Result<Application, DeskRefusal>>;
  /** What co-applicants and guarantors told us. */
  participants?: { answers(applicationId: string): Promise<readonly JoinedPerson[]> };
  /** Names of required documents that nobody has verified yet. */
  documents?: (application: Application) => Promise<readonly string[]>;
  kyc?: { of(partyId: string): Promise<{ state: string }> };
  /** A note for colleagues on the file, sealed. */
  note?: (fact: { application: Application; by: string; text: string }) => Promise<Companion>;
}

export interface LendingParts {
  platform: Platform;
  customers: Pick<Customers, 'names'>;
  identity: Pick<Identity, 'displayNames'>;
  products: Products;
  accounts: Pick<Accounts, 'listOwn'>;
  approvals: Approvals;
  bureau: Bureau;
  /** What the model and the policy say of a file. */
  risk: Pick<Risk, 'judge' | 'records' | 'policies' | 'models'>;
  /** What all loans that run are owed. */
  book: ReadBook;
  ports: LendingPorts;
  applications: Model<Application>;
  loans: Model<Loan>;
  disbursal: Disbursal;
}
