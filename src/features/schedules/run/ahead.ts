import { settleRow } from './settling.ts';
import { isReal, openPeriod, roundedInterest, unpaidOf, type Walk, type WalkRow } from './walk.ts';

/** Takes money paid ahead off the principal again, to be used anew; the interest up to now has seen it. */
export function takeAhead(walk: Walk): bigint {
  const money = walk.ahead;
  walk.actual += walk.relief;
  walk.held -= walk.heldRelief;
  walk.waiting.ahead -= money;
  walk.ahead = 0n;
  walk.relief = 0n;
  walk.heldRelief = 0n;
  return money;
}

/** Lets money that is short of a row lower the principal until that row is due. */
export function keepAhead(walk: Walk, money: bigint): void {
  if (money === 0n) return;
  walk.ahead = money;
  walk.relief = money < walk.actual ? money : walk.actual;
  walk.actual -= walk.relief;
  walk.waiting.ahead += money;
  if (!holds(walk)) return;
  walk.heldRelief = walk.relief;
  walk.held += walk.relief;
}

/** A row has fallen due: money paid ahead is used for it, and what is left goes on waiting. */
export function useAhead(walk: Walk, row: WalkRow): void {
  if (walk.ahead === 0n) return;
  const money = takeAhead(walk);
  // Where rows are taken to be paid on their day, this one is, with what is waiting first.
  if (!isReal(walk, row.due)) {
    row.ahead = money < unpaidOf(row) ? money : unpaidOf(row);
    keepAhead(walk, money - row.ahead);
    return;
  }
  walk.using = walk.waiting;
  walk.usingId = walk.waitingId;
  keepAhead(walk, settleRow(walk, row, { money, order: walk.contract.allocation.due }));
}

/** Interest up to now that a row paid early must carry. */
export function interestToDate(walk: Walk): bigint {
  if (walk.contract.method === 'flat') return 0n;
  return walk.carried + interestUntilNow(walk) - walk.charged;
}

/** Marks the interest up to now as due with a row that is paid early. */
export function chargeToDate(walk: Walk): void {
  if (walk.contract.method === 'flat') return;
  walk.charged = interestUntilNow(walk);
  walk.carried = 0n;
}

/** Under `period` rest a period that has begun keeps the whole of its interest. */
function interestUntilNow(walk: Walk): bigint {
  return holds(walk) ? interestOfPeriod(walk) : roundedInterest(walk, walk.actualSum);
}

/** The open period's interest if nothing happened until its end. */
export function interestOfPeriod(walk: Walk): bigint {
  const daysLeft = BigInt(openPeriod(walk).due - walk.accruedTo);
  return roundedInterest(walk, walk.actualSum + (walk.actual + walk.held) * walk.rate * daysLeft);
}

/** Lowers the principal that is really outstanding; under `period` rest it still bears interest until the period ends. */
export function repay(walk: Walk, amount: bigint): void {
  walk.actual -= amount;
  if (holds(walk)) walk.held += amount;
}

/** On a due date the period is over with its whole interest, and money lowers what the next one bears. */
function holds(walk: Walk): boolean {
  return walk.contract.rest === 'period' && walk.accruedTo > openPeriod(walk).start;
}
