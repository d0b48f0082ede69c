import { dayOf, isoOf } from './days.ts';
import { exact, plus, times, zero, type Exact } from './exact.ts';
import * as books from './loan.ts';
import { period, toCent, yearly, type Line } from './loan.ts';
import { moneyOf } from './money.ts';
import { solve } from './solve.ts';
import {
  feeOf,
  heldInPeriod,
  interestOfPeriod,
  isPastEnd,
  keepEnd,
  partsOf,
  push,
  settle,
  type Payoff,
  type Row,
  type Walk,
} from './walk.ts';

/** One schedule by walking through its days. */
export function referenceSchedule(line: Line): { instalment: bigint; rows: Row[]; payoff: Payoff | undefined } {
  const book = books.openBook(line);
  const walk: Walk = {
    book,
    rows: [],
    dues: [],
    shown: book.balance,
    isOver: false,
    asOf: asOfDay(line),
    payoff: undefined,
  };
  const start = book.calendar.disbursedOn;
  payDown(walk);
  for (const change of line.rateChanges ?? [])
    if (dayOf(change.on) <= start) book.rate = yearly(change.annualRatePercent);
  rescheduleAt(walk, start);
  solve(book, 1, start);
  moneyOf(walk, start);
  for (let day = start + 1; !walk.isOver; day += 1) {
    dayOfLoan(walk, day);
    if (day - start > 40_000) throw new Error('does not end');
  }
  return { instalment: walk.instalment ?? book.instalment, rows: walk.rows, payoff: walk.payoff };
}

function asOfDay(line: Line): number | undefined {
  if (line.asOf !== undefined) return dayOf(line.asOf);
  if (!line.payments?.length) return undefined;
  return Math.max(...line.payments.map(({ on }) => dayOf(on)));
}

function payDown(walk: Walk): void {
  const { book } = walk;
  const percent = book.line.downPaymentPercent;
  if (percent === undefined || Number(percent) === 0) return;
  const principal = toCent(book, times(exact(book.balance), yearly(percent)));
  book.balance -= principal;
  book.lent -= principal;
  book.down = principal;
  push(walk, { dueOn: book.line.disbursedOn, principal, interest: 0n, fee: 0n });
}

function dayOfLoan(walk: Walk, day: number): void {
  const { book } = walk;
  for (const change of book.line.rateChanges ?? []) {
    if (dayOf(change.on) !== day) continue;
    keepEnd(book, day - 1);
    book.rate = yearly(change.annualRatePercent);
    solve(book, walk.book.current, day - 1);
  }
  accrue(walk, day);
  chargePenalties(walk, day);
  const running = period(book, walk.book.current);
  if (isPastEnd(walk)) addLate(walk, running.due === day);
  const falls = running.due === day && !isPastEnd(walk);
  if (falls) fallDue(walk, day);
  moneyOf(walk, day);
  if (walk.asOf === day) book.overdue = 0n;
  const waits = walk.asOf !== undefined && walk.asOf > day;
  if (isPastEnd(walk) && !waits) walk.isOver = true;
  if (walk.payoff) walk.isOver = true;
}

/** Interest after the last due date falls due with the last row, rounded a period. */
function addLate(walk: Walk, isDueDay: boolean): void {
  const { book } = walk;
  const last = walk.dues.at(-1);
  const late = (book.line.method === 'flat' ? 0n : toCent(book, book.accrued)) - book.takenOfPeriod;
  if (last) {
    last.row.interest += late;
    last.row.total += late;
    last.owed.interest += late;
    last.late += late;
  }
  book.takenOfPeriod += late;
  if (!isDueDay) return;
  book.accrued = zero;
  book.takenOfPeriod = 0n;
  walk.book.current += 1;
}

function accrue(walk: Walk, day: number): void {
  const { book } = walk;
  const { start, due, factor, nominal } = period(book, walk.book.current);
  const isLate = walk.asOf !== undefined && day <= walk.asOf;
  const owed = book.balance + (isLate ? book.overdue : 0n);
  // Money that waits can be more than the principal, where interest is due beside it.
  const waits = owed > book.credit ? book.credit : owed;
  const daily = (amount: bigint, over: Exact) => times(times(book.rate, over), exact(amount, due - start));
  // With rest by the period, what is paid inside it counts from the next.
  const rested = heldInPeriod(walk, waits);
  book.accrued = plus(book.accrued, daily(owed - waits + rested, factor));
  book.scheduled = plus(book.scheduled, daily(book.balance, factor));
  book.nominal = plus(book.nominal, daily(book.balance, nominal));
}

function chargePenalties(walk: Walk, day: number): void {
  const { penalty } = walk.book.line;
  if (!penalty || walk.asOf === undefined || day > walk.asOf) return;
  for (const due of walk.dues) {
    const late = day - due.dueDay - penalty.graceDays;
    if (late < 1 || (penalty.basis === 'once' && late > 1)) continue;
    const { principal, fee } = due.owed;
    // Interest for the days after the last due date is owed with its row, but no part of the instalment that is late.
    const interest = due.owed.interest > due.late ? due.owed.interest - due.late : 0n;
    const unpaid = penalty.percentOf === 'overdue-principal' ? principal : principal + interest + fee;
    const part = times(exact(unpaid), yearly(penalty.percent));
    due.penaltySoFar = plus(due.penaltySoFar, penalty.basis === 'once' ? part : times(part, exact(1, 365)));
    const charged = toCent(walk.book, due.penaltySoFar);
    due.owed.penalty += charged - due.row.penalty;
    due.row.total += charged - due.row.penalty;
    due.row.penalty = charged;
  }
}

function fallDue(walk: Walk, day: number): void {
  const { book } = walk;
  const number = walk.book.current;
  const ahead = book.paidAhead.get(number);
  const whole = ahead && book.line.method === 'flat' ? 0n : interestOfPeriod(book, number) - book.takenOfPeriod;
  const dueOn = isoOf(day);
  if (walk.instalment === undefined && (!books.paysNoPrincipal(book, number) || number === book.count))
    walk.instalment = book.instalment;
  if (ahead) {
    book.carried += whole;
    push(walk, { dueOn, ...ahead, principal: ahead.principal + book.prepaid, fee: feeOf(book, ahead) });
  } else {
    const parts = partsOf(book, number, whole + book.carried);
    if (!books.paysNoInterest(book, number)) book.grace = 0n;
    else book.grace += whole + book.carried;
    book.carried = 0n;
    book.balance -= parts.principal;
    const row = push(walk, {
      dueOn,
      interest: parts.interest,
      principal: parts.principal + book.prepaid,
      fee: feeOf(book, parts),
    });
    demand(walk, row, { dueDay: day, prepaid: book.prepaid });
  }
  book.accrued = book.scheduled = book.nominal = zero;
  book.takenOfPeriod = book.prepaid = 0n;
  walk.book.current += 1;
  rescheduleAt(walk, day);
  if (book.solveNext) solve(book, walk.book.current, day, 'principal');
  book.solveNext = false;
}

function demand(walk: Walk, row: Row, { dueDay, prepaid }: { dueDay: number; prepaid: bigint }): void {
  const { book } = walk;
  if (walk.asOf === undefined || dueDay > walk.asOf) {
    // Every row is then paid on its day, with the money that waits first.
    const used = book.credit > row.total - prepaid ? row.total - prepaid : book.credit;
    book.credit -= used;
    walk.today = { row, parts: { principal: row.principal - prepaid, interest: row.interest, fee: row.fee }, used };
    return;
  }
  const owed = { principal: row.principal - prepaid, interest: row.interest, fee: row.fee, penalty: 0n };
  walk.dues.push({ row, dueDay, owed, penaltySoFar: zero, late: 0n });
  book.overdue += owed.principal;
  const credit = book.credit;
  book.credit = 0n;
  if (credit > 0n) book.credit = settle(walk, owed, credit);
}

function rescheduleAt(walk: Walk, day: number): void {
  const { book } = walk;
  const { reschedule } = book.line;
  if (!reschedule || book.isRescheduled || books.rescheduledFrom(book) > walk.book.current) return;
  keepEnd(book, day);
  book.graceFrom = walk.book.current;
  while (book.paidAhead.has(book.graceFrom)) book.graceFrom += 1;
  book.isRescheduled = true;
  book.count += reschedule.extraInstalments;
  solve(book, walk.book.current, day);
}
