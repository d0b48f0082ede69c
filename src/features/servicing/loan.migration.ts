import { minus, moneyOf, negate, sum, zero } from '#core/money.ts';
import { loanBooks, type Loan, type LoanBooks, type LoanTransaction } from '#features/loans/index.ts';
import { operators } from '#platform/mongo.ts';
import type { Migration } from '#platform/schema.ts';
import { bookLoan, onDesk } from './closing/booking.service.ts';
import type { LifeParts } from './life/act.service.ts';

type OldTerms = Pick<
  Loan['terms'][number],
  'version' | 'from' | 'principal' | 'annualRate' | 'instalments' | 'frequency' | 'instalment' | 'firstDueOn'
>;

const nothing = { penalty: zero, fee: zero, interest: zero, principal: zero };
const usualOrder = ['penalty', 'fee', 'interest', 'principal'] as const;
const batchSize = 200;

/**
 * Loans of before their whole life was told from transactions: they get what they lack, and are told anew on the business
 * date. Where an instalment had been paid early with all its interest, what that changes is posted on that date.
 */
export function loanLifeMigration(parts: LifeParts): Migration {
  return {
    id: 'loans-told-from-transactions',
    run: async ({ db }) => {
      const stored = db.collection<Loan>('loans');
      const common = { penalty: zero, ahead: zero };
      const old = { recordedOn: { $exists: false } };
      const channel = { $cond: [{ $eq: ['$kind', 'disbursal'] }, 'system', 'customer'] };
      await db.collection('loanTransactions').updateMany(old, [{ $set: { recordedOn: '$on', channel, ...common } }]);
      for (;;) {
        const found = await stored
          .find({ digest: { $exists: false } })
          .limit(batchSize)
          .toArray();
        if (found.length === 0) break;
        for (const loan of found) {
          await stored.updateOne({ _id: loan._id }, { $set: await completed(parts, loan) });
        }
      }
      await tellAnew(parts);
    },
  };
}

/** What a loan of before lacks. */
async function completed(parts: LifeParts, loan: Loan): Promise<Partial<Loan>> {
  const [version, transactions] = await Promise.all([
    parts.products.version(loan.productVersionId),
    parts.transactions.find({ loanId: loan._id }).sort({ number: 1 }).lean<LoanTransaction[]>(),
  ]);
  return {
    productCode: version?.code ?? '',
    terms: loan.terms.map(completeTerms),
    instalments: loan.instalments.map((row) => ({
      ...row,
      penalty: zero,
      paid:
        row.paidOn === null ? nothing : { ...nothing, fee: row.fee, interest: row.interest, principal: row.principal },
      left: row.paidOn === null ? row.total : zero,
    })),
    digest: '',
    arrears: {
      ...nothing,
      since: null,
      daysPastDue: 0,
      bucket: version?.npaBuckets[0]?.code ?? '',
      nonPerformingSince: null,
    },
    booked: bookedBefore(loan, transactions),
    bookedOn: loan.disbursedOn,
    workOn: loan.disbursedOn,
  };
}

function completeTerms(terms: OldTerms): Loan['terms'][number] {
  return {
    ...terms,
    reason: 'agreement',
    method: 'equal-instalment',
    dayCount: '30/360',
    rounding: { mode: 'half-even', instalmentTo: null, instalmentMode: 'nearest' },
    instalmentBasis: 'day-count',
    principalGrace: 0,
    interestGrace: 0,
    balloon: zero,
    fees: [],
    penalty: null,
    allocation: { pastDue: usualOrder, due: usualOrder, across: 'instalment' },
    rest: 'daily',
  };
}

/** Interest and fees had been booked as income when they were paid, and nothing before. */
function bookedBefore(loan: Loan, transactions: readonly LoanTransaction[]): LoanBooks {
  const paid = transactions.filter(({ kind }) => kind === 'payment');
  const books = Object.fromEntries(loanBooks.map((book) => [book, zero])) as LoanBooks;
  const fees = sum([loan.fee, ...paid.map((one) => moneyOf(one.fee))]);
  return {
    ...books,
    principal: minus(loan.principal, sum(paid.map((one) => one.principal))),
    interestIncome: negate(sum(paid.map((one) => one.interest))),
    feeIncome: negate(fees),
  };
}

async function tellAnew(parts: LifeParts): Promise<void> {
  const today = await parts.platform.bankDay.today();
  for (let last = ''; ;) {
    const filter = { _id: operators({ $gt: last }), digest: '' };
    const loans = await parts.loans.find(filter, { instalments: 0 }).sort({ _id: 1 }).limit(batchSize).lean<Loan[]>();
    for (const desk of await onDesk(parts, loans)) await bookLoan(parts, desk, { asOf: today, effectiveOn: today });
    const end = loans.at(-1);
    if (!end) return;
    last = end._id;
  }
}
