import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import { dateText } from '#core/calendar.ts';
import type { Formats } from '#core/format.ts';
import { toDecimalString, zero, type Money } from '#core/money.ts';
import type { LoanTransaction } from '#features/loans/index.ts';
import { cellText } from '#platform/documents/csv-text.rules.ts';
import type { StatementDocument } from './documents.service.ts';
import { lineAmounts, lineWords } from './statement-words.ts';
import type { StatementLine } from './statement-lines.ts';

const columns = [
  'Counts from',
  'Recorded on',
  'What',
  'Details',
  'Money in',
  'Charged',
  'Principal',
  'Interest',
  'Fee',
  'Penalty',
  'Waiting',
  'Outstanding principal',
  'Currency',
  'Entry',
] as const;
type Row = Partial<Record<(typeof columns)[number], string>>;
const options = { columns: [...columns], record_delimiter: 'windows' as const };
const pieceSize = 200;

/**
 * The statement as CSV (RFC 4180), piece by piece. It begins with a byte order mark, without which spreadsheets take UTF-8
 * for an older encoding; amounts are plain decimals with a point, dates as year-month-day, whatever the locale.
 */
export async function writeStatementCsv(out: Writable, document: StatementDocument, formats: Formats): Promise<void> {
  await pipeline(Readable.from(textOf(document, formats), { highWaterMark: 1 }), out);
}

function* textOf(document: StatementDocument, formats: Formats): Generator<string> {
  const { period, opening, closing, lines } = document.statement;
  const amount = (money: Money) => toDecimalString(money, formats.currency);
  const balance = (what: string, on: string, money: Money): Row => ({
    'Counts from': on,
    What: what,
    'Outstanding principal': amount(money),
    Currency: formats.currency,
  });
  yield stringify([], { ...options, header: true, bom: true });
  yield stringify([balance('Outstanding principal before', dateText(period.from), opening)], options);
  for (let from = 0; from < lines.length; from += pieceSize) {
    const piece = lines.slice(from, from + pieceSize);
    yield stringify(
      piece.map((line) => rowOf(line, { all: document.transactions, formats, amount })),
      options,
    );
  }
  yield stringify([balance('Outstanding principal after', dateText(period.to), closing)], options);
}

function rowOf(
  line: StatementLine,
  facts: { all: readonly LoanTransaction[]; formats: Formats; amount: (money: Money) => string },
): Row {
  const { transaction, moneyIn, charged, ahead, balance } = line;
  const { amount, formats } = facts;
  const { what, sub } = lineWords(line, facts);
  const { principal, interest, fee, penalty } = lineAmounts(line);
  return {
    'Counts from': transaction.on,
    'Recorded on': transaction.recordedOn,
    What: cellText(what),
    Details: cellText(sub),
    'Money in': amount(moneyIn),
    Charged: amount(charged),
    Principal: amount(principal),
    Interest: amount(interest),
    Fee: amount(fee),
    Penalty: amount(penalty),
    Waiting: amount(ahead),
    'Outstanding principal': amount(balance < zero ? zero : balance),
    Currency: formats.currency,
    Entry: cellText(transaction._id),
  };
}
