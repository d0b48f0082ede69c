import { dateOf } from '#core/calendar.ts';
import type { LedgerRefusal } from '#features/ledger/index.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import { loanTransactionModel } from '#features/loans/index.ts';
import { bsonDate } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import { openingPostings } from './opening-books.ts';
import { keyOf } from './plan.ts';
import { requestHashOf } from './posting.service.ts';
import {
  takeoverCollection,
  takeoverLineCollection,
  type TakeoverLine,
  type TakeoverRecord,
} from './takeover.model.ts';
import { moveOn, type TakeoverParts } from './takeover-parts.ts';

const loansInPiece = 25;
const mostAttempts = 6;

/** Takes loans back that were brought over, the last one first, or ends the import as undone. */
export async function undoPiece(parts: TakeoverParts, record: TakeoverRecord): Promise<void> {
  const { _id: importId } = record;
  const piece = await parts.lines
    .find({ importId, kind: 'loan', state: 'posted' })
    .sort({ line: -1 })
    .limit(loansInPiece)
    .lean<TakeoverLine[]>();
  if (piece.length === 0) {
    const endedAt = bsonDate(parts.platform.clock.now());
    const change = { state: 'undone', phase: null, endedAt } as const;
    await moveOn(parts, record, { change, unset: ['turn'], action: 'loan-import-undone' });
    return;
  }
  for (const line of piece) await undoLoan(parts, record, line);
  await moveOn(parts, record, { change: { phase: 'undoing', cursor: record.cursor + piece.length } });
}

/**
 * Nobody could do anything to the loan, but a day may have been closed over it: so what is booked by now is what is
 * taken back. A refusal keeps its key, so that each try has another one.
 */
async function undoLoan(parts: TakeoverParts, record: TakeoverRecord, line: TakeoverLine): Promise<void> {
  const { ledger, loans, lines, platform } = parts;
  let refusal: LedgerRefusal | undefined;
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const loan = await loans.findOne({ _id: line.found?.loanId ?? '' }).lean<Loan>();
    if (!loan) break;
    const outcome = await ledger.post({
      key: `${keyOf(line)}:undo:${attempt}`,
      requestHash: requestHashOf(line, 'undone'),
      kind: 'loan-takeover-reversal',
      currency: loan.currency,
      effectiveOn: dateOf(loan.bookedOn),
      bookedOn: await platform.bankDay.today(),
      actor: 'system',
      reference: `loan ${loan.number}, takeover undone`,
      postings: openingPostings(loan, 'undone'),
      companions: await companionsOf(parts, { record, line, loan }),
    });
    if (outcome.ok) return;
    refusal = outcome.refusal;
  }
  // Another instance may have taken it back beside us.
  if (await lines.exists({ _id: line._id, state: 'undone' })) return;
  throw new Error(`A loan of an import could not be taken back: ${refusal?.code ?? 'it is not there'}`);
}

/** The loan was never anybody's to use: it goes with its transactions, and the journals that opened and undid it stay. */
async function companionsOf(
  { platform }: TakeoverParts,
  { record, line, loan }: { record: TakeoverRecord; line: TakeoverLine; loan: Loan },
): Promise<Companion[]> {
  const transactions = await loanTransactionModel(platform.database.connection)
    .find({ loanId: loan._id }, { _id: 1 })
    .lean<Pick<LoanTransaction, '_id'>[]>();
  return [
    { collection: 'loans', kind: 'delete', filter: { _id: loan._id, version: loan.version } },
    ...transactions.map(({ _id }): Companion => ({
      collection: 'loanTransactions',
      kind: 'delete',
      filter: { _id, loanId: loan._id },
    })),
    {
      ...{ collection: takeoverLineCollection, kind: 'update' },
      filter: { _id: line._id, state: 'posted' },
      change: { $set: { state: 'undone' } },
    },
    {
      ...{ collection: takeoverCollection, kind: 'update' },
      filter: { _id: record._id, state: 'undoing' },
      change: { $inc: { undone: 1 } },
    },
  ];
}
