import { dateText } from '#core/calendar.ts';
import { Fault, notFound } from '#core/errors.ts';
import type { Actor } from '#core/roles.ts';
import { sum, type Money } from '#core/money.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Identity } from '#features/identity/index.ts';
import type { LoanArrears } from '#features/loans/index.ts';
import type { Model } from 'mongoose';
import type { Loan } from '#features/loans/index.ts';
import type { Companion } from '#platform/companion.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { ListedLoan } from '../staff/loan-search.service.ts';
import { listed } from '../staff/loan-search.service.ts';
import { forbidden } from '../staff/own-file.ts';
import type { Servicing } from '../servicing.service.ts';
import { collectionNames, type CollectionCase, type CollectionModels, type Staff } from './collection.model.ts';

export interface CollectionDeps {
  platform: Platform;
  servicing: Pick<Servicing, 'tell'>;
  customers: Pick<Customers, 'names' | 'person'>;
  identity: Pick<Identity, 'displayNames'>;
}

export interface CollectionParts extends CollectionDeps {
  models: CollectionModels;
  loans: Model<Loan>;
}

export const staffOf = ({ userId, displayName }: Actor): Staff => ({ userId, name: displayName });

export function owed({ principal, interest, fee, penalty }: LoanArrears): Money {
  return sum([principal, interest, fee, penalty]);
}

/** A loan that this person may work on: not their own. */
export async function workable(
  { loans }: CollectionParts,
  { loanId, actor }: { loanId: string; actor: Actor },
): Promise<ListedLoan> {
  const loan = await loans.findOne({ _id: loanId }, listed).lean<ListedLoan>();
  if (!loan) throw notFound('Loan');
  if (loan.partyId === actor.partyId) throw forbidden();
  return loan;
}

export function newCase(loan: ListedLoan, today: string): CollectionCase {
  const { _id, number: loanNumber, partyId, branchId, currency, arrears } = loan;
  return {
    ...{ _id, loanNumber, partyId, branchId, currency },
    state: arrears.daysPastDue > 0 && loan.state === 'active' ? 'open' : 'closed',
    collector: null,
    broken: false,
    daysPastDue: arrears.daysPastDue,
    amount: owed(arrears),
    openedOn: today,
    refreshedOn: today,
    version: 1,
  };
}

/** The loan's case, opened where nobody has worked on it yet. */
export async function caseFor(parts: CollectionParts, loan: ListedLoan): Promise<CollectionCase> {
  const { models, platform } = parts;
  const found = await models.cases.findOne({ _id: loan._id }).lean<CollectionCase>();
  if (found) return found;
  const made = newCase(loan, dateText(await platform.bankDay.today()));
  const insert: Companion = { collection: collectionNames.cases, kind: 'insert', document: { ...made } };
  try {
    await commitTogether(platform.database, [insert]);
    return made;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return (await models.cases.findOne({ _id: loan._id }).lean<CollectionCase>()) ?? made;
  }
}

/** What happened on the desk has a trail of its own, beside who looked at the loan. */
export const trailOf = (loanId: string) => `collection:${loanId}`;

export function trailEntry(
  { platform }: CollectionParts,
  fact: { actor: string; action: string; loanId: string; details?: Record<string, string> },
): Companion {
  const { loanId, ...rest } = fact;
  return platform.audit.entry({ ...rest, subject: { type: 'collection', id: trailOf(loanId) } });
}

export type Written = 'written' | 'moved' | 'known';

/** Writes together; says where somebody was quicker, or where the form was sent before. */
export async function write({ platform }: CollectionParts, companions: readonly Companion[]): Promise<Written> {
  try {
    await commitTogether(platform.database, companions);
    return 'written';
  } catch (error) {
    if (isDuplicateKey(error)) return 'known';
    if (error instanceof Fault && error.kind === 'conflict') return 'moved';
    throw error;
  }
}
