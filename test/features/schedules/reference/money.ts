import { dayOf, isoOf } from './days.ts';
import { exact, plus, times } from './exact.ts';
import * as books from './loan.ts';
import { cents, period, toCent, type Part } from './loan.ts';
import { solve } from './solve.ts';
import {
  addRest,
  keepEnd,
  feeOf,
  heldInPeriod,
  interestOfPeriod,
  isPastEnd,
  partsOf,
  push,
  settle,
  type Walk,
} from './walk.ts';

/** Advances, payments, prepayments and the payoff of a day, after its interest. */
export function moneyOf(walk: Walk, day: number): void {
  const { book } = walk;
  const { disbursements = [], prepayments = [], payments = [], payoffOn: payoffDay } = book.line;
  disbursements.slice(1).forEach(({ on, amount }) => {
    if (dayOf(on) !== day) return;
    keepEnd(book, day);
    book.balance += cents(amount);
    book.lent += cents(amount);
    book.advances += 1;
    walk.shown += cents(amount);
    solve(book, walk.book.current, day);
  });
  for (const { on, amount } of payments) if (dayOf(on) === day) payIn(walk, cents(amount), day);
  for (const { on, amount, effect } of prepayments) {
    if (dayOf(on) === day) prepay(walk, { amount: cents(amount), effect, day });
  }
  if (payoffDay !== undefined && dayOf(payoffDay) === day && !walk.payoff) payoffOn(walk, day);
}

function payIn(walk: Walk, amount: bigint, day: number): void {
  let left = amount;
  for (const { owed } of walk.dues) {
    left = settle(walk, owed, left);
  }
  if (left > 0n) payAhead(walk, left, day);
}

function prepay(walk: Walk, { amount, effect, day }: { amount: bigint; effect: string; day: number }): void {
  const { book } = walk;
  if (effect === 'next-instalments') {
    payAhead(walk, amount, day);
    return;
  }
  if (effect === 'lower-instalment') keepEnd(book, day);
  book.balance -= amount;
  if (effect === 'shorten-term') book.isShortened = true;
  const isOnDueDay = walk.rows.at(-1)?.dueOn === isoOf(day) && period(book, walk.book.current).start === day;
  const row = walk.rows.at(-1);
  if (isOnDueDay && row) {
    row.principal += amount;
    row.total += amount;
    row.balance -= amount;
    walk.shown -= amount;
    if (effect === 'lower-instalment') solve(book, walk.book.current, day, 'principal');
    return;
  }
  book.prepaid += amount;
  addRest(walk, amount);
  if (effect !== 'lower-instalment') return;
  // Where the running row was paid ahead and stands, the rows to come are open on the very day: what still accrues until
  // it falls due is not foreseen.
  if (book.paidAhead.has(book.current)) solve(book, book.current, day, 'principal');
  else book.solveNext = true;
}

/** Pays the rows due after the day in full, as far as the money goes; what is short of a row lowers the principal. */
function payAhead(walk: Walk, amount: bigint, day: number): void {
  const { book } = walk;
  let left = amount + book.credit;
  book.credit = 0n;
  let interest = book.carried + accruedUntil(walk, day) - book.takenOfPeriod;
  const taken = accruedUntil(walk, day);
  let number = walk.book.current;
  while (book.paidAhead.has(number)) number += 1;
  let hasTaken = false;
  for (; number <= book.count && book.balance > 0n; number += 1) {
    const parts = partsOf(book, number, book.line.method === 'flat' ? (book.flatInterest.get(number) ?? 0n) : interest);
    const total = parts.principal + parts.interest + feeOf(book, parts);
    // A row that repays nothing cannot be paid before its interest is known.
    if (total > left || parts.principal === 0n || books.paysNoInterest(book, number)) break;
    left -= total;
    book.balance -= parts.principal;
    if (walk.instalment === undefined && !books.paysNoPrincipal(book, number)) walk.instalment = book.instalment;
    book.paidAhead.set(number, parts);
    if (day > period(book, walk.book.current).start) addRest(walk, parts.principal);
    if (!hasTaken) {
      book.takenOfPeriod = taken;
      book.carried = book.grace = 0n;
      hasTaken = true;
    }
    interest = 0n;
  }
  // Where no row is to come, there is nothing that money could wait for.
  book.credit = book.balance > 0n ? left : 0n;
  if (day > period(book, walk.book.current).start) walk.creditedIn = walk.book.current;
}

function accruedUntil(walk: Walk, day: number): bigint {
  const { book } = walk;
  if (book.line.method === 'flat') return 0n;
  if (book.line.rest !== 'period' || day === period(book, walk.book.current).start) return toCent(book, book.accrued);
  return wholeInterest(walk, day);
}

function wholeInterest(walk: Walk, day: number): bigint {
  const { book } = walk;
  const { start, due, factor } = period(book, book.current);
  const owed = book.balance + book.overdue;
  const waits = owed > book.credit ? book.credit : owed;
  const out = owed - waits + heldInPeriod(walk, waits);
  const rest = times(times(book.rate, factor), exact(out * BigInt(due - day), due - start));
  return toCent(book, plus(book.accrued, rest));
}

function payoffOn(walk: Walk, day: number): void {
  const { book } = walk;
  const running = period(book, walk.book.current);
  const begun = day > running.start && !isPastEnd(walk);
  const isAhead = book.paidAhead.has(walk.book.current);
  const isToDueDate = book.line.payoffInterest === 'to-due-date';
  const whole = isToDueDate ? wholeInterest(walk, day) : toCent(book, book.accrued);
  const own = book.line.method === 'flat' ? (isAhead ? 0n : flatUntil(walk, { day, isToDueDate })) : whole;
  const beside = (begun ? own - book.takenOfPeriod : 0n) + book.carried;
  const interest = beside + book.grace;
  const principal = book.balance;
  const fee =
    begun && !isAhead ? feeOf(book, { principal: partsOf(book, walk.book.current, beside).principal, interest }) : 0n;
  const today = walk.today?.row.dueOn === isoOf(day) ? walk.today : undefined;
  const unpaid = (part: Part) => walk.dues.reduce((sum, { owed }) => sum + owed[part], 0n);
  const asked = {
    principal: principal + unpaid('principal') + (today?.parts.principal ?? 0n),
    interest: interest + unpaid('interest') + (today?.parts.interest ?? 0n),
    fee: fee + unpaid('fee') + (today?.parts.fee ?? 0n),
    penalty: unpaid('penalty'),
  };
  let waiting = book.credit + (today?.used ?? 0n);
  for (const part of ['principal', 'interest', 'fee', 'penalty'] as const) {
    const used = waiting > asked[part] ? asked[part] : waiting;
    asked[part] -= used;
    waiting -= used;
  }
  walk.payoff = { on: isoOf(day), ...asked };
  book.balance = 0n;
  const last = walk.rows.at(-1);
  const isNothing = principal === 0n && interest === 0n && fee === 0n && book.prepaid === 0n;
  if (isNothing) return;
  if (begun && !isAhead) push(walk, { dueOn: isoOf(running.due), principal: principal + book.prepaid, interest, fee });
  else if (begun) addToAhead(walk, { principal, interest });
  else if (last) {
    last.principal += principal;
    last.interest += interest;
    last.total += principal + interest;
    last.balance -= principal;
    walk.shown -= principal;
    addToAhead(walk, { principal: 0n, interest: 0n });
  }
}

/** The rows paid ahead stand; what is paid off comes on top of the one whose period holds the day. */
function addToAhead(walk: Walk, rest: { principal: bigint; interest: bigint }): void {
  const { book } = walk;
  for (let number = walk.book.current; book.paidAhead.has(number); number += 1) {
    const parts = book.paidAhead.get(number) ?? { principal: 0n, interest: 0n };
    const more = number === book.current ? rest : { principal: 0n, interest: 0n };
    const fee = feeOf(book, parts);
    const principal = parts.principal + more.principal + (number === walk.book.current ? book.prepaid : 0n);
    push(walk, { dueOn: isoOf(period(book, number).due), principal, interest: parts.interest + more.interest, fee });
  }
}

function flatUntil({ book }: Walk, { day, isToDueDate }: { day: number; isToDueDate: boolean }): bigint {
  const whole = interestOfPeriod(book, book.current);
  const { start, due } = period(book, book.current);
  return isToDueDate ? whole : toCent(book, exact(whole * BigInt(day - start), due - start));
}
