import { Fault } from '#core/errors.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import { operators } from '#platform/mongo.ts';
import type { LifeParts } from './life-parts.ts';

/** More transactions than a loan of forty years with weekly payments and every fee has. */
export const mostTransactions = 5_000;
/** Of a page of loans, read at once. */
const mostAtOnce = 200_000;

type Parts = Pick<LifeParts, 'transactions'>;

/** What was recorded of one loan, in its order. A loan with more than can be read is never told without the latest. */
export async function recordedOf(
  { transactions }: Parts,
  loan: Pick<Loan, '_id' | 'number'>,
): Promise<LoanTransaction[]> {
  const found = await transactions
    .find({ loanId: loan._id })
    .sort({ number: 1 })
    .limit(mostTransactions + 1)
    .lean<LoanTransaction[]>();
  return complete(loan, found);
}

/** Throws a Fault that names the loan where there are more than a loan may have, since the latest may be missing. */
export function complete(loan: Pick<Loan, 'number'>, found: LoanTransaction[]): LoanTransaction[] {
  if (found.length <= mostTransactions) return found;
  throw new Fault('internal', `Loan ${loan.number} has more than ${mostTransactions} transactions`);
}

/**
 * What was recorded of many loans, by loan, mostly by one query; by several where there is more than `most` of it. Only
 * of a loan that has more than that by itself the latest are missing, which `complete` tells.
 */
export async function recordedOfAll(
  parts: Parts,
  ids: readonly string[],
  most = mostAtOnce,
): Promise<Map<string, LoanTransaction[]>> {
  const found = await parts.transactions
    .find({ loanId: operators({ $in: [...ids] }) })
    .sort({ loanId: 1, number: 1 })
    .limit(most + 1)
    .lean<LoanTransaction[]>();
  if (found.length <= most || ids.length <= 1) return Map.groupBy(found, (one) => one.loanId);
  const half = Math.trunc((ids.length + 1) / 2);
  const first = await recordedOfAll(parts, ids.slice(0, half), most);
  const second = await recordedOfAll(parts, ids.slice(half), most);
  return new Map([...first, ...second]);
}
