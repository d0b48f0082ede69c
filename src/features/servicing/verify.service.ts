import { dateOf } from '#core/calendar.ts';
import { moneyOf } from '#core/money.ts';
import { loanAccounts, loanBooks, type Loan, type LoanTransaction } from '#features/loans/index.ts';
import type { ProductVersion } from '#features/products/index.ts';
import { operators } from '#platform/mongo.ts';
import type { LifeParts } from './life/act.service.ts';
import { project, type Projection } from './life/projection.ts';
import { complete, recordedOfAll } from './life/recorded.ts';
import { tell } from './life/story.ts';

export interface ProjectionDifference {
  /** The loan's number. */
  loan: string;
  what: string;
}

const batchSize = 100;

type Parts = Pick<LifeParts, 'loans' | 'transactions' | 'ledger' | 'products'>;

/**
 * Tells every loan anew from its agreement and its transactions, at the end of the date it was last booked on, and
 * compares that with what is stored and with the ledger's balances of the loan. Gives the first difference; holds one
 * batch of loans in memory at a time.
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

const ownAccounts = ['principal', 'interest', 'fees', 'penalties', 'overpaid'] as const;

async function verifyBatch(parts: Parts, loans: readonly Loan[]): Promise<ProjectionDifference | undefined> {
  const ids = loans.map((loan) => loan._id);
  const [byLoan, balances] = await Promise.all([
    recordedOfAll(parts, ids),
    parts.ledger.balances(ids.flatMap((id) => ownAccounts.map((name) => loanAccounts(id)[name]))),
  ]);
  for (const loan of loans) {
    const product = await parts.products.version(loan.productVersionId);
    const transactions = complete(loan, byLoan.get(loan._id) ?? []);
    const what = product && differenceOf(loan, { transactions, product });
    if (what !== undefined) return { loan: loan.number, what };
    for (const name of ownAccounts) {
      const balance = balances.get(loanAccounts(loan._id)[name])?.balance ?? moneyOf(0n);
      // What is overpaid is owed to the borrower: the ledger shows it on its normal side, the credit side.
      const booked = name === 'overpaid' ? moneyOf(0n - loan.booked[name]) : loan.booked[name];
      if (balance !== booked) return { loan: loan.number, what: `the ledger’s balance of its ${name} is another one` };
    }
  }
  return undefined;
}

const facts = [
  'digest',
  'outstandingPrincipal',
  'paidInstalments',
  'nextDueOn',
  'state',
  'workOn',
] as const satisfies readonly (keyof Projection)[];

function differenceOf(
  loan: Loan,
  { transactions, product }: { transactions: readonly LoanTransaction[]; product: ProductVersion },
): string | undefined {
  const gap = transactions.findIndex((one, index) => one.number !== index + 1);
  if (gap !== -1) return `transaction ${gap + 1} is missing`;
  const asOf = dateOf(loan.bookedOn);
  const told = tell(loan, transactions, { asOf, payoffInterest: product.prepayment.payoffInterest });
  if (!told.ok) return 'its terms give no schedule';
  const replayed = project({ run: told.value, transactions, asOf, buckets: product.npaBuckets, before: loan });
  const fact = facts.find((name) => loan[name] !== replayed[name]);
  if (fact) return `${fact} does not follow from the loan’s transactions`;
  const book = loanBooks.find((name) => loan.booked[name] !== replayed.booked[name]);
  return book && `what was booked as ${book} does not follow from the loan’s transactions`;
}
