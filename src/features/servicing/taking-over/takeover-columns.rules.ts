/** The columns of a file of running loans; which of them a line fills follows from its kind. */
export const requiredColumns = [
  'kind',
  'loan',
  'customer',
  'product',
  'principal',
  'annual_rate',
  'instalments',
  'disbursed_on',
  'first_due_on',
] as const;
export const columns = [
  ...requiredColumns,
  'paid_instalments',
  'fee',
  'expected_outstanding',
  'account',
  'on',
  'amount',
  'effect',
] as const;
export type Column = (typeof columns)[number];
export type Cells = Record<Column, string>;

export const lineKinds = ['loan', 'payment', 'prepayment'] as const;
export type LineKind = (typeof lineKinds)[number];

export { severityOf, type Finding } from '#core/finding.ts';

/** How a cell is named in a report. */
export function said(column: Column, text: string): string {
  return text === '' ? `${column} is empty` : `${column} is “${text}”`;
}
