import { isBefore } from '#core/calendar.ts';
import { minus, negate, sum, zero } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { LoanTransaction } from '#features/loans/index.ts';
import type { LoanRun } from '#features/schedules/index.ts';
import type { ActFacts, ActOrder, ActRefusal, Plan } from './act.ts';
import type { LifeParts } from './life-parts.ts';
import { planAct } from './planning.ts';
import { project, type Projection } from './projection.ts';
import { sideAccount } from './sides.ts';
import { tell } from './story.ts';
import { completed } from './transactions.ts';
import { wrongLateFees } from './undoing.ts';

/** What was decided and not yet written. */
export type Decided = Result<{ plan: Plan; recorded: LoanTransaction[]; after: Projection }, ActRefusal>;

export async function decide(parts: LifeParts, order: ActOrder, facts: ActFacts): Promise<Decided> {
  if (order.version !== undefined && order.version !== facts.loan.version) return refuse({ code: 'changed-meanwhile' });
  const { act } = order;
  const side = 'from' in act ? act.from : 'to' in act ? act.to : 'cash';
  if (side !== 'cash' && !(await parts.mayPayFrom(facts.loan.partyId, side.accountId))) {
    return refuse({ code: 'not-your-account' });
  }
  const planned = planAct(order.act, facts);
  if (!planned.ok) return planned;
  const first = await withFeesUndone(parts, { order, facts, plan: planned.value });
  if (!first.ok) return first;
  const { plan, run, recorded } = first.value;
  const refund = refundOf(run, { facts, recorded });
  if (!refund) return payable(first.value);
  const legs = [...plan.legs, { account: refund.accountId, amount: negate(refund.amount) }];
  const second = { drafts: [...plan.drafts, refund], legs };
  const outcome = await outcomeWith(parts, { order, facts, plan: second });
  return outcome.ok ? payable({ plan: second, ...outcome.value }) : outcome;
}

/** Money that was paid back cannot be owed again: it would have no due date. */
function payable<D extends { after: Projection }>(decided: D): Result<D, ActRefusal> {
  return decided.after.booked.overpaid > zero ? refuse({ code: 'cannot-reverse' }) : ok(decided);
}

interface Worked {
  plan: Plan;
  run: LoanRun;
  recorded: LoanTransaction[];
  after: Projection;
}

/** A payment that came in time takes the late fees with it that were charged for want of it. */
async function withFeesUndone(
  parts: LifeParts,
  by: { order: ActOrder; facts: ActFacts; plan: Plan },
): Promise<Result<Worked, ActRefusal>> {
  const { order, facts, plan } = by;
  const outcome = await outcomeWith(parts, by);
  if (!outcome.ok) return outcome;
  if (order.act.kind !== 'payment' || !isBefore(facts.on, facts.today)) return ok({ plan, ...outcome.value });
  const wrong = wrongLateFees(facts, [...facts.transactions, ...outcome.value.recorded]);
  if (wrong.length === 0) return ok({ plan, ...outcome.value });
  const more = { ...plan, drafts: [...plan.drafts, ...wrong] };
  const again = await outcomeWith(parts, { order, facts, plan: more });
  return again.ok ? ok({ plan: more, ...again.value }) : again;
}

/** What is more than all that was owed goes back to the account that the loan was paid out to. */
function refundOf(run: LoanRun, { facts, recorded }: { facts: ActFacts; recorded: LoanTransaction[] }) {
  const paidBack = sum([...facts.transactions, ...recorded].map((one) => (one.kind === 'refund' ? one.amount : zero)));
  const amount = minus(run.overpaid, paidBack);
  if (amount <= zero) return undefined;
  const { payoutAccountId, currency } = facts.loan;
  const accountId = payoutAccountId === '' ? sideAccount('cash', currency) : payoutAccountId;
  return { kind: 'refund' as const, amount, accountId };
}

async function outcomeWith(
  parts: LifeParts,
  by: { order: ActOrder; facts: ActFacts; plan: Plan },
): Promise<Result<{ run: LoanRun; recorded: LoanTransaction[]; after: Projection }, ActRefusal>> {
  const { order, facts, plan } = by;
  const { loan, today: asOf, product, transactions } = facts;
  const drafts = await completed(parts.platform, { order, facts, plan });
  const all = [...transactions, ...drafts];
  const told = tell(loan, all, { asOf, payoffInterest: product.prepayment.payoffInterest });
  if (!told.ok) return refuse({ code: 'no-schedule' });
  const run = told.value;
  const recorded = drafts.map((one) => used(one, run));
  const after = project({ run, transactions: all, asOf, buckets: product.npaBuckets, before: loan });
  return ok({ run, recorded, after });
}

/** The transaction with what its money was used for. */
export function used(one: LoanTransaction, run: LoanRun): LoanTransaction {
  const use = run.applied.get(one._id);
  if (!use || one.kind === 'charge' || one.kind === 'disbursal') return one;
  const { principal, interest, fee, penalty, ahead } = use;
  const row = run.rows.find((candidate) => candidate.settledBy === one._id);
  return { ...one, principal, interest, fee, penalty, ahead, instalment: row?.n ?? null };
}
