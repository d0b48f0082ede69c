import { stringify } from 'csv-stringify/sync';
import { toDecimalString, type Currency } from '#core/money.ts';
import type { KeyFacts } from '../key-facts/key-facts.ts';

const columns = ['No', 'Due', 'Principal', 'Interest', 'Fee', 'Instalment', 'Left', 'Currency'] as const;

/** The schedule as CSV (RFC 4180), with plain decimals and dates as year-month-day, whatever the locale; 600 rows at most. */
export function scheduleCsv({ schedule }: KeyFacts, currency: Currency): string {
  const rows = schedule.rows.map((row) => [
    String(row.n),
    row.dueOn,
    ...[row.principal, row.interest, row.fee, row.total, row.balance].map((part) => toDecimalString(part, currency)),
    currency,
  ]);
  return stringify(rows, { header: true, columns: [...columns], bom: true, record_delimiter: 'windows' });
}
