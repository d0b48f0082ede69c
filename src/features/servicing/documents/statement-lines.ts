import { dateText, type Period } from '#core/calendar.ts';
import { minus, moneyOf, negate, plus, sum, zero, type Money } from '#core/money.ts';
import type { LoanTransaction } from '#features/loans/index.ts';
import type { LoanRun } from '#features/schedules/index.ts';
import { totalOf } from '../life/due.ts';

/** What money did to a loan: what of it was used for each part, and what waits for an instalment to come. */
export interface Use {
  principal: Money;
  interest: Money;
  fee: Money;
  penalty: Money;
  ahead: Money;
}

export interface StatementLine extends Use {
  transaction: LoanTransaction;
  /** `used`: money of an earlier day that waited and was used in the period; `undone`: counts as if it had never been. */
  as: 'recorded' | 'used' | 'undone';
  moneyIn: Money;
  charged: Money;
  /** Outstanding principal after the line. */
  balance: Money;
}

export interface LoanStatement {
  period: Period;
  /** Principal that bears interest, before the first day and at the end of the last. */
  opening: Money;
  closing: Money;
  lines: StatementLine[];
  paidOut: Money;
  moneyIn: Money;
  /** What interest ran up in the period, whether it fell due or not. */
  interestAccrued: Money;
  penaltyAccrued: Money;
  arrears: { total: Money; since: string | null };
}

/** The loan as it stood at the end of a day, with what is known now; undefined for a day before it was paid out. */
export type Standing = LoanRun | undefined;

/**
 * What happened between two days, as the engine tells it now: a line's split is what its money was really used for by the
 * last day, also where that was changed by something recorded later. So opening and lines always give closing.
 */
export function statementOf(facts: {
  transactions: readonly LoanTransaction[];
  period: Period;
  before: Standing;
  after: Standing;
}): LoanStatement {
  const { transactions, period, before, after } = facts;
  const opening = before?.outstandingPrincipal ?? zero;
  const lines = linesOf(facts, opening);
  const waived = (part: 'interest' | 'penalty') =>
    sum(lines.map((line) => (line.transaction.kind === 'waiver' ? line[part] : zero)));
  const accrued = (part: 'interest' | 'penalty') =>
    plus(minus(after?.[part].earned ?? zero, before?.[part].earned ?? zero), waived(part));
  const inPeriod = transactions.filter((one) => isWithin(one, period));
  return {
    period,
    opening,
    closing: after?.outstandingPrincipal ?? zero,
    lines,
    paidOut: sum(inPeriod.map((one) => (one.kind === 'disbursal' ? one.principal : zero))),
    moneyIn: sum(lines.map(({ moneyIn }) => moneyIn)),
    interestAccrued: accrued('interest'),
    penaltyAccrued: accrued('penalty'),
    arrears: after ? { total: totalOf(after.arrears), since: after.oldestUnpaidDueOn } : { total: zero, since: null },
  };
}

function isWithin({ on }: LoanTransaction, { from, to }: Period): boolean {
  return dateText(from) <= on && on <= dateText(to);
}

type Facts = Parameters<typeof statementOf>[0];

function linesOf(facts: Facts, opening: Money): StatementLine[] {
  const { transactions, period } = facts;
  const undone = new Set(transactions.map(({ reverses }) => reverses));
  const inOrder = transactions.toSorted((a, b) => (a.on === b.on ? a.number - b.number : a.on < b.on ? -1 : 1));
  let balance = opening;
  return inOrder.flatMap((transaction): StatementLine[] => {
    const { on, kind, _id } = transaction;
    if (on > dateText(period.to)) return [];
    const isOwn = isWithin(transaction, period);
    const isUndone = undone.has(_id) || kind === 'reversal';
    const use = isUndone ? unused : useOf(transaction, facts);
    const isUsed = Object.values(use).some((amount) => amount !== zero);
    if (!isOwn && !isUsed) return [];
    balance = minus(balance, plus(loweredBy(transaction, use), isOwn ? added(transaction) : zero));
    return [
      {
        ...(isOwn ? withCharge(transaction, use) : use),
        transaction,
        as: isUndone && kind !== 'reversal' ? 'undone' : isOwn ? 'recorded' : 'used',
        moneyIn: isOwn ? moneyInOf(transaction, transactions) : zero,
        charged: isOwn && kind === 'charge' ? transaction.amount : zero,
        balance,
      },
    ];
  });
}

const unused: Use = { principal: zero, interest: zero, fee: zero, penalty: zero, ahead: zero };

/** What the engine used an entry's money for between the two days. */
function useOf({ _id }: LoanTransaction, { before, after }: Facts): Use {
  const then = after?.applied.get(_id);
  const earlier = before?.applied.get(_id);
  const part = (name: keyof Use) => minus(then?.[name] ?? zero, earlier?.[name] ?? zero);
  return {
    principal: part('principal'),
    interest: part('interest'),
    fee: part('fee'),
    penalty: part('penalty'),
    ahead: part('ahead'),
  };
}

/** A fee for repaying early is kept beside what the engine sees, and so is what a cancellation gives back. */
function withCharge({ charge = zero, givenBack = zero }: LoanTransaction, use: Use): Use {
  return { ...use, fee: minus(plus(use.fee, charge), givenBack) };
}

/** How much less principal bears interest: repaid, let go, or lowered by money that waits. */
function loweredBy({ kind, change }: LoanTransaction, use: Use): Money {
  if (change?.capitalise === 'arrears') return negate(sum([use.interest, use.fee, use.penalty]));
  // A waiver says in `principal` what of it was let go; nothing of money comes with it.
  return kind === 'disbursal' ? zero : plus(use.principal, use.ahead);
}

function added({ kind, principal }: LoanTransaction): Money {
  return kind === 'disbursal' ? negate(principal) : zero;
}

const incoming: readonly LoanTransaction['kind'][] = ['payment', 'prepayment', 'payoff', 'cancellation', 'recovery'];

/** What was paid back counts against it, and so does what came back. */
function moneyInOf(one: LoanTransaction, all: readonly LoanTransaction[]): Money {
  if (incoming.includes(one.kind)) return one.amount;
  if (one.kind === 'refund') return negate(one.amount);
  if (one.kind !== 'reversal') return zero;
  const undone = all.find(({ _id }) => _id === one.reverses);
  return undone && incoming.includes(undone.kind) ? negate(one.amount) : zero;
}

/** Of a year or any period: what was paid for each part by its end, less what was paid by its beginning. */
export function paidBetween(facts: Facts): Use & { total: Money } {
  const { transactions, period } = facts;
  const undone = new Set(transactions.map(({ reverses }) => reverses));
  const counted = transactions.filter(
    (one) => incoming.includes(one.kind) && !undone.has(one._id) && one.on <= dateText(period.to),
  );
  const uses = counted.map((one) => {
    const use = useOf(one, facts);
    return isWithin(one, period) ? withCharge(one, use) : use;
  });
  const part = (name: keyof Use) => sum(uses.map((use) => use[name]));
  const paid = {
    principal: part('principal'),
    interest: part('interest'),
    fee: part('fee'),
    penalty: part('penalty'),
    ahead: part('ahead'),
  };
  return { ...paid, total: moneyOf(Object.values(paid).reduce((total, amount) => total + amount, 0n)) };
}
