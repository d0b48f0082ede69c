import { randomInt } from 'node:crypto';
import { present } from '#core/assert.ts';
import { dateText, type PlainDate } from '#core/calendar.ts';
import { minus, negate, zero, type Money } from '#core/money.ts';
import { ownBookId } from '#features/ledger/index.ts';
import type { Estimate } from '#features/products/index.ts';
import type { Application, Offer } from './application.model.ts';
import { loanAccounts, type Instalment, type Loan, type LoanTransaction } from './loan.model.ts';

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

/** What reaches the borrower's account: the amount less the fee that is kept back. */
export function paidOut({ offer }: AcceptedApplication): Money {
  return minus(offer.amount, offer.fee);
}

/** The loan is owed in full, the borrower gets what is left after the fee, the fee is income. */
export function disbursalPostings(application: AcceptedApplication): { account: string; amount: Money }[] {
  const { offer, loanId, payoutAccountId, currency } = application;
  return [
    { account: loanAccounts(loanId).principal, amount: offer.amount },
    { account: payoutAccountId, amount: negate(paidOut(application)) },
    { account: ownBookId('feeIncome', currency), amount: negate(offer.fee) },
  ].filter((posting) => posting.amount !== zero);
}

export function loanLedgerAccounts({ loanId, currency, branchId }: AcceptedApplication) {
  const ids = loanAccounts(loanId);
  const common = { kind: 'asset' as const, currency, branchId, owner: { type: 'loan' as const, id: loanId } };
  return [
    // Nobody can pay back more principal than is owed, whatever else goes wrong.
    { ...common, id: ids.principal, name: 'Loan principal', floor: zero },
    { ...common, id: ids.interest, name: 'Loan interest receivable', floor: null },
    { ...common, id: ids.fees, name: 'Loan fees receivable', floor: null },
  ];
}

/** The loan as it begins on the business date, its instalments counted from there. */
export function newLoan(
  application: AcceptedApplication,
  facts: { number: string; schedule: Estimate; today: PlainDate; at: Date },
): Loan {
  const { offer } = application;
  const disbursedOn = dateText(facts.today);
  const instalments = facts.schedule.rows.map(instalmentOf);
  const firstDueOn = present(instalments[0], 'The first instalment').dueOn;
  return {
    _id: application.loanId,
    number: facts.number,
    partyId: application.partyId,
    branchId: application.branchId,
    applicationId: application._id,
    productVersionId: application.productVersionId,
    productName: application.productName,
    currency: application.currency,
    state: 'active',
    version: 1,
    principal: offer.amount,
    fee: offer.fee,
    aprPercent: offer.aprPercent,
    disbursedOn,
    openedAt: facts.at,
    closedOn: null,
    payoutAccountId: application.payoutAccountId,
    terms: [
      {
        version: 1,
        from: disbursedOn,
        principal: offer.amount,
        annualRate: offer.annualRate,
        instalments: offer.instalments,
        frequency: { every: 1, unit: 'month' },
        method: 'equal-instalment',
        dayCount: '30/360',
        instalment: offer.instalment,
        firstDueOn,
      },
    ],
    instalments,
    outstandingPrincipal: offer.amount,
    paidInstalments: 0,
    nextDueOn: firstDueOn,
  };
}

function instalmentOf(row: Estimate['rows'][number]): Instalment {
  const { n, principal, interest, fee, total, balance } = row;
  return { n, dueOn: row.dueOn, principal, interest, fee, total, balance, paidOn: null, paidBy: null };
}

/** Transaction 1 of the loan. `amount` is what moved into the deposit account. */
export function disbursalTransaction(
  loan: Loan,
  facts: { key: string; amount: Money; at: Date; actor: string },
): LoanTransaction {
  return {
    _id: facts.key,
    loanId: loan._id,
    partyId: loan.partyId,
    number: 1,
    kind: 'disbursal',
    on: loan.disbursedOn,
    at: facts.at,
    amount: facts.amount,
    principal: loan.principal,
    interest: zero,
    fee: loan.fee,
    instalment: null,
    accountId: loan.payoutAccountId,
    actor: facts.actor,
  };
}
