import { moneyOf } from '#core/money.ts';
import { feesDue } from '../fees.ts';
import { accrueTo, isInterestGrace, isReal, nothing, openPeriod, paysNoPrincipal, roundedInterest } from './walk.ts';
import type { Amounts, Walk, WalkRow } from './walk.ts';
import { useAhead } from './ahead.ts';

/** The principal a row asks for beside `interest`, before what is prepaid: never below nothing, the last row takes the rest. */
export function principalOf(walk: Walk, index: number, interest: bigint): bigint {
  const { contract, scheduled } = walk;
  if (index === walk.rowCount - 1) return scheduled;
  if (paysNoPrincipal(walk, index)) return 0n;
  const wanted = contract.method === 'bullet' ? 0n : wantedPrincipal(walk, interest);
  const payable = scheduled - contract.balloon;
  // Where the term follows from the amount, the row that can clear the rest is the last one, and takes the balloon with it.
  if ((walk.shortened || contract.fixedInstalment !== null) && wanted >= payable) return scheduled;
  const most = wanted > payable ? payable : wanted;
  return most > 0n ? most : 0n;
}

function wantedPrincipal(walk: Walk, interest: bigint): bigint {
  return walk.contract.method === 'equal-principal' ? walk.instalment : walk.instalment - interest;
}

/** The fee of a row that comes with every instalment. */
export function feeOf({ contract }: Walk, row: { principal: bigint; interest: bigint }): bigint {
  if (contract.fees.length === 0) return 0n;
  const base = {
    principal: moneyOf(row.principal),
    interest: moneyOf(row.interest),
    loan: moneyOf(contract.lent),
  };
  return feesDue(contract.fees, { when: 'instalment', base, mode: contract.mode });
}

/** What most rows have of a waiver or a restructuring; never changed in place. */
const none = Object.freeze(nothing());

export function addRow(walk: Walk, index: number, owed: Amounts): WalkRow {
  const { due, dueOn } = walk.contract.timeline.period(index);
  const row: WalkRow = {
    index,
    due,
    dueOn,
    owed,
    paid: nothing(),
    waived: none,
    moved: none,
    prepaid: 0n,
    ahead: 0n,
    late: 0n,
    balance: walk.scheduled,
    settledOn: null,
    settledBy: null,
    penaltySum: 0n,
    penaltyTo: due,
    penalised: false,
  };
  walk.rows.push(row);
  if (walk.firstInstalment === null && (!paysNoPrincipal(walk, index) || index === walk.rowCount - 1)) {
    const { method } = walk.contract;
    const solved = method === 'equal-instalment' || method === 'flat';
    walk.firstInstalment = solved ? walk.instalment : owed.principal + owed.interest;
  }
  return row;
}

/** The interest of the open period that is not yet due, up to the day it is counted to. */
export function accruedInterest(walk: Walk): bigint {
  if (walk.contract.method === 'flat') return 0n;
  return roundedInterest(walk, walk.actualSum) - walk.charged;
}

/** Lets the open period end: its row falls due, or its interest goes on to the next row where it was paid before. */
export function closePeriod(walk: Walk): void {
  const period = openPeriod(walk);
  accrueTo(walk, period.due);
  if (walk.open >= walk.rowCount) addLateInterest(walk);
  else if (walk.open < walk.rows.length) walk.carried += accruedInterest(walk);
  else fallDue(walk);
  walk.held = 0n;
  walk.heldRelief = 0n;
  openNext(walk);
}

function fallDue(walk: Walk): void {
  const index = walk.open;
  const own = walk.contract.method === 'flat' ? flatInterestOf(walk, index) : accruedInterest(walk) + walk.carried;
  const isDeferred = isInterestGrace(walk, index);
  const principal = principalOf(walk, index, own);
  const interest = isDeferred ? 0n : own + walk.deferred;
  walk.deferred = isDeferred ? walk.deferred + own : 0n;
  walk.carried = 0n;
  walk.scheduled -= principal;
  // What was prepaid comes on top of the instalment, and no fee of the instalment is charged on it.
  const fee = feeOf(walk, { principal, interest }) + walk.charges;
  const owed = { penalty: 0n, interest, principal: principal + walk.prepaid, fee };
  const row = addRow(walk, index, owed);
  row.paid.principal = walk.prepaid;
  row.prepaid = walk.prepaid;
  walk.prepaid = 0n;
  walk.charges = 0n;
  useAhead(walk, row);
  // Without knowing better, every row is paid in full on its day.
  if (!isReal(walk, row.due)) {
    row.paid = { ...row.owed };
    row.settledOn = row.due;
    walk.actual = walk.scheduled - walk.relief;
  }
}

export function flatInterestOf(walk: Walk, index: number): bigint {
  return walk.stopped ? 0n : (walk.flatInterest[index] ?? 0n);
}

/** After the last due date interest goes on running on what is owed, and is owed with the last row. */
export function addLateInterest(walk: Walk): void {
  const last = walk.rows.at(-1);
  const late = accruedInterest(walk);
  if (!last || late === 0n) return;
  last.owed.interest += late;
  last.late += late;
  walk.charged += late;
}

function openNext(walk: Walk): void {
  walk.open += 1;
  walk.actualSum = 0n;
  walk.scheduledSum = 0n;
  walk.lentSum = 0n;
  walk.charged = 0n;
}

/** Whether there is nothing left that could fall due. */
export function isFinished(walk: Walk): boolean {
  if (walk.scheduled !== 0n || walk.carried !== 0n || walk.deferred !== 0n) return false;
  if (walk.prepaid !== 0n || walk.charges !== 0n || walk.charged !== roundedOpen(walk)) return false;
  return walk.contract.method !== 'flat' || walk.shortened || walk.ended;
}

function roundedOpen(walk: Walk): bigint {
  return walk.contract.method === 'flat' ? walk.charged : roundedInterest(walk, walk.actualSum);
}
