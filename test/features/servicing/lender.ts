import { present } from '#core/assert.ts';
import { dateOf, dateText } from '#core/calendar.ts';
import { newId, newReference } from '#core/ids.ts';
import { minus, moneyOf, zero } from '#core/money.ts';
import { hashRequest } from '#features/ledger/index.ts';
import {
  agreementOf,
  bookedAtStart,
  disbursalPostings,
  disbursalTransaction,
  nothingOwed,
} from '#features/loans/disbursal/disbursal-documents.ts';
import { loanAccounts, loanDocuments, type Loan, type LoanTransaction } from '#features/loans/index.ts';
import { unpaidRows, workAfter } from '#features/loans/instalments.ts';
import { scheduleTermsOf, type ProductVersion } from '#features/products/index.ts';
import { buildSchedule } from '#features/schedules/index.ts';
import type { Bank } from '#src/composition.ts';

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

export interface Lent {
  partyId: string;
  accountId: string;
  /** Minor units. */
  principal?: bigint;
  annualRate?: string;
  instalments?: number;
  disbursedOn?: string;
  /** Kept back at payout, and what of it is tax; minor units. */
  fee?: bigint;
  tax?: bigint;
  /** What the loan's product says other than the personal loan does. */
  product?: Partial<ProductVersion>;
}

/** A loan paid out into the account through the ledger, as a disbursal does it. */
export async function lend(bank: Bank, lent: Lent): Promise<Loan> {
  const { ledger } = bank.services;
  const product = await productOf(bank, lent.product ?? {});
  const { loan, disbursal } = loanOf(bank, { ...lent, of: product });
  const ids = loanAccounts(loan._id);
  const owner = { type: 'loan', id: loan._id } as const;
  const shared = { kind: 'asset', currency: loan.currency, branchId: loan.branchId, owner } as const;
  await ledger.open([
    { id: ids.principal, name: 'Loan principal', floor: zero, ...shared },
    { id: ids.interest, name: 'Loan interest receivable', floor: null, ...shared },
    { id: ids.fees, name: 'Loan fees receivable', floor: null, ...shared },
  ]);
  const outcome = await ledger.post({
    key: disbursal._id,
    requestHash: hashRequest({ loan: loan._id }),
    kind: 'disbursal',
    currency: loan.currency,
    effectiveOn: dateOf(loan.disbursedOn),
    actor: 'test',
    reference: `loan ${loan.number}`,
    postings: disbursalPostings(loan),
    companions: [
      { collection: 'loans', kind: 'insert', document: { ...loan } },
      { collection: 'loanTransactions', kind: 'insert', document: { ...disbursal } },
    ],
  });
  if (!outcome.ok) throw new Error(`The test loan was not paid out: ${outcome.refusal.code}`);
  return loan;
}

/** The personal loan as it is, or a product of its own that says something else. */
export async function productOf(bank: Bank, changes: Partial<ProductVersion>): Promise<ProductVersion> {
  const live = present(await bank.services.products.liveByCode('personal'), 'The personal loan');
  if (Object.keys(changes).length === 0) return live;
  const _id = newId();
  const product = { ...live, ...changes, _id, code: `test-${_id.slice(-12)}` };
  await bank.platform.database.db.collection<ProductVersion>('productVersions').insertOne(product);
  return product;
}

export function loanOf(bank: Bank, lent: Lent & { of: ProductVersion }): { loan: Loan; disbursal: LoanTransaction } {
  const { partyId, accountId, annualRate = '9.6', instalments = 24, of: product } = lent;
  const principal = moneyOf(lent.principal ?? 38_000_00n);
  const fee = moneyOf(lent.fee ?? 0n);
  const tax = moneyOf(lent.tax ?? 0n);
  const disbursedOn = dateOf(lent.disbursedOn ?? '2025-03-03');
  const facts = { principal, annualRate, instalments, disbursedOn };
  const terms = scheduleTermsOf(product, facts);
  const fees = (terms.fees ?? []).filter(({ when }) => when === 'instalment');
  const schedule = buildSchedule({ ...terms, fees });
  if (!schedule.ok) throw new Error(`The test loan has no schedule: ${schedule.refusal.code}`);
  const on = dateText(disbursedOn);
  const rows = unpaidRows(schedule.value.rows);
  const standard = present(product.npaBuckets[0], 'The first bucket');
  const loan: Loan = {
    _id: newId(),
    number: `L-${newReference()}`,
    partyId,
    branchId: bank.platform.headBranchId,
    applicationId: newId(),
    productVersionId: product._id,
    productCode: product.code,
    productName: product.name,
    currency: product.currency,
    state: 'active',
    version: 1,
    principal,
    fee,
    aprPercent: null,
    disbursedOn: on,
    openedAt: new Date(`${on}T14:20:00Z`),
    closedOn: null,
    payoutAccountId: accountId,
    terms: [agreementOf(product, { ...facts, instalment: schedule.value.instalment })],
    instalments: rows,
    digest: loanDocuments.digestOf(rows),
    outstandingPrincipal: principal,
    paidInstalments: 0,
    nextDueOn: rows[0]?.dueOn ?? null,
    arrears: { ...nothingOwed, since: null, daysPastDue: 0, bucket: 'standard', nonPerformingSince: null },
    booked: bookedAtStart({ principal, fee, tax, provisionPercent: standard.provisionPercent }),
    bookedOn: on,
    workOn: workAfter(disbursedOn, rows),
  };
  const facts1 = { key: newId(), amount: minus(principal, fee), tax, at: loan.openedAt, actor: 'test' };
  return { loan, disbursal: disbursalTransaction(loan, facts1) };
}
