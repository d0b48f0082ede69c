import type { Connection, Model } from 'mongoose';
import type { Currency, Money } from '#core/money.ts';
import { documentSchema } from '#platform/schema.ts';
import type { Cells, Finding, LineKind } from './takeover-columns.rules.ts';

export type TakeoverState = 'uploaded' | 'checked' | 'confirmed' | 'posting' | 'posted' | 'undoing' | 'undone';

/**
 * A file of running loans: uploaded → checked → confirmed (checked again) → posting → posted, or undoing → undone. From
 * confirmed it falls back to checked where the second check finds something.
 */
export interface TakeoverRecord {
  _id: string;
  state: TakeoverState;
  /** What the next piece of work is; null where nothing is to be done. */
  phase: 'lines' | 'loans' | 'posting' | 'settling' | 'undoing' | null;
  /** How far the phase has come: a line's number. */
  cursor: number;
  /** Counts the pieces of work: a row of the outbox that names another one is out of date. */
  step: number;
  /** Set from confirmation to the end, and unique: one import is posted at a time. */
  turn?: 'posting';
  /** The business date that the loans are told at: of the upload, then of the confirmation. */
  takeoverOn: string;
  fileName: string;
  currency: Currency;
  lines: number;
  errorLines: number;
  warningLines: number;
  loans: number;
  /** Loans with something past due. */
  overdue: number;
  /** Principal as it was lent, as it is outstanding, and everything else that is owed on the takeover date. */
  lent: Money;
  outstanding: Money;
  receivable: Money;
  posted: number;
  undone: number;
  /** Why it was undone or fell back, for a person to read. */
  reason: string | null;
  uploadedBy: string;
  uploadedAt: Date;
  checkedAt: Date | null;
  confirmedBy: string | null;
  confirmedAt: Date | null;
  endedAt: Date | null;
  /** When a piece of work was last done. */
  movedAt: Date;
  /** By the machine's own clock: a file that nobody confirms is removed by the database. */
  expiresAt?: Date;
}

/** Of a line of kind `loan` that nothing is wrong with on its own: whom and what it is about, and what it comes to. */
export interface FoundLoan {
  loanId: string;
  number: string;
  partyId: string;
  branchId: string;
  productVersionId: string;
  payoutAccountId: string;
  lent: Money;
  outstanding: Money;
  receivable: Money;
  daysPastDue: number;
}

/**
 * A line as it was read, with what was found about it. An e-mail address is kept as its blind index only; what else a
 * file says is numbers and dates.
 */
export interface TakeoverLine {
  _id: string;
  importId: string;
  line: number;
  cells: Cells;
  /** What is wrong with the line's shape itself. */
  shape: string | null;
  emailIndex?: string;
  kind: LineKind | null;
  /** The loan's number in the old bank. */
  externalId: string;
  state: 'read' | 'posted' | 'undone';
  severity: 'error' | 'warning' | null;
  findings: Finding[];
  found: FoundLoan | null;
  expiresAt?: Date;
}

export const takeoverCollection = 'loanImports';
export const takeoverLineCollection = 'loanImportLines';

const text = { type: String, required: true };
const optionalText = { type: String, default: null };
const count = { type: Number, required: true };
const money = { type: BigInt, required: true };
const date = { type: Date, default: null };
const moment = { type: Date, required: true };
const expiring = { expireAfterSeconds: 0 };

const recordSchema = documentSchema(
  {
    ...{ state: text, phase: optionalText, cursor: count, step: count, turn: { type: String }, takeoverOn: text },
    ...{ fileName: text, currency: text, lines: count, errorLines: count, warningLines: count, loans: count },
    ...{ overdue: count, lent: money, outstanding: money, receivable: money },
    ...{ posted: count, undone: count, reason: optionalText },
    ...{ uploadedBy: text, uploadedAt: moment, checkedAt: date, movedAt: moment },
    ...{ confirmedBy: optionalText, confirmedAt: date, endedAt: date, expiresAt: { type: Date } },
  },
  takeoverCollection,
)
  .index({ turn: 1 }, { unique: true, partialFilterExpression: { turn: { $exists: true } } })
  .index({ expiresAt: 1 }, expiring);

const lineSchema = documentSchema(
  {
    ...{ importId: text, line: count, cells: { type: Object, required: true }, shape: optionalText },
    ...{ emailIndex: { type: String }, kind: optionalText, externalId: { type: String, default: '' } },
    ...{ state: text, severity: optionalText, findings: [{ _id: false, severity: text, text }] },
    ...{ found: { type: Object, default: null }, expiresAt: { type: Date } },
  },
  takeoverLineCollection,
)
  .index({ importId: 1, line: 1 }, { unique: true })
  .index({ importId: 1, severity: 1, line: 1 })
  .index({ importId: 1, kind: 1, line: 1 })
  .index({ importId: 1, kind: 1, state: 1, line: 1 })
  .index({ importId: 1, externalId: 1, kind: 1, line: 1 })
  .index({ importId: 1, 'found.partyId': 1 })
  .index({ expiresAt: 1 }, expiring);

export const takeoverModel = (connection: Connection): Model<TakeoverRecord> =>
  connection.model<TakeoverRecord>('LoanImport', recordSchema as never);
export const takeoverLineModel = (connection: Connection): Model<TakeoverLine> =>
  connection.model<TakeoverLine>('LoanImportLine', lineSchema as never);
