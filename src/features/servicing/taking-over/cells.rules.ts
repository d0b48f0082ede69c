import { isBefore, parseDate, type PlainDate } from '#core/calendar.ts';
import { parseMoney, zero, type Currency, type Money } from '#core/money.ts';
import { parseRate, type Rate } from '#core/rate.ts';
import { prepaymentEffects, type PrepaymentEffect } from '#features/schedules/index.ts';
import { said, type Cells, type Column } from './takeover-columns.rules.ts';

/** A value, or the sentence that says what to write instead. */
export type Read<T> = { value: T; fault?: undefined } | { value?: undefined; fault: string };

/** What a line of kind `loan` says. Amounts in minor units, rates in per cent a year. */
export interface LoanCells {
  principal: Money;
  annualRate: Rate;
  instalments: number;
  disbursedOn: PlainDate;
  firstDueOn: PlainDate;
  /** Instalments from the first on that were paid in full on their due dates. */
  paidInstalments: number;
  /** Kept back from the loan when it was paid out; it counts in the APR. */
  fee: Money;
  expected: Money | undefined;
}

/** What a line of kind `payment` or `prepayment` says. */
export interface MovementCells {
  kind: 'payment' | 'prepayment';
  on: PlainDate;
  amount: Money;
  effect: PrepaymentEffect | undefined;
}

export interface CellFacts {
  /** The takeover date. */
  today: PlainDate;
  currency: Currency;
}

const earliestYear = 1950;
const mostInstalments = 600;

export function readLoanCells(cells: Cells, facts: CellFacts): { value?: LoanCells; faults: string[] } {
  const principal = amountIn(cells, 'principal', { ...facts, least: 'above-zero' });
  const annualRate = rateIn(cells);
  const instalments = countIn(cells, 'instalments', { least: 1, most: mostInstalments });
  const disbursedOn = dateIn(cells, 'disbursed_on', facts);
  const firstDueOn = firstDue(cells, disbursedOn.value);
  const most = instalments.value ?? mostInstalments;
  const paid = optional(cells.paid_instalments, 0, () => countIn(cells, 'paid_instalments', { least: 0, most }));
  const fee = optional(cells.fee, zero, () => amountIn(cells, 'fee', { ...facts, least: 'zero' }));
  const expected = optional(cells.expected_outstanding, undefined, () =>
    amountIn(cells, 'expected_outstanding', { ...facts, least: 'zero' }),
  );
  const reads = [principal, annualRate, instalments, disbursedOn, firstDueOn, paid, fee, expected];
  const faults = [...reads.flatMap(({ fault }) => fault ?? []), ...strangers(cells, ['on', 'amount', 'effect'])];
  if (fee.value !== undefined && principal.value !== undefined && fee.value >= principal.value)
    faults.push(`${said('fee', cells.fee)}: it cannot be as large as the principal.`);
  const isWhole = principal.value !== undefined && annualRate.value !== undefined && instalments.value !== undefined;
  if (faults.length > 0 || !isWhole || !disbursedOn.value || !firstDueOn.value) return { faults };
  const value = {
    ...{ principal: principal.value, annualRate: annualRate.value, instalments: instalments.value },
    ...{ disbursedOn: disbursedOn.value, firstDueOn: firstDueOn.value, paidInstalments: paid.value ?? 0 },
    ...{ fee: fee.value ?? zero, expected: expected.value },
  };
  return { value, faults };
}

const loanColumns = [
  ...(['customer', 'product', 'principal', 'annual_rate', 'instalments', 'disbursed_on', 'first_due_on'] as const),
  ...(['paid_instalments', 'fee', 'expected_outstanding', 'account'] as const),
];

export function readMovementCells(
  kind: MovementCells['kind'],
  cells: Cells,
  facts: CellFacts,
): { value?: MovementCells; faults: string[] } {
  const on = dateIn(cells, 'on', facts);
  const amount = amountIn(cells, 'amount', { ...facts, least: 'above-zero' });
  const effect = effectIn(kind, cells);
  const faults = [...[on, amount, effect].flatMap(({ fault }) => fault ?? []), ...strangers(cells, loanColumns)];
  if (faults.length > 0 || !on.value || amount.value === undefined) return { faults };
  return { value: { kind, on: on.value, amount: amount.value, effect: effect.value }, faults };
}

function strangers(cells: Cells, columns: readonly Column[]): string[] {
  const filled = columns.filter((column) => cells[column] !== '');
  if (filled.length === 0) return [];
  return [`${filled.join(', ')}: leave ${filled.length === 1 ? 'it' : 'them'} empty on a line of kind ${cells.kind}.`];
}

function optional<T, A>(text: string, absent: A, read: () => Read<T>): Read<T | A> {
  return text === '' ? { value: absent } : read();
}

function amountIn(
  cells: Cells,
  column: Column,
  { currency, least }: CellFacts & { least: 'zero' | 'above-zero' },
): Read<Money> {
  const parsed = parseMoney(cells[column], currency);
  const what = said(column, cells[column]);
  if (!parsed.ok) {
    const sentences = {
      empty: `${what}: write an amount like ${currency === 'JPY' ? '1500' : '1500.00'}.`,
      'not-a-number': `${what}: write digits, with a point before decimals and nothing else.`,
      'too-many-places': `${what}: it has more decimals than ${currency} has.`,
      'too-large': `${what}: it is larger than a loan can be.`,
    };
    return { fault: sentences[parsed.refusal] };
  }
  const isEnough = least === 'zero' ? parsed.value >= zero : parsed.value > zero;
  return isEnough
    ? { value: parsed.value }
    : { fault: `${what}: it has to be ${least === 'zero' ? 'zero or more' : 'above zero'}.` };
}

function rateIn(cells: Cells): Read<Rate> {
  const parsed = parseRate(cells.annual_rate);
  if (parsed.ok) return { value: parsed.value };
  return { fault: `${said('annual_rate', cells.annual_rate)}: write per cent a year without a sign, like 9.6.` };
}

function countIn(cells: Cells, column: Column, { least, most }: { least: number; most: number }): Read<number> {
  const text = cells[column];
  const count = /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  if (count >= least && count <= most) return { value: count };
  return { fault: `${said(column, text)}: write a whole number from ${least} to ${most}.` };
}

function dateIn(cells: Cells, column: Column, { today }: CellFacts): Read<PlainDate> {
  const read = anyDate(cells, column);
  if (!read.value) return read;
  if (isBefore(today, read.value))
    return { fault: `${said(column, cells[column])}: it lies after the takeover date, ${today.toString()}.` };
  return read;
}

function anyDate(cells: Cells, column: Column): Read<PlainDate> {
  const parsed = parseDate(cells[column]);
  const what = said(column, cells[column]);
  if (!parsed.ok) return { fault: `${what}: write a date as year-month-day, like 2026-03-31.` };
  if (parsed.value.year < earliestYear) return { fault: `${what}: it lies before ${earliestYear}.` };
  return { value: parsed.value };
}

function firstDue(cells: Cells, disbursedOn: PlainDate | undefined): Read<PlainDate> {
  const read = anyDate(cells, 'first_due_on');
  if (!read.value || !disbursedOn) return read;
  const what = said('first_due_on', cells.first_due_on);
  if (!isBefore(disbursedOn, read.value)) return { fault: `${what}: it has to lie after disbursed_on.` };
  if (read.value.year - disbursedOn.year > 10)
    return { fault: `${what}: it lies more than ten years after disbursed_on.` };
  return read;
}

function effectIn(kind: MovementCells['kind'], { effect }: Cells): Read<PrepaymentEffect | undefined> {
  if (kind === 'payment')
    return effect === '' ? { value: undefined } : { fault: `${said('effect', effect)}: only a prepayment has one.` };
  const found = prepaymentEffects.find((one) => one === effect);
  if (found) return { value: found };
  return { fault: `${said('effect', effect)}: write one of ${prepaymentEffects.join(', ')}.` };
}
