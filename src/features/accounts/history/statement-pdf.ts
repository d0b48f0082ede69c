import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import { minus, type Money } from '#core/money.ts';
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
  const pdf = new PDFDocument({
    size: 'A4',
    margin: 0,
    autoFirstPage: false,
    pdfVersion: '1.7',
    lang: formats.locale,
    displayTitle: true,
    info: {
      Title: `Account statement, ${days}`,
      Author: 'CloudBank',
      Subject: 'Account statement',
      CreationDate: document.madeAt,
    },
  });
  const sent = pipeline(pdf, out);
  // Handled below; a reader who leaves in between must not be an unhandled rejection.
  sent.catch(() => undefined);
  try {
    await writePages(createSheets(pdf, document, pagesFor(document.statement.entries)), { document, out });
    pdf.end();
  } catch (error) {
    pdf.destroy(error instanceof Error ? error : new Error('The statement could not be made'));
  }
  await sent;
}

async function writePages(sheets: Sheets, facts: { document: StatementDocument; out: Writable }): Promise<void> {
  const { document, out } = facts;
  let tally = newTally(document.statement.opening);
  for await (const piece of piecesOf(document)) {
    for (const line of piece) {
      if (out.destroyed) return;
      if (sheets.full()) {
        await taken(out);
        sheets.next(minus(line.balanceAfter, line.amount));
      }
      sheets.line(line);
      tally = count(tally, line);
    }
  }
  if (sheets.full()) sheets.next(tally.closing);
  sheets.closing(tally.closing, noteOn(tally, document));
}

/** Lets other requests have their turn, and waits until the reader has taken what was written, or is gone. */
async function taken(out: Writable): Promise<void> {
  await nextTurn();
  if (!out.writableNeedDrain || out.destroyed) return;
  const stop = new AbortController();
  const { signal } = stop;
  const event = (name: string) => once(out, name, { signal }).catch(() => undefined);
  await Promise.race([event('drain'), event('close')]);
  stop.abort();
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
