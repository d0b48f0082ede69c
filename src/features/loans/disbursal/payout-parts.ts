import type { Model } from 'mongoose';
import { notFound } from '#core/errors.ts';
import type { Actor } from '#core/roles.ts';
import type { Accounts } from '#features/accounts/index.ts';
import type { Approvals } from '#features/approvals/index.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Ledger } from '#features/ledger/index.ts';
import type { Products } from '#features/products/index.ts';
import type { Platform } from '#platform/platform.ts';
import type { Application } from '../applying/application.model.ts';
import type { Disbursal } from './disbursal.service.ts';
import type { LoanLife } from './loan-life.ts';
import type { PayoutChecks } from './payout-checks.ts';

export interface PayoutDeps {
  approvals: Pick<Approvals, 'handle' | 'request' | 'pendingOf'>;
  accounts: Accounts;
  customers: Pick<Customers, 'names'>;
  ledger: Ledger;
  products: Products;
  life: LoanLife;
  checks: PayoutChecks;
}

export interface PayoutParts extends PayoutDeps {
  platform: Platform;
  applications: Model<Application>;
  disbursal: Disbursal;
}

/** Why nothing was done: a sentence, the field where it stands, and whether another input would do (422). */
export interface PayoutRefusal {
  field: string;
  text: string;
  status: 409 | 422;
}

export const moved: PayoutRefusal = {
  field: 'form',
  text: 'The file has changed since this page was shown. Look at it again. Nothing was changed and no money has moved.',
  status: 409,
};

/** A draft is not there for staff. */
export async function applicationOf({ applications }: PayoutParts, _id: string): Promise<Application> {
  const application = await applications.findOne({ _id }).lean<Application>();
  if (!application || application.state === 'draft') throw notFound('Application');
  return application;
}

/** Nobody acts on their own file, or on that of somebody close to them. */
export async function conflictWith(
  { checks }: PayoutParts,
  { actor, application }: { actor: Actor; application: Application },
): Promise<PayoutRefusal | undefined> {
  const own = 'This is your own loan. Another colleague has to act on it. Nothing was changed and no money has moved.';
  const text = actor.partyId === application.partyId ? own : await checks.conflict?.(actor, application);
  return text === undefined ? undefined : { field: 'form', text, status: 409 };
}

export const payoutKind = 'loan-payout';
export const subjectOf = (applicationId: string) => ({ type: 'application', id: applicationId });
