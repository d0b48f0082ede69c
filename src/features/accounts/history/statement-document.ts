import type { Period } from '#core/calendar.ts';
import type { Formats } from '#core/format.ts';
import type { Statement } from '#features/ledger/index.ts';
import type { TextedEntry } from './entry-texts.ts';

/** A statement as a file is made of it; its lines come in pieces and are never all in memory. */
export interface StatementDocument {
  account: { name: string; number: string; typeName: string };
  holders: readonly string[];
  period: Period;
  statement: Statement;
  lines: AsyncIterable<readonly TextedEntry[]>;
  madeAt: Date;
  /** In the account's currency. */
  formats: Formats;
}

/**
 * The lines, and no more of them than the sums were made of: what is booked while a file is on its way belongs to the
 * next statement.
 */
export async function* piecesOf({
  lines,
  statement,
}: Pick<StatementDocument, 'lines' | 'statement'>): AsyncGenerator<readonly TextedEntry[]> {
  let left = statement.entries;
  for await (const piece of lines) {
    const taken = piece.slice(0, left);
    if (taken.length > 0) yield taken;
    left -= taken.length;
    if (left === 0) return;
  }
}
