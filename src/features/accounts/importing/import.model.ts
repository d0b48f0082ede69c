import type { Connection, Model } from 'mongoose';
import type { Currency, Money } from '#core/money.ts';
import { documentSchema } from '#platform/schema.ts';
import type { Cells, Finding, LineKind } from './line.rules.ts';

export const importStates = ['uploaded', 'checked', 'confirmed', 'posting', 'posted', 'undoing', 'undone'] as const;
export type ImportState = (typeof importStates)[number];

/**
 * A file of another bank's entries: uploaded → checked → confirmed (checked again) → posting → posted, or undoing →
 * undone. From confirmed it falls back to checked where the second check finds something.
 */
export interface ImportRecord {
  _id: string;
  state: ImportState;
  /** What the next piece of work is; null where nothing is to be done. */
  phase: 'lines' | 'order' | 'accounts' | 'posting' | 'undoing' | null;
  /** How far the phase has come: a line's number, an account's place, or a place in the order of posting. */
  cursor: number;
  /** Counts the pieces of work: a row of the outbox that names another one is out of date. */
  step: number;
  /** Set from confirmation to the end, and unique: one import is posted at a time. */
  turn?: 'posting';
  fileName: string;
  currency: Currency;
  lines: number;
  errorLines: number;
  warningLines: number;
  accounts: number;
  paidIn: Money;
  paidOut: Money;
  firstOn: string | null;
  lastOn: string | null;
  posted: number;
  undone: number;
  /** Lines that could not be taken back from their account, which had spent or closed; the bank's claim. */
  claims: number;
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

/**
 * A line as it was read, with what was found about it. Its text is plain, not sealed: ids, numbers, dates and a
 * structured reference, which whoever uploads it promises to hold nothing personal.
 */
export interface ImportLine {
  _id: string;
  importId: string;
  line: number;
  cells: Cells;
  /** What is wrong with the line's shape itself. */
  shape: string | null;
  externalId: string;
  state: 'read' | 'posted' | 'undone';
  severity: 'error' | 'warning' | null;
  findings: Finding[];
  /** The rest is set where the line can be posted. */
  kind: LineKind | null;
  effectiveOn: string | null;
  amount: Money | null;
  accounts: string[];
  group: number;
  order: number;
  expiresAt?: Date;
}

/** What a file does to one account. */
export interface ImportAccount {
  _id: string;
  importId: string;
  accountId: string;
  number: string;
  place: number;
  lines: number;
  paidIn: Money;
  paidOut: Money;
  firstOn: string;
  expiresAt?: Date;
}

export const importCollection = 'imports';
export const importLineCollection = 'importLines';

const text = { type: String, required: true };
const optionalText = { type: String, default: null };
const count = { type: Number, required: true };
const money = { type: BigInt, required: true };
const date = { type: Date, default: null };
const expiry = { expiresAt: { type: Date } };
const expiring = { expireAfterSeconds: 0 };

const importSchema = documentSchema(
  {
    ...{ state: text, phase: optionalText, cursor: count, step: count, turn: { type: String } },
    ...{ fileName: text, currency: text, lines: count, errorLines: count, warningLines: count, accounts: count },
    ...{ paidIn: money, paidOut: money, firstOn: optionalText, lastOn: optionalText },
    ...{ posted: count, undone: count, claims: count, reason: optionalText },
    ...{
      uploadedBy: text,
      uploadedAt: { type: Date, required: true },
      checkedAt: date,
      movedAt: { type: Date, required: true },
    },
    ...{ confirmedBy: optionalText, confirmedAt: date, endedAt: date, ...expiry },
  },
  importCollection,
)
  .index({ turn: 1 }, { unique: true, partialFilterExpression: { turn: { $exists: true } } })
  .index({ expiresAt: 1 }, expiring);

const lineSchema = documentSchema(
  {
    ...{ importId: text, line: count, cells: { type: Object, required: true }, shape: optionalText },
    externalId: { type: String, default: '' },
    ...{ state: text, severity: optionalText, findings: [{ _id: false, severity: text, text }] },
    ...{ kind: optionalText, effectiveOn: optionalText, amount: { type: BigInt, default: null } },
    ...{ accounts: { type: [String], required: true }, group: count, order: count, ...expiry },
  },
  importLineCollection,
)
  .index({ importId: 1, line: 1 }, { unique: true })
  .index({ importId: 1, severity: 1, line: 1 })
  .index({ importId: 1, order: 1 })
  .index({ importId: 1, state: 1, order: 1 })
  .index({ importId: 1, accounts: 1 })
  .index({ importId: 1, externalId: 1, line: 1 })
  // What was brought over, by every import: an entry of the old bank comes once.
  .index({ externalId: 1 }, { partialFilterExpression: { state: 'posted' } })
  .index({ expiresAt: 1 }, expiring);

const accountSchema = documentSchema(
  {
    ...{ importId: text, accountId: text, number: text, place: count, lines: count },
    ...{ paidIn: money, paidOut: money, firstOn: text, ...expiry },
  },
  'importAccounts',
)
  .index({ importId: 1, place: 1 })
  .index({ expiresAt: 1 }, expiring);

export const importModel = (connection: Connection): Model<ImportRecord> =>
  connection.model<ImportRecord>('Import', importSchema as never);
export const importLineModel = (connection: Connection): Model<ImportLine> =>
  connection.model<ImportLine>('ImportLine', lineSchema as never);
export const importAccountModel = (connection: Connection): Model<ImportAccount> =>
  connection.model<ImportAccount>('ImportAccount', accountSchema as never);
