import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import { dateText } from '#core/calendar.ts';
import { minus, toDecimalString, type Money } from '#core/money.ts';
import { cellText } from '#platform/documents/csv-text.rules.ts';
import type { TextedEntry } from './entry-texts.ts';
import { piecesOf, type StatementDocument } from './statement-document.ts';

const columns = ['Date', 'Booked on', 'Description', 'Details', 'Amount', 'Balance', 'Currency', 'Entry'] as const;
type Row = Record<(typeof columns)[number], string>;

/**
 * Writes a statement as CSV (RFC 4180), piece by piece. It begins with a byte order mark, without which spreadsheets take
 * UTF-8 for an older encoding; amounts are plain decimals with a point, dates as year-month-day, whatever the locale.
 */
export async function writeStatementCsv(out: Writable, document: StatementDocument): Promise<void> {
  await pipeline(Readable.from(textOf(document), { highWaterMark: 1 }), out);
}

async function* textOf(document: StatementDocument): AsyncGenerator<string> {
  yield stringify([], { header: true, columns: [...columns], bom: true, record_delimiter: 'windows' });
  for await (const rows of rowsOf(document))
    yield stringify(rows, { columns: [...columns], record_delimiter: 'windows' });
}

async function* rowsOf(document: StatementDocument): AsyncGenerator<Row[]> {
  const { statement, period } = document;
  const currency = document.formats.currency;
  const amount = (money: Money) => toDecimalString(money, currency);
  const balanceRow = (what: string, date: string, balance: Money): Row => ({
    ...{ Date: date, 'Booked on': '', Description: what, Details: '', Amount: '' },
    ...{ Balance: amount(balance), Currency: currency, Entry: '' },
  });
  let last: TextedEntry | undefined;
  for await (const piece of piecesOf(document)) {
    const [first] = piece;
    if (first && !last)
      yield [balanceRow('Opening balance', dateText(period.from), minus(first.balanceAfter, first.amount))];
    yield piece.map((line) => rowOf(line, { currency, amount }));
    last = piece.at(-1);
  }
  if (!last) yield [balanceRow('Opening balance', dateText(period.from), statement.opening)];
  yield [balanceRow('Closing balance', dateText(period.to), last?.balanceAfter ?? statement.opening)];
}

function rowOf(line: TextedEntry, facts: { currency: string; amount: (money: Money) => string }): Row {
  const { amount, currency } = facts;
  return {
    Date: line.effectiveOn,
    'Booked on': line.bookedOn ?? line.effectiveOn,
    Description: cellText(line.text.what),
    Details: cellText(line.text.sub),
    Amount: amount(line.amount),
    Balance: amount(line.balanceAfter),
    Currency: currency,
    Entry: cellText(line.key),
  };
}
