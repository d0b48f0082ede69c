import { settleRow } from './allocate.ts';
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
  if (walk.contract.rest === 'daily') return;
  walk.heldRelief = walk.relief;
  walk.held += walk.relief;
}

/** A row has fallen due: money paid ahead is used for it, and what is left goes on waiting. */
export function useAhead(walk: Walk, row: WalkRow): void {
  if (walk.ahead === 0n) return;
  const money = takeAhead(walk);
  // Where rows are taken to be paid on their day, this one is, with what is waiting first.
  if (!isReal(walk, row.due)) {
    keepAhead(walk, money > unpaidOf(row) ? money - unpaidOf(row) : 0n);
    return;
  }
  walk.using = walk.waiting;
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

/** Under `period` rest a period keeps the whole of its interest. */
function interestUntilNow(walk: Walk): bigint {
  return walk.contract.rest === 'daily' ? roundedInterest(walk, walk.actualSum) : interestOfPeriod(walk);
}

/** The open period's interest if nothing happened until its end. */
export function interestOfPeriod(walk: Walk): bigint {
  const daysLeft = BigInt(openPeriod(walk).due - walk.accruedTo);
  return roundedInterest(walk, walk.actualSum + (walk.actual + walk.held) * walk.rate * daysLeft);
}

/** Lowers the principal that is really outstanding; under `period` rest it still bears interest until the period ends. */
export function repay(walk: Walk, amount: bigint): void {
  walk.actual -= amount;
  if (walk.contract.rest === 'period') walk.held += amount;
}
