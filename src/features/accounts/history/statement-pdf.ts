import type { Writable } from 'node:stream';
import { minus, type Money } from '#core/money.ts';
import { newPdf, readerTook, streamPdf } from '#platform/documents/pdf-stream.ts';
import { piecesOf, type StatementDocument } from './statement-document.ts';
import { count, newTally, type Tally } from './statement-lines.ts';
import { createSheets, pagesFor, type Sheets } from './statement-sheets.view.ts';

/**
 * Writes a statement as PDF, page by page: a page that is full is on its way before the next one begins, and the next
 * one waits until whoever reads has taken it. Stops where nobody reads any more.
 */
export async function writeStatementPdf(out: Writable, document: StatementDocument): Promise<void> {
  const { period, formats } = document;
  const days = `${formats.date(period.from)} to ${formats.date(period.to)}`;
  const facts = { title: `Account statement, ${days}`, subject: 'Account statement' };
  const pdf = newPdf({ ...facts, lang: formats.locale, madeAt: document.madeAt }, 'plain');
  await streamPdf(out, pdf, () =>
    writePages(createSheets(pdf, document, pagesFor(document.statement.entries)), { document, out }),
  );
}

async function writePages(sheets: Sheets, facts: { document: StatementDocument; out: Writable }): Promise<void> {
  const { document, out } = facts;
  let tally = newTally(document.statement.opening);
  for await (const piece of piecesOf(document)) {
    for (const line of piece) {
      if (out.destroyed) return;
      if (sheets.full()) {
        await readerTook(out);
        sheets.next(minus(line.balanceAfter, line.amount));
      }
      sheets.line(line);
      tally = count(tally, line);
    }
  }
  if (sheets.full()) sheets.next(tally.closing);
  sheets.closing(tally.closing, noteOn(tally, document));
}

/** The sums stand on the first page before the lines are read; an entry that came in between is said, not hidden. */
function noteOn(tally: Tally, { statement }: StatementDocument): string | undefined {
  const same = (a: Money, b: Money) => a === b;
  const fits =
    same(tally.closing, statement.closing) &&
    same(tally.paidIn, statement.paidIn) &&
    same(tally.paidOut, statement.paidOut);
  return fits ? undefined : 'An entry was booked while this statement was made. Make it again to see all sums with it.';
}
