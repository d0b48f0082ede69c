import { rowsOwing, settleRow } from './settling.ts';
import { payAhead } from './allocate.ts';
import { interestOfPeriod, takeAhead } from './ahead.ts';
import { divideRounded } from '#core/money.ts';
import { addRow, feeOf, flatInterestOf, principalOf } from './rows.ts';
import type { LoanEvent } from './story.ts';
import { nothing, openPeriod, roundedInterest, unpaid, type Amounts, type Walk } from './walk.ts';

export type Payoff = Extract<LoanEvent, { kind: 'payoff' }>;

/** What must be paid on the event's day so that nothing is owed any more: what has fallen due, and the rest. */
export function payoffOf(walk: Walk, event: Payoff): { due: Amounts; rest: Amounts } {
  const due = nothing();
  for (const row of rowsOwing(walk)) {
    for (const part of ['penalty', 'fee', 'interest', 'principal'] as const) due[part] += unpaid(row, part);
  }
  return { due, rest: restOf(walk, event) };
}

function restOf(walk: Walk, event: Payoff): Amounts {
  if (walk.open >= walk.rowCount) return nothing();
  const principal = walk.scheduled;
  const interest = interestUpTo(walk, event) + walk.carried + walk.deferred;
  const isOver = principal === 0n && interest === 0n && walk.charges === 0n && walk.prepaid === 0n;
  if (isOver) return nothing();
  return { penalty: 0n, fee: instalmentFee(walk, interest) + walk.charges, interest, principal };
}

/** The running row's fee on its own instalment; on a due date that row has it, and the next one does not come. */
function instalmentFee(walk: Walk, interest: bigint): bigint {
  if (walk.accruedTo === openPeriod(walk).start || walk.open < walk.rows.length) return 0n;
  const beside = interest - walk.deferred;
  return feeOf(walk, { principal: principalOf(walk, walk.open, beside), interest });
}

function interestUpTo(walk: Walk, event: Payoff): bigint {
  const period = openPeriod(walk);
  const isDueDay = walk.accruedTo === period.start;
  // On a due date the period is over, and the next one has not cost a day yet.
  if (walk.contract.method === 'flat') {
    if (isDueDay || walk.open < walk.rows.length) return 0n;
    const whole = flatInterestOf(walk, walk.open);
    if (event.interest === 'to-due-date') return whole;
    return divideRounded(whole * BigInt(walk.accruedTo - period.start), period.days, walk.contract.mode);
  }
  const wanted = event.interest === 'to-due-date' && !isDueDay;
  const owed = (wanted ? interestOfPeriod(walk) : roundedInterest(walk, walk.actualSum)) - walk.charged;
  return owed > 0n || walk.carried > 0n ? owed : 0n;
}

/** Pays everything off; with an amount that is short, the money is used as any payment is. */
export function payOff(walk: Walk, event: Payoff): void {
  const { due, rest } = payoffOf(walk, event);
  const total = totalOf(due) + totalOf(rest);
  const waiting = walk.ahead;
  let money = event.amount ?? total - waiting;
  const isEnough = money + waiting >= total;
  const order = walk.contract.allocation.pastDue;
  for (const row of rowsOwing(walk)) money = settleRow(walk, row, { money, order });
  if (!isEnough) {
    payAhead(walk, money);
    return;
  }
  money += takeAhead(walk);
  if (totalOf(rest) > 0n || walk.prepaid > 0n) lastRow(walk, event, rest);
  money -= totalOf(rest);
  walk.overpaid += money;
  walk.using.over += money;
  walk.ended = true;
}

/** The rest becomes principal of the row whose period holds the day. */
function lastRow(walk: Walk, event: Payoff, rest: Amounts): void {
  const before = walk.rows[walk.open - 1];
  const existing = before?.due === event.day ? before : walk.rows[walk.open];
  walk.scheduled = 0n;
  walk.actual = 0n;
  for (const part of ['fee', 'interest', 'principal'] as const) walk.using[part] += rest[part];
  // Nothing is left that could bear interest, and what ran until now is in the row.
  walk.held = 0n;
  walk.heldRelief = 0n;
  walk.carried = 0n;
  walk.charged = roundedInterest(walk, walk.actualSum);
  walk.deferred = 0n;
  walk.charges = 0n;
  if (existing) {
    for (const part of ['fee', 'interest', 'principal'] as const) {
      existing.owed[part] += rest[part];
      existing.paid[part] += rest[part];
    }
    for (const later of walk.rows.slice(existing.index)) later.balance -= rest.principal;
    return;
  }
  const owed = { ...rest, principal: rest.principal + walk.prepaid };
  const row = addRow(walk, walk.open, owed);
  row.paid = { ...owed };
  row.settledOn = walk.accruedTo;
  row.settledBy = walk.usingId;
  walk.prepaid = 0n;
}

export function totalOf(amounts: Amounts): bigint {
  return amounts.penalty + amounts.fee + amounts.interest + amounts.principal;
}
