import { minus, plus, zero, type Money } from '#core/money.ts';
import type { TextedEntry } from './entry-texts.ts';

/** On a screen no more lines than these are turned over; files have them all. */
export const mostLinesShown = 5_000;

/** One page of a statement's lines: those before it are read and passed over, those after it are not read. */
export async function linesOnPage(
  pieces: AsyncIterable<readonly TextedEntry[]>,
  { page, size }: { page: number; size: number },
): Promise<TextedEntry[]> {
  const first = (page - 1) * size;
  const lines: TextedEntry[] = [];
  let passed = 0;
  for await (const piece of pieces) {
    const from = Math.max(0, first - passed);
    lines.push(...piece.slice(from, from + size - lines.length));
    passed += piece.length;
    if (lines.length === size) break;
  }
  return lines;
}

/** What the lines of a statement add up to, line by line: a statement of millions is never in memory. */
export interface Tally {
  lines: number;
  opening: Money;
  paidIn: Money;
  paidOut: Money;
  closing: Money;
}

export function newTally(opening: Money): Tally {
  return { lines: 0, opening, paidIn: zero, paidOut: zero, closing: opening };
}

export function count(tally: Tally, { amount, balanceAfter }: Pick<TextedEntry, 'amount' | 'balanceAfter'>): Tally {
  return {
    lines: tally.lines + 1,
    opening: tally.lines === 0 ? minus(balanceAfter, amount) : tally.opening,
    paidIn: amount > zero ? plus(tally.paidIn, amount) : tally.paidIn,
    paidOut: amount < zero ? minus(tally.paidOut, amount) : tally.paidOut,
    closing: balanceAfter,
  };
}
