import { dayOf } from './days.ts';
import { divide, exact, less, one, plus, times, zero, type Exact } from './exact.ts';
import { cents, paysNoPrincipal, period, toCent, toInstalment, type Book } from './loan.ts';

/** Solves the instalment again from row `first`; `day` is the last day whose interest is already accrued in it. */
export function solve(book: Book, from: number, day: number, changed = 'interest'): void {
  const { line } = book;
  let first = from;
  // Rows that were paid ahead stand.
  while (book.paidAhead.has(first)) first += 1;
  if (first > book.count) return;
  // Money repaid early does not change flat interest, which runs on all that was lent.
  if (line.method === 'flat' && changed === 'interest') planFlatInterest(book, first);
  if (line.fixedInstalment !== undefined) book.instalment = cents(line.fixedInstalment);
  else if (line.method === 'equal-instalment') book.instalment = toInstalment(book, annuity(book, first, day));
  else if (line.method === 'equal-principal') book.instalment = toCent(book, shareOf(book, first, book.balance));
  else if (line.method === 'flat') book.instalment = flatInstalment(book, first);
}

function balloonOf(book: Book): Exact {
  return exact(cents(book.line.balloon ?? '0'));
}

/** Rows from `first` that pay principal. */
function payingRows(book: Book, first: number): number[] {
  const rows = Array.from({ length: book.count - first + 1 }, (_, index) => first + index);
  return rows.filter((number) => !paysNoPrincipal(book, number) && !book.paidAhead.has(number));
}

function shareOf(book: Book, first: number, amount: bigint): Exact {
  return divide(less(exact(amount), balloonOf(book)), exact(payingRows(book, first).length || 1));
}

/** x so that the balance, taken exactly from row to row, ends at the balloon. */
function annuity(book: Book, first: number, day: number): Exact {
  const isNominal = book.line.instalmentBasis === 'nominal';
  const factor = (number: number) => {
    const { factor: own, nominal } = period(book, number);
    return times(book.rate, isNominal ? nominal : own);
  };
  const [firstPaying = first, ...others] = payingRows(book, first);
  const running = period(book, firstPaying);
  const hasBegun = running.start < day;
  const daysLeft = exact(running.due - Math.max(day, running.start), running.due - running.start);
  const soFar = hasBegun ? (isNominal ? book.nominal : book.scheduled) : zero;
  const interest = plus(soFar, times(exact(book.balance), times(factor(firstPaying), daysLeft)));
  let sum = one;
  let discount = one;
  for (const number of others) {
    discount = divide(discount, plus(one, factor(number)));
    sum = plus(sum, discount);
  }
  const waiting = firstPaying === book.current ? book.carried - book.takenOfPeriod : 0n;
  const present = less(plus(exact(book.balance + waiting), interest), times(balloonOf(book), discount));
  return divide(present, sum);
}

function planFlatInterest(book: Book, first: number): void {
  const { dayCount, disbursements = [] } = book.line;
  const rows = Array.from({ length: book.count - first + 1 }, (_, index) => first + index);
  const whole = (number: number) => times(book.rate, times(exact(book.lent), period(book, number).factor));
  if (['nominal', '30/360'].includes(dayCount) && book.advances === 1) {
    const total = toCent(book, rows.map(whole).reduce(plus, zero));
    const each = toCent(book, exact(total, rows.length));
    let left = total;
    for (const number of rows) {
      // The last row takes the rest, and no row more than there is.
      const taken = number === book.count || each > left ? left : each;
      book.flatInterest.set(number, taken);
      left -= taken;
    }
    return;
  }
  for (const number of rows) {
    const { start, due, factor } = period(book, number);
    // A row that an advance falls inside bears interest on each advance from its own day.
    const advanced = book.line.disbursements
      ? disbursements.slice(0, book.advances).map(({ on, amount }, index) => {
          const days = due - Math.min(due, Math.max(start, dayOf(on)));
          return times(exact(cents(amount) - (index === 0 ? book.down : 0n)), exact(days, due - start));
        })
      : [exact(book.lent)];
    book.flatInterest.set(number, toCent(book, times(book.rate, times(factor, advanced.reduce(plus, zero)))));
  }
}

function flatInstalment(book: Book, first: number): bigint {
  const rows = payingRows(book, first);
  const interest = rows.reduce((sum, number) => sum + (book.flatInterest.get(number) ?? 0n), 0n);
  return toInstalment(book, divide(less(exact(book.balance + interest), balloonOf(book)), exact(rows.length || 1)));
}
