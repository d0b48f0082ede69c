import { assert, present } from '#core/assert.ts';
import { dateOf, dateText, isBefore, type PlainDate } from '#core/calendar.ts';
import { conflict } from '#core/errors.ts';
import { hashRequest } from '#features/ledger/index.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import type { ProductVersion } from '#features/products/index.ts';
import type { LoanRun } from '#features/schedules/index.ts';
import { projectionUpdate } from '../life/act-records.ts';
import { openMissing, type LifeParts } from '../life/act.service.ts';
import { postingsBetween } from '../life/books.ts';
import { project, type Projection } from '../life/projection.ts';
import { complete, recordedOfAll } from '../life/recorded.ts';
import { tell } from '../life/story.ts';

/** A loan without its rows: what the close of day reads of each of a hundred thousand. */
export type LeanLoan = Omit<Loan, 'instalments'>;

/** A loan with everything that was recorded of it, read in one go with others. */
export interface LoanOnDesk {
  loan: LeanLoan;
  transactions: LoanTransaction[];
  product: ProductVersion;
}

/** Reads what belongs to a page of loans by two queries, however many they are. */
export async function onDesk(parts: LifeParts, loans: readonly LeanLoan[]): Promise<LoanOnDesk[]> {
  if (loans.length === 0) return [];
  const byLoan = await recordedOfAll(
    parts,
    loans.map((loan) => loan._id),
  );
  return Promise.all(
    loans.map(async (loan) => ({
      loan,
      transactions: byLoan.get(loan._id) ?? [],
      product: present(await parts.products.version(loan.productVersionId), 'The product version of a loan'),
    })),
  );
}

export async function readAgain(parts: LifeParts, loanId: string): Promise<LoanOnDesk | undefined> {
  const loan = await parts.loans.findOne({ _id: loanId }, { instalments: 0 }).lean<LeanLoan>();
  const [found] = loan ? await onDesk(parts, [loan]) : [];
  return found;
}

/** The loan at the end of a date, or where it is booked further, of that one: it never goes back in time. */
export function toldOn(
  { loan, transactions: found, product }: LoanOnDesk,
  date: PlainDate,
): { run: LoanRun; after: Projection } {
  const transactions = complete(loan, found);
  const bookedOn = dateOf(loan.bookedOn);
  const asOf = isBefore(date, bookedOn) ? bookedOn : date;
  const told = tell(loan, transactions, { asOf, payoffInterest: product.prepayment.payoffInterest });
  assert(told.ok, 'What was recorded of a loan can be told');
  const after = project({ run: told.value, transactions, asOf, buckets: product.npaBuckets, before: loan });
  return { run: told.value, after };
}

/** The last date that is over for loans, and the business date that postings for it belong to. */
export interface BookingDay {
  asOf: PlainDate;
  effectiveOn: PlainDate;
}

/**
 * Posts what the loan's accounts lack at the end of a date, and keeps its projection: what fell due, the interest run
 * up to the day, the provision. Doing it again posts nothing, and a loan that is booked further is left as it is. A loan
 * that moved meanwhile is a conflict.
 */
export async function bookLoan(parts: LifeParts, desk: LoanOnDesk, day: BookingDay): Promise<void> {
  const { loan } = desk;
  const { asOf, effectiveOn } = day;
  if (loan.bookedOn > dateText(asOf)) return;
  const { after } = toldOn(desk, asOf);
  const postings = postingsBetween(loan.booked, after.booked, loan);
  const update = projectionUpdate(loan, after);
  if (postings.length === 0) {
    assert(update.kind === 'update', 'A projection is updated');
    const { matchedCount } = await parts.loans.collection.updateOne(update.filter as never, update.change);
    if (matchedCount === 0) throw conflict('The loan');
    return;
  }
  await openMissing(parts, { loan, after });
  const key = `accrual:${loan._id}:${dateText(asOf)}:${loan.version}`;
  const outcome = await parts.ledger.post({
    key,
    requestHash: hashRequest({ key }),
    kind: 'loan-accrual',
    currency: loan.currency,
    effectiveOn,
    actor: 'close-of-day',
    reference: `loan ${loan.number}, interest and what fell due`,
    postings,
    companions: [update],
  });
  if (outcome.ok) return;
  if (outcome.refusal.code === 'guard-missed') throw conflict('The loan');
  throw new Error(`The ledger refused to book a loan: ${outcome.refusal.code}`);
}
