import type { Part } from '../terms.ts';
import { chargeToDate, interestToDate, keepAhead, repay, takeAhead } from './ahead.ts';
import { addRow, feeOf, flatInterestOf, principalOf } from './rows.ts';
import { rowsOwing, settleRow } from './settling.ts';
import { isInterestGrace, type Amounts, type Walk, type WalkRow } from './walk.ts';

/** Uses money for rows that are due by the order of the agreement, then for rows to come. The day's interest is counted. */
export function usePayment(walk: Walk, money: bigint): void {
  const { pastDue, due, across } = walk.contract.allocation;
  const owing = rowsOwing(walk);
  const today = walk.accruedTo;
  const late = owing.filter((row) => row.due < today);
  const rest = settleRows(walk, { rows: late, order: pastDue, across, money });
  const now = owing.filter((row) => row.due === today);
  payAhead(walk, settleRows(walk, { rows: now, order: due, across, money: rest }));
}

function settleRows(
  walk: Walk,
  task: { rows: readonly WalkRow[]; order: readonly Part[]; across: 'instalment' | 'part'; money: bigint },
): bigint {
  let { money } = task;
  const rounds = task.across === 'part' ? task.order.map((part) => [part]) : [task.order];
  for (const order of rounds) for (const row of task.rows) money = settleRow(walk, row, { money, order });
  return money;
}

/**
 * Pays rows to come in full: the first with its interest to the day, the others with none. Money short of a row waits
 * for it and lowers the principal meanwhile.
 */
export function payAhead(walk: Walk, paid: bigint): void {
  let money = paid + takeAhead(walk);
  while (money > 0n && walk.rows.length < walk.rowCount && walk.scheduled > 0n) {
    const index = walk.rows.length;
    const interest = walk.contract.method === 'flat' ? flatInterestOf(walk, index) : interestToDate(walk);
    const principal = principalOf(walk, index, interest);
    // A row that repays nothing cannot be paid before its interest is known.
    if (principal === 0n || isInterestGrace(walk, index)) break;
    const owed = { penalty: 0n, interest: interest + walk.deferred, principal, fee: 0n };
    owed.fee = feeOf(walk, owed) + (index === walk.open ? walk.charges : 0n);
    const total = owed.interest + owed.principal + owed.fee;
    if (money < total) break;
    money -= total;
    takeEarly(walk, index, owed);
  }
  walk.waiting = walk.using;
  walk.waitingId = walk.usingId;
  if (walk.scheduled === 0n) walk.overpaid += money;
  if (walk.scheduled === 0n) walk.using.over += money;
  else keepAhead(walk, money);
}

function takeEarly(walk: Walk, index: number, asked: Amounts): void {
  chargeToDate(walk);
  walk.deferred = 0n;
  walk.scheduled -= asked.principal;
  repay(walk, asked.principal);
  const row = addRow(walk, index, { ...asked });
  row.paid = { ...asked };
  row.settledOn = walk.accruedTo;
  row.settledBy = walk.usingId;
  if (index === walk.open) {
    takePrepaid(walk, row);
    walk.charges = 0n;
  }
  for (const part of ['fee', 'interest', 'principal'] as const) walk.using[part] += asked[part];
}

/** What was prepaid in the open period stands in that period's row, whenever the row is paid. */
function takePrepaid(walk: Walk, row: WalkRow): void {
  row.owed.principal += walk.prepaid;
  row.paid.principal += walk.prepaid;
  row.prepaid = walk.prepaid;
  walk.prepaid = 0n;
}
