import { dateText } from '#core/calendar.ts';
import { plus, zero, type Money } from '#core/money.ts';
import { productChoices } from '#features/products/index.ts';
import { operators } from '#platform/mongo.ts';
import type { Application } from '../../applying/application.model.ts';
import type { ApplicationState } from '../../applying/application-states.ts';
import type { Loan } from '../../loan.ts';
import type { LendingParts } from './lending-parts.ts';
import { paymentRecord, type PaymentRecord } from './own-history.rules.ts';

export interface OwnLoan extends PaymentRecord {
  id: string;
  number: string;
  productName: string;
  state: Loan['state'];
  principal: Money;
  outstanding: Money;
  /** Turned into a month. */
  monthly: Money;
  daysPastDue: number;
  disbursedOn: string;
  closedOn: string | null;
  secured: boolean;
}

export interface EarlierApplication {
  id: string;
  reference: string;
  productName: string;
  state: ApplicationState;
  amount: Money | null;
  at: Date;
}

/** What the bank knows of a customer from its own books. */
export interface OwnHistory {
  loans: OwnLoan[];
  applications: EarlierApplication[];
  /** Promised to them and not paid out yet, on other applications. */
  promised: { amount: Money; secured: boolean }[];
}

const mostLoans = 100;
const mostApplications = 20;
const promisedStates = ['offered', 'accepted', 'part-disbursed'] as const;

export async function ownHistory(parts: LendingParts, application: Application): Promise<OwnHistory> {
  const { applications, loans, platform } = parts;
  const { _id, partyId } = application;
  const others = operators({ $ne: _id });
  const today = dateText(await platform.bankDay.today());
  const [foundLoans, foundApplications] = await Promise.all([
    loans.find({ partyId }).sort({ openedAt: -1 }).limit(mostLoans).lean<Loan[]>(),
    applications.find({ partyId, _id: others }).sort({ createdAt: -1 }).limit(mostLoans).lean<Application[]>(),
  ]);
  const own = foundLoans.filter((loan) => loan.applicationId !== _id);
  const secured = await securedVersions(parts, own);
  return {
    loans: own.map((loan) => loanOf(loan, { today, secured: secured.has(loan.productVersionId) })),
    applications: foundApplications
      .filter((one) => one.state !== 'draft')
      .slice(0, mostApplications)
      .map(earlier),
    promised: foundApplications
      .filter(({ state }) => promisedStates.some((promised) => promised === state))
      .map((one) => ({ amount: leftToPayOut(one), secured: one.secured })),
  };
}

/** What of an offer is not owed yet: advances that are paid out are in the loan. */
function leftToPayOut({ offer, tranches, state }: Application): Money {
  if (!offer) return zero;
  if (state !== 'part-disbursed') return offer.amount;
  return tranches.filter(({ paid }) => paid === null).reduce((left, { amount }) => plus(left, amount), zero);
}

async function securedVersions({ products }: LendingParts, own: readonly Loan[]): Promise<Set<string>> {
  const ids = [...new Set(own.map((loan) => loan.productVersionId))];
  const versions = await Promise.all(ids.map((id) => products.version(id)));
  return new Set(ids.filter((_, index) => (versions[index]?.security ?? 'none') !== 'none'));
}

function loanOf(loan: Loan, { today, secured }: { today: string; secured: boolean }): OwnLoan {
  const { _id: id, number, productName, state, principal, disbursedOn, closedOn } = loan;
  const agreed = loan.terms.at(-1);
  return {
    ...{ id, number, productName, state, principal, disbursedOn, closedOn, secured },
    outstanding: loan.outstandingPrincipal,
    monthly: productChoices.aMonth(agreed?.instalment ?? zero, agreed?.frequency),
    daysPastDue: state === 'closed' ? 0 : loan.arrears.daysPastDue,
    ...paymentRecord(loan.instalments, today),
  };
}

function earlier({ _id: id, reference, productName, state, sections, offer, ...one }: Application): EarlierApplication {
  const amount = offer?.amount ?? sections.terms?.amount ?? null;
  return { id, reference, productName, state, amount, at: one.submittedAt ?? one.createdAt };
}
