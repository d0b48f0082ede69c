import { dateOf, dateText } from '#core/calendar.ts';
import { newId, newReference } from '#core/ids.ts';
import { moneyOf, zero } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import { buildSchedule } from '#features/schedules/index.ts';

export interface Lent {
  partyId?: string;
  accountId?: string;
  /** Minor units. */
  principal?: bigint;
  annualRate?: string;
  instalments?: number;
  disbursedOn?: string;
}

/** A loan as it is right after its disbursal, with the transaction of the disbursal. */
export function newLoan(lent: Lent = {}): { loan: Loan; disbursal: LoanTransaction } {
  const { partyId = newId(), accountId = newId(), annualRate = '9.6', instalments = 24 } = lent;
  const principal = moneyOf(lent.principal ?? 38_000_00n);
  const disbursedOn = dateOf(lent.disbursedOn ?? '2025-03-03');
  const firstDueOn = disbursedOn.add({ months: 1 });
  const frequency = { every: 1, unit: 'month' } as const;
  const shape = { method: 'equal-instalment', dayCount: '30/360' } as const;
  const terms = { principal, instalments, frequency, ...shape, annualRate: rateOf(annualRate), firstDueOn };
  const schedule = buildSchedule({ ...terms, currency: 'USD', disbursedOn });
  if (!schedule.ok) throw new Error(`The test loan has no schedule: ${schedule.refusal.code}`);
  const loanId = newId();
  const on = dateText(disbursedOn);
  const at = new Date(`${on}T14:20:00Z`);
  const { instalment, rows } = schedule.value;
  const agreed = { ...terms, firstDueOn: dateText(firstDueOn), version: 1, from: on, instalment };
  const loan: Loan = {
    _id: loanId,
    number: `L-${newReference()}`,
    partyId,
    branchId: 'head-office',
    applicationId: newId(),
    productVersionId: 'personal-1',
    productName: 'Personal loan',
    currency: 'USD',
    state: 'active',
    version: 1,
    principal,
    fee: zero,
    aprPercent: null,
    disbursedOn: on,
    openedAt: at,
    closedOn: null,
    payoutAccountId: accountId,
    terms: [agreed],
    instalments: rows.map(({ n, dueOn, principal: repaid, interest, fee, total, balance }) => ({
      ...{ n, dueOn, principal: repaid, interest, fee, total, balance },
      paidOn: null,
      paidBy: null,
    })),
    outstandingPrincipal: principal,
    paidInstalments: 0,
    nextDueOn: dateText(firstDueOn),
  };
  const moved = { amount: principal, principal, interest: zero, fee: zero };
  const whose = { loanId, partyId, accountId, actor: 'test' };
  return {
    loan,
    disbursal: { _id: newId(), ...whose, number: 1, kind: 'disbursal', on, at, ...moved, instalment: null },
  };
}

/** The transaction that pays the loan's next instalment in full. */
export function nextPayment(loan: Loan, on: string): LoanTransaction {
  const row = loan.instalments.find((one) => one.paidOn === null);
  if (!row) throw new Error('The test loan is repaid');
  const { principal, interest, fee, total: amount, n } = row;
  const whose = { loanId: loan._id, partyId: loan.partyId, accountId: loan.payoutAccountId, actor: 'test' };
  const at = new Date(`${on}T09:00:00Z`);
  const key = newId();
  return {
    _id: key,
    ...whose,
    number: n + 1,
    kind: 'payment',
    on,
    at,
    amount,
    principal,
    interest,
    fee,
    instalment: n,
  };
}
