import { dateOf } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { moneyOf, negate } from '#core/money.ts';
import { hashRequest } from '#features/ledger/index.ts';
import { loanAccounts, type Loan } from '#features/loans/index.ts';
import type { Bank } from '#src/composition.ts';
import { newLoan, type Lent } from './loans.ts';

/** Opens an account with money in it, in minor units. */
export async function fundedAccount(bank: Bank, owner: { partyId: string; amount: bigint }): Promise<string> {
  const { accounts } = bank.services;
  const opened = await accounts.open({ actor: 'test', partyId: owner.partyId, name: 'Everyday account' });
  if (!opened.ok) throw new Error('The test account was not opened');
  const accountId = opened.value.id;
  if (owner.amount > 0n) {
    const amount = moneyOf(owner.amount);
    const order = { key: newId(), actor: 'test', partyId: owner.partyId, accountId, amount };
    const outcome = await accounts.deposit(order);
    if (!outcome.ok) throw new Error(`The test deposit was refused: ${outcome.refusal.code}`);
  }
  return accountId;
}

/** A loan paid out into the account through the ledger, as a disbursal does it. */
export async function lend(bank: Bank, lent: Lent & { partyId: string; accountId: string }): Promise<Loan> {
  const { ledger } = bank.services;
  const { loan, disbursal } = newLoan(lent);
  const { principal } = loanAccounts(loan._id);
  const owner = { type: 'loan', id: loan._id } as const;
  const shared = { kind: 'asset', currency: loan.currency, branchId: loan.branchId, floor: null } as const;
  await ledger.open([{ id: principal, name: 'Loan principal', owner, ...shared }]);
  const outcome = await ledger.post({
    key: disbursal._id,
    requestHash: hashRequest({ loan: loan._id }),
    kind: 'disbursal',
    currency: loan.currency,
    effectiveOn: dateOf(loan.disbursedOn),
    actor: 'test',
    reference: `loan ${loan.number}`,
    postings: [
      { account: principal, amount: loan.principal },
      { account: lent.accountId, amount: negate(loan.principal) },
    ],
    companions: [
      { collection: 'loans', kind: 'insert', document: { ...loan } },
      { collection: 'loanTransactions', kind: 'insert', document: { ...disbursal } },
    ],
  });
  if (!outcome.ok) throw new Error(`The test loan was not paid out: ${outcome.refusal.code}`);
  return loan;
}
