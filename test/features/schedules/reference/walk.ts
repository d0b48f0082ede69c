import { exact, plus, times, type Exact } from './exact.ts';
import * as books from './loan.ts';
import { cents, toCent, yearly, type Book, type Part } from './loan.ts';

export interface Row {
  n: number;
  dueOn: string;
  principal: bigint;
  interest: bigint;
  fee: bigint;
  penalty: bigint;
  total: bigint;
  balance: bigint;
}

export interface Payoff {
  on: string;
  principal: bigint;
  interest: bigint;
  fee: bigint;
  penalty: bigint;
}

export interface Due {
  row: Row;
  dueDay: number;
  owed: Record<Part, bigint>;
  penaltySoFar: Exact;
  late: bigint;
}

export interface Walk {
  book: Book;
  rows: Row[];
  dues: Due[];
  /** Balance shown in the last row. */
  shown: bigint;
  isOver: boolean;
  asOf: number | undefined;
  payoff: Payoff | undefined;
  /** Of the first row outside grace. */
  instalment?: bigint;
  /** The period inside which money was paid that waits. */
  creditedIn?: number;
  /** The row taken to be paid on its day, and what of it was paid before. */
  today?: { row: Row; parts: { principal: bigint; interest: bigint; fee: bigint }; used: bigint };
}

export function push(walk: Walk, row: Pick<Row, 'dueOn' | 'principal' | 'interest' | 'fee'>): Row {
  walk.shown -= row.principal;
  const whole = {
    n: walk.rows.length + 1,
    ...row,
    penalty: 0n,
    total: row.principal + row.interest + row.fee,
    balance: walk.shown,
  };
  walk.rows.push(whole);
  return whole;
}

export function isPastEnd({ book, shown }: Walk): boolean {
  // Flat interest is owed in full, even where the principal is repaid a row too early.
  if (book.line.method === 'flat' && !book.isShortened) return book.current > book.count;
  return (
    book.current > book.count ||
    (book.balance === 0n && shown === 0n && book.grace === 0n && book.carried === 0n && book.prepaid === 0n)
  );
}

export function interestOfPeriod(book: Book, number: number): bigint {
  return book.line.method === 'flat' ? (book.flatInterest.get(number) ?? 0n) : toCent(book, book.accrued);
}

/** Interest and scheduled principal of a row that takes `interest` as its own. */
export function partsOf(book: Book, number: number, interest: bigint): { principal: bigint; interest: bigint } {
  const { method } = book.line;
  const isLast = number >= book.count;
  const isFree = books.paysNoInterest(book, number);
  const isGrace = books.paysNoPrincipal(book, number);
  let principal = method === 'equal-principal' ? book.instalment : book.instalment - interest;
  if (isGrace || method === 'bullet') principal = 0n;
  // The balloon is left for the last row, which may come earlier where the term follows.
  const payable = book.balance - cents(book.line.balloon ?? '0');
  if (isLast || (book.isShortened && !isGrace && principal >= payable)) principal = book.balance;
  else if (principal > payable) principal = payable;
  if (principal < 0n) principal = 0n;
  return { principal, interest: isFree ? 0n : interest + book.grace };
}

/** What a prepayment shortened stays short, whatever is agreed later: the row that would clear the rest is the last. */
export function keepEnd(book: Book, day: number): void {
  if (!book.isShortened || book.line.fixedInstalment !== undefined) return;
  const copy = { ...book };
  let number = book.current;
  while (book.paidAhead.has(number)) number += 1;
  for (; number <= book.count && copy.balance > 0n; number += 1) {
    const { start, due, factor } = books.period(book, number);
    const isRunning = number === book.current;
    const days = isRunning ? due - Math.max(day, start) : due - start;
    const coming = times(times(book.rate, factor), exact(copy.balance * BigInt(days), due - start));
    const whole = isRunning
      ? toCent(book, plus(book.scheduled, coming)) + book.carried - book.takenOfPeriod
      : toCent(book, coming);
    const interest = book.line.method === 'flat' ? (book.flatInterest.get(number) ?? 0n) : whole;
    copy.balance -= partsOf(copy, number, interest).principal;
  }
  if (copy.balance === 0n) book.count = number - 1;
  book.isShortened = false;
}

export function feeOf(book: Book, { principal, interest }: { principal: bigint; interest: bigint }): bigint {
  const bases: Record<string, bigint> = { principal, interest, instalment: principal + interest, loan: book.wholeLoan };
  return (book.line.fees ?? []).reduce((sum, fee) => {
    if (fee.when !== 'instalment') return sum;
    if (fee.amount !== undefined) return sum + cents(fee.amount);
    return sum + toCent(book, times(exact(bases[fee.percentOf ?? ''] ?? 0n), yearly(fee.percent ?? '0')));
  }, 0n);
}

const rests = new WeakMap<Walk, { number: number; amount: bigint }>();

function restOf(walk: Walk): bigint {
  const rest = rests.get(walk);
  return rest?.number === walk.book.current ? rest.amount : 0n;
}

/** What was repaid inside the running period and still bears its interest, under rest by the period. */
export function heldInPeriod(walk: Walk, waits: bigint): bigint {
  if (walk.book.line.rest !== 'period') return 0n;
  return restOf(walk) + (walk.creditedIn === walk.book.current ? waits : 0n);
}

export function addRest(walk: Walk, amount: bigint): void {
  rests.set(walk, { number: walk.book.current, amount: restOf(walk) + amount });
}

/** Uses money for one row and gives what is left. */
export function settle(walk: Walk, owed: Due['owed'], money: bigint): bigint {
  let left = money;
  for (const part of walk.book.line.allocation ?? (['penalty', 'fee', 'interest', 'principal'] as const)) {
    const paid = owed[part] < left ? owed[part] : left;
    owed[part] -= paid;
    left -= paid;
    if (part === 'principal') walk.book.overdue -= paid;
  }
  return left;
}
