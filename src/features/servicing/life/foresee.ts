import { notFound } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import type { Money } from '#core/money.ts';
import { ok, type Result } from '#core/result.ts';
import type { LoanTransaction } from '#features/loans/index.ts';
import type { ActOrder, ActRefusal } from './act.ts';
import { readLoan, tellLoan } from './act.service.ts';
import { joined, postingsBetween } from './books.ts';
import { decide } from './deciding.service.ts';
import type { LifeParts, Told } from './life-parts.ts';
import type { Projection } from './projection.ts';

/** What an act would come to: the loan as it is, what would be recorded, how the loan would stand, and what would move. */
export interface Foreseen {
  told: Told;
  recorded: readonly LoanTransaction[];
  after: Projection;
  /** Debits positive. */
  postings: readonly { account: string; amount: Money }[];
}

/** Works out an act and writes nothing: the same decision that doing it would come to, on the loan as it is now. */
export async function foresee(
  parts: LifeParts,
  order: Omit<ActOrder, 'key' | 'reason'>,
): Promise<Result<Foreseen, ActRefusal>> {
  const loan = await readLoan(parts, order);
  if (!loan) throw notFound('Loan');
  const told = await tellLoan(parts, loan, await parts.platform.bankDay.today());
  const decided = await decide(parts, { ...order, key: newId() }, { ...told, on: order.on ?? told.today });
  if (!decided.ok) return decided;
  const { plan, recorded, after } = decided.value;
  const postings = joined([...postingsBetween(loan.booked, after.booked, loan), ...plan.legs]);
  return ok({ told, recorded, after, postings });
}
