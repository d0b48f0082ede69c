import type { Model } from 'mongoose';
import type { Ledger } from '#features/ledger/index.ts';
import { loanAccounts, type Loan, type LoanTransaction } from '#features/loans/index.ts';
import { operators } from '#platform/mongo.ts';
import { firstDifference, replay } from './replay.ts';

export interface ProjectionDifference {
  /** The loan's number. */
  loan: string;
  what: string;
}

const batchSize = 100;

interface Parts {
  loans: Model<Loan>;
  transactions: Model<LoanTransaction>;
  ledger: Pick<Ledger, 'balances'>;
}

/**
 * Replays every loan from its terms and transactions and compares it with what is stored and with the ledger's balance
 * of its principal. Gives the first difference; holds one batch of loans in memory at a time.
 */
export async function verifyProjections(parts: Parts): Promise<ProjectionDifference | undefined> {
  for (let last = ''; ;) {
    const batch = await parts.loans
      .find({ _id: operators({ $gt: last }) })
      .sort({ _id: 1 })
      .limit(batchSize)
      .lean<Loan[]>();
    const difference = await verifyBatch(parts, batch);
    if (difference) return difference;
    const end = batch.at(-1);
    if (!end || batch.length < batchSize) return undefined;
    last = end._id;
  }
}

async function verifyBatch(parts: Parts, loans: readonly Loan[]): Promise<ProjectionDifference | undefined> {
  const ids = loans.map((loan) => loan._id);
  const [transactions, balances] = await Promise.all([
    parts.transactions
      .find({ loanId: operators({ $in: ids }) })
      .sort({ loanId: 1, number: 1 })
      .lean<LoanTransaction[]>(),
    parts.ledger.balances(ids.map((id) => loanAccounts(id).principal)),
  ]);
  const byLoan = Map.groupBy(transactions, (one) => one.loanId);
  for (const loan of loans) {
    const ledgerBalance = balances.get(loanAccounts(loan._id).principal)?.balance;
    const what = differenceOf(loan, byLoan.get(loan._id) ?? []);
    if (what !== undefined) return { loan: loan.number, what };
    if (ledgerBalance !== loan.outstandingPrincipal)
      return { loan: loan.number, what: 'the ledger’s balance of its principal is another one' };
  }
  return undefined;
}

function differenceOf(loan: Loan, transactions: readonly LoanTransaction[]): string | undefined {
  const gap = transactions.findIndex((one, index) => one.number !== index + 1);
  if (gap !== -1) return `transaction ${gap + 1} is missing`;
  const strange = transactions.find((one) => one.kind === 'payment' && !fits(loan, one));
  if (strange) return `transaction ${strange.number} pays no instalment of the loan as it is`;
  const replayed = replay(loan, transactions);
  return replayed.ok ? firstDifference(loan, replayed.value) : 'its terms give no schedule';
}

function fits(loan: Loan, payment: LoanTransaction): boolean {
  const row = loan.instalments.find((one) => one.n === payment.instalment);
  if (!row) return false;
  const { principal, interest, fee, total } = row;
  return (
    principal === payment.principal && interest === payment.interest && fee === payment.fee && total === payment.amount
  );
}
