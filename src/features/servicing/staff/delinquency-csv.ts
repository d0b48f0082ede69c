import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import { sum, toDecimalString } from '#core/money.ts';
import type { FoundLoan } from './loan-search.service.ts';

const columns = [
  'Loan',
  'Borrower',
  'Product',
  'Branch',
  'Bucket',
  'Days past due',
  'Unpaid since',
  'In arrears',
  'Outstanding principal',
  'Currency',
] as const;
type Row = Record<(typeof columns)[number], string>;

/** Writes the list as CSV (RFC 4180) piece by piece, with a byte order mark for spreadsheets; amounts are plain decimals. */
export async function writeDelinquencyCsv(out: Writable, pieces: AsyncIterable<FoundLoan[]>): Promise<void> {
  await pipeline(Readable.from(textOf(pieces), { highWaterMark: 1 }), out);
}

async function* textOf(pieces: AsyncIterable<FoundLoan[]>): AsyncGenerator<string> {
  yield stringify([], { header: true, columns: [...columns], bom: true, record_delimiter: 'windows' });
  for await (const loans of pieces)
    yield stringify(loans.map(rowOf), { columns: [...columns], record_delimiter: 'windows' });
}

function rowOf({ loan, borrower }: FoundLoan): Row {
  const { arrears, currency } = loan;
  return {
    Loan: loan.number,
    Borrower: cellText(borrower),
    Product: cellText(loan.productName),
    Branch: cellText(loan.branchId),
    Bucket: arrears.bucket,
    'Days past due': String(arrears.daysPastDue),
    'Unpaid since': arrears.since ?? '',
    'In arrears': toDecimalString(sum([arrears.principal, arrears.interest, arrears.fee, arrears.penalty]), currency),
    'Outstanding principal': toDecimalString(loan.outstandingPrincipal, currency),
    Currency: currency,
  };
}

/** What begins like a formula gets an apostrophe (OWASP, CSV injection): names are what customers typed. */
export function cellText(text: string): string {
  const plain = text.replace(/\p{Cc}+/gu, ' ');
  return /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/u.test(plain) ? `'${plain}` : plain;
}
