import type { Part } from '../terms.ts';
import { unpaid, unpaidOf, type Walk, type WalkRow } from './walk.ts';

/** The rows that have fallen due and still owe something, oldest first. */
export function rowsOwing(walk: Walk): WalkRow[] {
  while (walk.unsettledFrom < walk.rows.length && isSettled(walk.rows[walk.unsettledFrom])) walk.unsettledFrom += 1;
  const owing: WalkRow[] = [];
  for (let index = walk.unsettledFrom; index < walk.rows.length; index += 1) {
    const row = walk.rows[index];
    if (row && !isSettled(row)) owing.push(row);
  }
  return owing;
}

function isSettled(row: WalkRow | undefined): boolean {
  return row?.settledOn !== null;
}

/** Uses money for one row in the order given; gives what is left. */
export function settleRow(walk: Walk, row: WalkRow, task: { money: bigint; order: readonly Part[] }): bigint {
  let { money } = task;
  for (const part of task.order) {
    const owed = unpaid(row, part);
    const used = money < owed ? money : owed;
    row.paid[part] += used;
    walk.using[part] += used;
    money -= used;
    if (part === 'principal') walk.actual -= used;
  }
  markSettled(walk, row);
  return money;
}

export function markSettled(walk: Walk, row: WalkRow): void {
  if (row.settledOn !== null || unpaidOf(row) > 0n) return;
  row.settledOn = walk.accruedTo;
  row.settledBy = walk.usingId;
}
