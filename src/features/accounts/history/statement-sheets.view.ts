import type { Money } from '#core/money.ts';
import { zero, negate } from '#core/money.ts';
import { ink, rule, sheet as page, write, writeRight, type Canvas } from '#platform/documents/pen.ts';
import { isPrintable, printable } from '#platform/documents/printable.rules.ts';
import type { TextedEntry } from './entry-texts.ts';
import type { StatementDocument } from './statement-document.ts';

// Where columns begin, or end where their text is right-aligned, in points.
const column = { date: 48, what: 134, out: 398, in: 472, balance: 547.28 };
const whatWidth = 196;
const rowHeight = 24;
const firstRowAt = { first: 330, other: 122 };
const linesOnFirst = rowsBetween(firstRowAt.first);
const linesOnOther = rowsBetween(firstRowAt.other);

/** Room for the opening balance, or what is brought forward, above the lines. */
function rowsBetween(top: number): number {
  return Math.floor((page.bottom - top) / rowHeight);
}

/** How many pages so many lines need; the last line of all takes the closing balance. */
export function pagesFor(lines: number): number {
  const rows = lines + 1;
  return rows <= linesOnFirst ? 1 : 1 + Math.ceil((rows - linesOnFirst) / linesOnOther);
}

/** The pages of a statement, filled line by line. */
export interface Sheets {
  full(): boolean;
  /** The next page, with the balance that is brought forward to it. */
  next(balance: Money): void;
  line(line: TextedEntry): void;
  closing(balance: Money, note: string | undefined): void;
}

interface State {
  canvas: Canvas;
  document: StatementDocument;
  pages: number;
  number: number;
  rows: number;
  y: number;
}

export function createSheets(canvas: Canvas, document: StatementDocument, pages: number): Sheets {
  const state: State = { canvas, document, pages, number: 0, rows: 0, y: 0 };
  firstSheet(state);
  return {
    full: () => state.rows >= (state.number === 1 ? linesOnFirst : linesOnOther),
    next: (balance) => {
      otherSheet(state, balance);
    },
    line: (line) => {
      drawLine(state, line);
    },
    closing: (balance, note) => {
      drawBalance(state, 'Closing balance', balance);
      const end = note ?? 'End of the statement.';
      write(canvas, end, { x: page.left, y: Math.min(state.y + 6, page.bottom + 2), size: 8, color: ink.muted });
    },
  };
}

function firstSheet(state: State): void {
  const { canvas, document } = state;
  const { account, period, statement, formats } = document;
  newSheet(state);
  const holders = document.holders.filter(isPrintable).map(printable);
  const rows: [string, string][] = [
    ...(holders.length > 0
      ? [[holders.length > 1 ? 'Holders' : 'Holder', holders.join(', ')] as [string, string]]
      : []),
    ['Account', `${account.name}, ${account.typeName}`],
    ['Account number', account.number.replace(/(\d{4})(?=\d)/g, '$1 ')],
    ['Period', `${formats.date(period.from)} to ${formats.date(period.to)}`],
    ['Currency', formats.currency],
  ];
  for (const [index, [label, value]] of rows.entries()) {
    const y = 96 + index * 18;
    write(canvas, label, { x: page.left, y, size: 10, color: ink.muted });
    write(canvas, value, { x: column.what, y, size: 10, width: page.right - column.what });
  }
  const sums: [string, Money][] = [
    ['Opening balance', statement.opening],
    ['Paid in', statement.paidIn],
    ['Paid out', statement.paidOut],
    ['Closing balance', statement.closing],
  ];
  const width = (page.right - page.left) / sums.length;
  canvas
    .rect(page.left, 204, page.right - page.left, 52)
    .lineWidth(0.75)
    .stroke(ink.line);
  for (const [index, [label, amount]] of sums.entries()) {
    const x = page.left + index * width + 10;
    write(canvas, label, { x, y: 213, size: 8, color: ink.muted });
    write(canvas, formats.money(amount), { x, y: 228, size: 12, bold: 'bold', width: width - 16 });
  }
  tableHead(state, firstRowAt.first - rowHeight);
  const opening = `before ${formats.date(period.from)}`;
  state.y = firstRowAt.first - rowHeight;
  drawBalanceAt(state, { what: `Opening balance, ${opening}`, balance: statement.opening });
  state.rows = 0;
}

function otherSheet(state: State, balance: Money): void {
  newSheet(state);
  tableHead(state, firstRowAt.other - rowHeight);
  state.y = firstRowAt.other - rowHeight;
  drawBalanceAt(state, { what: 'Brought forward', balance });
  state.rows = 0;
}

/** A page with what stands on each: the bank, what this is, and which page of how many. */
function newSheet(state: State): void {
  const { canvas, document, pages } = state;
  const { formats, account, period } = document;
  state.number += 1;
  canvas.addPage({ size: 'A4', margin: 0 });
  canvas.rect(0, 0, page.width, 6).fill(ink.teal);
  write(canvas, 'CloudBank', { x: page.left, y: 34, size: 16, bold: 'bold', color: ink.navy });
  writeRight(canvas, 'Account statement', { right: page.right, y: 37, size: 12, bold: 'bold', color: ink.navy });
  if (state.number > 1) {
    const days = `${formats.date(period.from)} to ${formats.date(period.to)}`;
    write(canvas, `Account ${account.number}, ${days}`, { x: page.left, y: 58, size: 8, color: ink.muted });
  }
  const made = `Made on ${formats.instant(document.madeAt)}`;
  write(canvas, made, { x: page.left, y: 812, size: 8, color: ink.muted });
  const of = `Page ${state.number} of ${pages}`;
  writeRight(canvas, of, { right: page.right, y: 812, size: 8, color: ink.muted });
}

function tableHead({ canvas }: State, firstRow: number): void {
  const y = firstRow - 18;
  const style = { y, size: 8, bold: 'bold', color: ink.muted } as const;
  write(canvas, 'Date', { x: column.date, ...style });
  write(canvas, 'What', { x: column.what, ...style });
  writeRight(canvas, 'Paid out', { right: column.out, ...style });
  writeRight(canvas, 'Paid in', { right: column.in, ...style });
  writeRight(canvas, 'Balance', { right: column.balance, ...style });
  rule(canvas, firstRow - 4, ink.muted);
}

function drawLine(state: State, line: TextedEntry): void {
  const { formats } = state.document;
  const { amount, text, bookedOn, effectiveOn } = line;
  const { canvas, y } = state;
  const later = bookedOn === undefined || bookedOn === effectiveOn ? '' : `Booked on ${formats.date(bookedOn)}`;
  write(canvas, formats.date(effectiveOn), { x: column.date, y, size: 9, width: column.what - column.date - 4 });
  write(canvas, text.what, { x: column.what, y, size: 9, width: whatWidth });
  const sub = [text.sub, later].filter(Boolean).join('. ');
  if (sub !== '') write(canvas, sub, { x: column.what, y: y + 11, size: 7.5, color: ink.muted, width: whatWidth + 40 });
  if (amount < zero) writeRight(canvas, formats.money(negate(amount)), { right: column.out, y, size: 9 });
  else writeRight(canvas, formats.money(amount), { right: column.in, y, size: 9, color: ink.credit });
  writeRight(canvas, formats.money(line.balanceAfter), { right: column.balance, y, size: 9 });
  endRow(state);
}

function drawBalance(state: State, what: string, balance: Money): void {
  const { period, formats } = state.document;
  drawBalanceAt(state, { what: `${what}, at the end of ${formats.date(period.to)}`, balance });
}

function drawBalanceAt(state: State, { what, balance }: { what: string; balance: Money }): void {
  const { canvas, y } = state;
  write(canvas, what, { x: column.date, y: y + 3, size: 9, bold: 'bold', width: 330 });
  const text = state.document.formats.money(balance);
  writeRight(canvas, text, { right: column.balance, y: y + 3, size: 9, bold: 'bold' });
  endRow(state);
}

function endRow(state: State): void {
  state.y += rowHeight;
  state.rows += 1;
  rule(state.canvas, state.y - 4, ink.line);
}
