import { createHash } from 'node:crypto';
import { dateText, type PlainDate } from '#core/calendar.ts';
import { zero } from '#core/money.ts';
import type { ScheduleRow } from '#features/schedules/index.ts';
import type { Instalment } from './loan.ts';

/** The rows of a new loan: nothing is paid yet. */
export function unpaidRows(rows: readonly ScheduleRow[]): Instalment[] {
  const paid = { penalty: zero, fee: zero, interest: zero, principal: zero };
  return rows.map((row) => ({ ...row, paid, left: row.total, paidOn: null, paidBy: null }));
}

/** Tells whether rows are the same as others without comparing hundreds of them field by field. */
export function digestOf(rows: readonly Instalment[]): string {
  const hash = createHash('sha256');
  for (const row of rows) {
    const { paid } = row;
    hash.update(
      `${row.dueOn} ${row.principal} ${row.interest} ${row.fee} ${row.penalty} ${row.balance} ${paid.principal} ` +
        `${paid.interest} ${paid.fee} ${paid.penalty} ${row.paidOn ?? ''} ${row.paidBy ?? ''}\n`,
    );
  }
  return hash.digest('base64url');
}

/** The next date on which a row falls due or a month ends: when the close of day looks at the loan again. */
export function workAfter(date: PlainDate, rows: readonly { dueOn: string }[]): string {
  const text: string = dateText(date);
  const due = rows.find((row) => row.dueOn > text)?.dueOn;
  const tomorrow = date.add({ days: 1 });
  const monthEnd: string = dateText(tomorrow.with({ day: tomorrow.daysInMonth }));
  return due !== undefined && due < monthEnd ? due : monthEnd;
}
