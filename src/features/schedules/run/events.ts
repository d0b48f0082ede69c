import { parts } from '../terms.ts';
import { markSettled, rowsOwing } from './settling.ts';
import { accruePenalties } from './penalties.ts';
import { payAhead, usePayment } from './allocate.ts';
import { repay } from './ahead.ts';
import { keepEnd } from './ending.ts';
import { payOff } from './payoff.ts';
import { addLateInterest } from './rows.ts';
import { firstOpenRow, solve } from './solve.ts';
import type { LoanEvent } from './story.ts';
import { isReal, unpaid, unused, type Walk, type WalkRow } from './walk.ts';

/** What one event does. Interest is counted up to its day, and every row due by then has fallen due. */
export function apply(walk: Walk, event: LoanEvent): void {
  prepare(walk, event);
  if (solvesAnew(event)) keepEnd(walk);
  switch (event.kind) {
    case 'rate':
      walk.rate = event.rate;
      solve(walk, 'interest');
      return;
    case 'reschedule':
      reschedule(walk, event);
      return;
    case 'advance':
      advance(walk, event.amount);
      return;
    case 'charge':
      charge(walk, event.amount);
      return;
    case 'capitalise':
      capitalise(walk);
      return;
    case 'waiver':
      waive(walk, event);
      return;
    case 'payment':
      usePayment(walk, event.amount);
      return;
    case 'prepayment':
      prepay(walk, event);
      return;
    case 'payoff':
      payOff(walk, event);
      return;
    case 'stop':
      walk.stopped = true;
  }
}

function solvesAnew(event: LoanEvent): boolean {
  if (event.kind === 'prepayment') return event.effect === 'lower-instalment';
  return ['rate', 'reschedule', 'advance', 'capitalise'].includes(event.kind);
}

function prepare(walk: Walk, event: LoanEvent): void {
  // What is agreed moves no money, and a row's agreement is applied before the row's own day.
  if (event.kind === 'rate' || event.kind === 'reschedule') return;
  countUpTo(walk, event.day);
  walk.using = unused();
  walk.usingId = event.id ?? null;
  if (event.id !== undefined) walk.applied.set(event.id, walk.using);
}

/** What time alone has added to the rows by the end of a day, before that day's money. */
export function countUpTo(walk: Walk, day: number): void {
  if (walk.open >= walk.rowCount) addLateInterest(walk);
  if (isReal(walk, day)) accruePenalties(walk, day);
}

/** More rows, and rows without interest or principal, from the first row not yet paid: it is the one asked for. */
function reschedule(walk: Walk, change: Extract<LoanEvent, { kind: 'reschedule' }>): void {
  const from = firstOpenRow(walk);
  walk.rowCount += change.extra;
  if (change.interestGrace > 0) walk.graces.push({ kind: 'interest', from, until: from + change.interestGrace });
  if (change.principalGrace > 0) walk.graces.push({ kind: 'principal', from, until: from + change.principalGrace });
  solve(walk, 'interest');
}

function advance(walk: Walk, amount: bigint): void {
  walk.scheduled += amount;
  walk.actual += amount;
  walk.lent += amount;
  // A row paid ahead falls due after the advance, which is then owed beside it.
  for (const row of walk.rows.slice(walk.open)) row.balance += amount;
  walk.flatByRow = true;
  solve(walk, 'interest');
}

/** Owed with the oldest row in arrears; where there is none, with the row whose period holds the day. */
function charge(walk: Walk, amount: bigint): void {
  const late = rowsOwing(walk).find((row) => row.index < walk.open);
  const row = late ?? (walk.open >= walk.rowCount || walk.ended ? walk.rows.at(-1) : walk.rows[walk.open]);
  if (!row) {
    walk.charges += amount;
    return;
  }
  row.owed.fee += amount;
  row.settledOn = null;
  row.settledBy = null;
  walk.unsettledFrom = Math.min(walk.unsettledFrom, row.index);
}

/** All arrears become principal of the rows to come, which are solved again. */
function capitalise(walk: Walk): void {
  for (const row of rowsOwing(walk)) {
    for (const part of parts) {
      const amount = unpaid(row, part);
      row.moved = { ...row.moved, [part]: row.moved[part] + amount };
      walk.using[part] += amount;
      walk.scheduled += amount;
      if (part !== 'principal') walk.actual += amount;
    }
    markSettled(walk, row);
  }
  solve(walk, 'principal');
}

/** Lets a part of what has fallen due go, oldest row first; more than is owed is not let go. */
function waive(walk: Walk, { part, amount }: Extract<LoanEvent, { kind: 'waiver' }>): void {
  let left = amount;
  for (const row of rowsOwing(walk)) {
    const owed = unpaid(row, part);
    const used = left < owed ? left : owed;
    row.waived = { ...row.waived, [part]: row.waived[part] + used };
    walk.using[part] += used;
    left -= used;
    if (part === 'principal') walk.actual -= used;
    markSettled(walk, row);
  }
}

function prepay(walk: Walk, { amount, effect, day }: Extract<LoanEvent, { kind: 'prepayment' }>): void {
  if (effect === 'next-instalments') {
    payAhead(walk, amount);
    return;
  }
  if (amount > walk.scheduled) {
    walk.fault = 'prepayment';
    return;
  }
  const row = rowHolding(walk, day);
  walk.scheduled -= amount;
  repay(walk, amount);
  walk.using.principal += amount;
  if (row) amend(walk, row, amount);
  else walk.prepaid += amount;
  if (effect === 'shorten-term') walk.shortened = true;
  else solveNextRow(walk, day);
}

/** The row whose period holds the day, where it has fallen due or was paid already. */
function rowHolding(walk: Walk, day: number): WalkRow | undefined {
  const before = walk.rows[walk.open - 1];
  return before?.due === day ? before : walk.rows[walk.open];
}

function amend(walk: Walk, row: WalkRow, amount: bigint): void {
  row.owed.principal += amount;
  row.paid.principal += amount;
  row.prepaid += amount;
  for (let index = row.index; index < walk.rows.length; index += 1) {
    const later = walk.rows[index];
    if (later) later.balance -= amount;
  }
}

/** The row of the day's own period keeps its instalment; on a due date the next row is the open one. */
function solveNextRow(walk: Walk, day: number): void {
  if (walk.rows[walk.open - 1]?.due === day || walk.open < walk.rows.length) solve(walk, 'principal');
  else walk.solveAtNextRow = true;
}
