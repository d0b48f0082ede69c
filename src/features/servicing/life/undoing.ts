import { dateOf, dateText } from '#core/calendar.ts';
import { negate, zero } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { ownBookId } from '#features/ledger/index.ts';
import type { LoanTransaction } from '#features/loans/index.ts';
import type { LoanRun } from '#features/schedules/index.ts';
import type { Act, ActFacts, ActRefusal, Draft, Plan } from './act.ts';
import { eventFee } from './due.ts';
import { effective, tell } from './story.ts';

const reversible: readonly LoanTransaction['kind'][] = [
  'payment',
  'prepayment',
  'payoff',
  'charge',
  'waiver',
  'rate-change',
  'moratorium',
  'reschedule',
  'restructure',
  'write-off',
  'recovery',
];
/** Money that came in: undone, it goes back to where it came from. */
const incoming: readonly LoanTransaction['kind'][] = ['payment', 'prepayment', 'payoff', 'recovery'];

export function planReversal(act: Extract<Act, { kind: 'reversal' }>, facts: ActFacts): Result<Plan, ActRefusal> {
  const one = facts.transactions.find(({ _id }) => _id === act.reverses);
  if (!one) return refuse({ code: 'unknown-transaction' });
  if (!effective(facts.transactions).includes(one)) return refuse({ code: 'already-reversed' });
  if (!mayReverse(one, { act, facts })) return refuse({ code: 'cannot-reverse' });
  const { amount, accountId, _id: reverses } = one;
  const draft: Draft = { kind: 'reversal', amount, accountId, reverses };
  const legs = incoming.includes(one.kind) ? [{ account: accountId, amount: negate(amount) }] : [];
  const fee = act.bounce ? eventFee(facts.product, { code: 'bounce', base: amount }) : { amount: zero, tax: zero };
  const charge: Draft = {
    kind: 'charge',
    code: 'bounce',
    ...fee,
    accountId: ownBookId('feeIncome', facts.loan.currency),
  };
  return ok({ drafts: fee.amount === zero ? [draft] : [draft, charge], legs });
}

function mayReverse(
  { kind, number }: LoanTransaction,
  { act, facts }: { act: Extract<Act, { kind: 'reversal' }>; facts: ActFacts },
): boolean {
  const isIncoming = incoming.includes(kind);
  // Only a payment comes back by itself.
  if (!reversible.includes(kind) || (act.bounce && !isIncoming)) return false;
  // What was cancelled is settled for good: every fee was given back on what had been paid.
  if (effective(facts.transactions).some((one) => one.kind === 'cancellation')) return false;
  const after = facts.transactions.filter((one) => one.number > number);
  // Money that was paid back for being too much would be owed again without a due date.
  if (isIncoming && after.some((one) => one.kind === 'refund')) return false;
  // What was recovered counts for a loan that is written off and for no other: it is undone first.
  return kind !== 'write-off' || !effective(facts.transactions).some((one) => one.kind === 'recovery');
}

/**
 * Late fees that a payment recorded afterwards shows to be wrong: for rows that it settled within the days of grace, or
 * that never fell due with it. Each is judged without itself and those after it, since a fee is owed with a later row.
 */
export function wrongLateFees(
  { loan, product, today: asOf }: ActFacts,
  transactions: readonly LoanTransaction[],
): Draft[] {
  const fees = effective(transactions)
    .flatMap((one) => lateFee(one, loan._id) ?? [])
    .toSorted((a, b) => a.n - b.n);
  const judged = new Set(fees.map(({ fee }) => fee));
  const wrong: LoanTransaction[] = [];
  for (const { n, fee } of fees) {
    const told = tell(
      loan,
      transactions.filter((one) => !judged.has(one)),
      { asOf },
    );
    if (told.ok && isLate(told.value, { n, grace: product.penalty?.graceDays ?? 0 })) judged.delete(fee);
    else wrong.push(fee);
  }
  return wrong.map(({ _id, amount, accountId }) => ({ kind: 'reversal', amount, accountId, reverses: _id }));
}

function isLate({ rows }: LoanRun, { n, grace }: { n: number; grace: number }): boolean {
  const row = rows.find((one) => one.n === n);
  if (!row?.known) return false;
  return row.settledOn === null || row.settledOn > dateText(dateOf(row.dueOn).add({ days: grace }));
}

/** With the number of the row that the close of day charged it for, which its key says. */
function lateFee(fee: LoanTransaction, loanId: string): { n: number; fee: LoanTransaction } | undefined {
  const [name, loan, n] = fee._id.split(':');
  return name === 'late-fee' && loan === loanId && fee.kind === 'charge' ? { n: Number(n), fee } : undefined;
}
