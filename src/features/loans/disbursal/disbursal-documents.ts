import { randomInt } from 'node:crypto';
import { assert, present } from '#core/assert.ts';
import { dateText, type PlainDate } from '#core/calendar.ts';
import { minus, negate, zero, type Money } from '#core/money.ts';
import { percentOf, type Rate } from '#core/rate.ts';
import { ownBookId } from '#features/ledger/index.ts';
import { agreedTerms, scheduleTermsOf, type ProductVersion } from '#features/products/index.ts';
import { buildSchedule, type Schedule } from '#features/schedules/index.ts';
import type { Application, Offer } from '../applying/application.model.ts';
import { digestOf, unpaidRows, workAfter } from '../instalments.ts';
import { loanAccounts, loanBooks, type Loan, type LoanBooks, type LoanTerms, type LoanTransaction } from '../loan.ts';

/** An application whose offer was accepted: the loan's id and the account to pay into were fixed with the acceptance. */
export type AcceptedApplication = Application & { offer: Offer; loanId: string; payoutAccountId: string };

export function isAccepted(application: Application): application is AcceptedApplication {
  return application.offer !== null && application.loanId !== null && application.payoutAccountId !== null;
}

/** `L-4402-7719`, drawn at random; the unique index says when one is taken. */
export function newLoanNumber(): string {
  const group = () => String(randomInt(10_000)).padStart(4, '0');
  return `L-${group()}-${group()}`;
}

/** What reaches the borrower's account: what is lent less the fee that is kept back. */
export function paidOut({ principal, fee }: Pick<Loan, 'principal' | 'fee'>): Money {
  return minus(principal, fee);
}

/** The loan is owed in full and provided for, the borrower gets what is left after the fee, the fee but its tax is income. */
export function disbursalPostings(
  loan: Pick<Loan, '_id' | 'booked' | 'currency' | 'principal' | 'fee' | 'payoutAccountId'>,
): { account: string; amount: Money }[] {
  const { _id, booked, currency } = loan;
  const own = (['feeIncome', 'taxPayable', 'provision', 'provisionExpense'] as const).map((book) => ({
    account: ownBookId(book, currency),
    amount: booked[book],
  }));
  return [
    { account: loanAccounts(_id).principal, amount: booked.principal },
    { account: loan.payoutAccountId, amount: negate(paidOut(loan)) },
    ...own,
  ].filter((posting) => posting.amount !== zero);
}

/** The ledger accounts that every loan has from its first day on. */
export function loanLedgerAccounts({
  loanId,
  currency,
  branchId,
}: Pick<AcceptedApplication, 'loanId' | 'currency' | 'branchId'>) {
  const ids = loanAccounts(loanId);
  const common = { kind: 'asset' as const, currency, branchId, owner: { type: 'loan' as const, id: loanId } };
  return [
    // Nobody can pay back more principal than is owed, whatever else goes wrong.
    { ...common, id: ids.principal, name: 'Loan principal', floor: zero },
    { ...common, id: ids.interest, name: 'Loan interest receivable', floor: null },
    { ...common, id: ids.fees, name: 'Loan fees receivable', floor: null },
  ];
}

/** The schedule from a payout of `amount` on: of all that is lent, or of its first part. The fee is the agreed one. */
export function scheduleFrom(
  { offer }: Pick<AcceptedApplication, 'offer'>,
  facts: { product: ProductVersion; amount: Money; today: PlainDate },
): Schedule {
  const { amount: principal, annualRate, instalments, fee } = offer;
  const terms = scheduleTermsOf(facts.product, { principal, annualRate, instalments, disbursedOn: facts.today });
  const fees = (terms.fees ?? []).filter(({ when }) => when === 'instalment');
  const keptBack = fee === zero ? [] : [{ when: 'disbursement' as const, amount: fee }];
  const built = buildSchedule({ ...terms, principal: facts.amount, fees: [...fees, ...keptBack] });
  assert(built.ok, 'An accepted offer has a schedule');
  return built.value;
}

/** The loan as it begins on the business date, its instalments counted from there. */
export function newLoan(
  application: AcceptedApplication,
  facts: { number: string; product: ProductVersion; schedule: Schedule; today: PlainDate; at: Date; amount: Money },
): Loan {
  const { offer } = application;
  const { product, schedule, today, amount } = facts;
  const disbursedOn = dateText(today);
  // A down payment falls due on the day itself and is not lent: what is lent is the rest.
  const [first] = schedule.rows;
  const down = first?.dueOn === disbursedOn ? first.principal : zero;
  const coming = down === zero ? schedule.rows : schedule.rows.slice(1).map((row) => ({ ...row, n: row.n - 1 }));
  const instalments = unpaidRows(coming);
  const principal = minus(amount, down);
  const { fee } = offer;
  const standard = present(product.npaBuckets[0], 'The first bucket of a product');
  // A fee, its tax and a balloon are of all that is lent, of which this may be the first part.
  const agreed = { ...offer, instalment: schedule.instalment, principal: offer.amount, disbursedOn: today };
  return {
    _id: application.loanId,
    number: facts.number,
    partyId: application.partyId,
    branchId: application.branchId,
    applicationId: application._id,
    productVersionId: application.productVersionId,
    productCode: application.productCode,
    productName: application.productName,
    currency: application.currency,
    state: 'active',
    version: 1,
    principal,
    fee,
    aprPercent: offer.aprPercent,
    disbursedOn,
    openedAt: facts.at,
    closedOn: null,
    payoutAccountId: application.payoutAccountId,
    terms: [{ ...agreementOf(product, agreed), principal }],
    instalments,
    digest: digestOf(instalments),
    outstandingPrincipal: principal,
    paidInstalments: 0,
    nextDueOn: instalments[0]?.dueOn ?? null,
    arrears: { ...nothingOwed, since: null, daysPastDue: 0, bucket: standard.code, nonPerformingSince: null },
    booked: bookedAtStart({
      ...{ principal, fee, provisionPercent: standard.provisionPercent },
      tax: agreedTerms.feeTax(product, agreed).disbursement,
    }),
    bookedOn: disbursedOn,
    workOn: workAfter(today, instalments),
  };
}

export const nothingOwed = { penalty: zero, fee: zero, interest: zero, principal: zero };

/** What the disbursal posts: even a loan that is paid in time is provided for from its first day. */
export function bookedAtStart(facts: {
  principal: Money;
  fee: Money;
  /** What of the fee is tax. */
  tax: Money;
  provisionPercent: Rate;
}): LoanBooks {
  const { principal, fee, tax } = facts;
  const nothing = Object.fromEntries(loanBooks.map((book) => [book, zero])) as LoanBooks;
  const provision = percentOf(principal, facts.provisionPercent, 'half-even');
  const fees = { feeIncome: minus(tax, fee), taxPayable: negate(tax) };
  return { ...nothing, ...fees, principal, provision: negate(provision), provisionExpense: provision };
}

/** The agreement, with everything the schedule engine asks for, as the product's version has it. */
export function agreementOf(
  product: ProductVersion,
  facts: {
    principal: Money;
    annualRate: string;
    instalments: number;
    disbursedOn: PlainDate;
    instalment: Money;
    firstDueOn?: PlainDate;
  },
): LoanTerms {
  const terms = scheduleTermsOf(product, facts);
  const { rest, allocation, penalty = null } = agreedTerms.servicing(product);
  const { instalment: feeTax } = agreedTerms.feeTax(product, facts);
  return {
    version: 1,
    from: dateText(facts.disbursedOn),
    reason: 'agreement',
    principal: facts.principal,
    annualRate: facts.annualRate,
    instalments: facts.instalments,
    frequency: product.frequency,
    method: product.method,
    dayCount: product.dayCount,
    instalment: facts.instalment,
    firstDueOn: dateText(terms.firstDueOn),
    rounding: product.rounding,
    instalmentBasis: product.instalmentBasis,
    principalGrace: product.grace.principalInstalments,
    interestGrace: product.grace.interestInstalments,
    balloon: terms.balloon ?? zero,
    fees: (terms.fees ?? []).filter(({ when }) => when === 'instalment'),
    ...(feeTax ? { feeTax } : {}),
    penalty,
    allocation,
    rest,
  };
}

/** Transaction 1 of the loan. `amount` is what moved into the deposit account, `tax` what of the loan's fee is tax. */
export function disbursalTransaction(
  loan: Pick<Loan, '_id' | 'partyId' | 'disbursedOn' | 'principal' | 'fee' | 'payoutAccountId'>,
  facts: { key: string; amount: Money; tax: Money; at: Date; actor: string },
): LoanTransaction {
  return {
    _id: facts.key,
    loanId: loan._id,
    partyId: loan.partyId,
    number: 1,
    kind: 'disbursal',
    on: loan.disbursedOn,
    recordedOn: loan.disbursedOn,
    at: facts.at,
    amount: facts.amount,
    principal: loan.principal,
    interest: zero,
    fee: loan.fee,
    penalty: zero,
    ahead: zero,
    instalment: null,
    accountId: loan.payoutAccountId,
    actor: facts.actor,
    channel: 'system',
    ...(facts.tax === zero ? {} : { tax: facts.tax }),
  };
}

/** For whoever makes a loan that was not applied for here: the documents a loan begins with, as a disbursal makes them. */
export const loanDocuments = {
  agreementOf,
  digestOf,
  disbursalTransaction,
  ledgerAccounts: loanLedgerAccounts,
  newNumber: newLoanNumber,
  workAfter,
};
