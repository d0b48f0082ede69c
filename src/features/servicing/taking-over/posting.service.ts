import { dateOf } from '#core/calendar.ts';
import { toDecimalString } from '#core/money.ts';
import { hashRequest, type PostOrder } from '#features/ledger/index.ts';
import { loanDocuments, type Loan } from '#features/loans/index.ts';
import { noticeRow } from '#features/notices/index.ts';
import { bsonDate } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import { lineId } from '#platform/imported-file.ts';
import { operators } from '#platform/mongo.ts';
import { openMissing } from '../life/act.service.ts';
import { nothingBooked } from '../life/books.ts';
import { openingPostings } from './opening-books.ts';
import { keyOf, type Plan } from './plan.ts';
import { nextLoans, plansOf } from './planning.service.ts';
import { explainLoanRefusal } from './takeover-refusals.ts';
import {
  takeoverCollection,
  takeoverLineCollection,
  type TakeoverLine,
  type TakeoverRecord,
} from './takeover.model.ts';
import { moveOn, type TakeoverParts } from './takeover-parts.ts';

/**
 * All or nothing over thousands of loans cannot be one transaction, so it is made of three things. Everything is checked
 * again right before the first loan is posted. Each loan comes with its transactions and its opening journal in one
 * transaction, under a key of its own, so that a piece that is done twice brings each loan once. And until the last one
 * is there nothing can be done to any of them: where the ledger refuses one all the same, all are taken back.
 */
const loansInSettling = 200;

/** Brings the next loans over, or goes on to the last phase. */
export async function postPiece(parts: TakeoverParts, record: TakeoverRecord): Promise<void> {
  const piece = await withFreeNumbers(parts, await nextLoans(parts, record));
  const last = piece.at(-1);
  if (!last) {
    await moveOn(parts, record, { change: { phase: 'settling', cursor: 0 } });
    return;
  }
  const reason = await postLoans(parts, record, piece);
  const change =
    reason === undefined
      ? ({ phase: 'posting', cursor: last.line } as const)
      : ({ state: 'undoing', phase: 'undoing', cursor: 0, reason } as const);
  await moveOn(parts, record, { change });
}

/** Numbers are short, and were drawn when the file was checked: one that another loan has by now is drawn again. */
async function withFreeNumbers(parts: TakeoverParts, piece: readonly TakeoverLine[]): Promise<TakeoverLine[]> {
  const numbers = piece.flatMap(({ found }) => found?.number ?? []);
  const others = await parts.loans
    .find({ number: operators({ $in: numbers }) }, { number: 1 })
    .limit(numbers.length)
    .lean<Pick<Loan, '_id' | 'number'>[]>();
  const owners = new Map(others.map(({ _id, number }) => [number, _id]));
  const lines: TakeoverLine[] = [];
  for (const line of piece) {
    const { found } = line;
    const owner = found ? owners.get(found.number) : undefined;
    if (!found || owner === undefined || owner === found.loanId) {
      if (found) owners.set(found.number, found.loanId);
      lines.push(line);
      continue;
    }
    const number = loanDocuments.newNumber();
    await parts.lines.updateOne({ _id: line._id }, { $set: { 'found.number': number } });
    lines.push({ ...line, found: { ...found, number } });
  }
  return lines;
}

/** Why the first of them was refused. All of them are decided when this returns, also where one has failed. */
async function postLoans(
  parts: TakeoverParts,
  record: TakeoverRecord,
  piece: readonly TakeoverLine[],
): Promise<string | undefined> {
  const planned = await plansOf(parts, record, piece);
  const plans = planned.flatMap(({ outcome }) => (outcome.ok ? [outcome.value] : []));
  const faulty = planned.find(({ outcome }) => !outcome.ok);
  if (faulty && !faulty.outcome.ok) return `Line ${faulty.outcome.refusal.line}: ${faulty.outcome.refusal.text}`;
  await openAccounts(parts, plans);
  const bookedOn = await parts.platform.bankDay.today();
  const outcomes = await Promise.allSettled(
    planned.map(({ line }, index) => {
      const plan = plans[index];
      if (!plan) throw new Error('Every line of the piece has a plan');
      return parts.ledger.post({ ...orderOf(parts, { record, line, plan }), bookedOn });
    }),
  );
  let reason: string | undefined;
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'rejected') throw outcome.reason;
    const line = piece[index];
    if (reason === undefined && line && !outcome.value.ok) reason = explainLoanRefusal(line, outcome.value.refusal);
  }
  return reason;
}

async function openAccounts({ ledger }: TakeoverParts, plans: readonly Plan[]): Promise<void> {
  await ledger.open(
    plans.flatMap(({ loan: { _id: loanId, currency, branchId } }) =>
      loanDocuments.ledgerAccounts({ loanId, currency, branchId }),
    ),
  );
  for (const { loan } of plans)
    await openMissing({ ledger }, { loan: { ...loan, booked: nothingBooked }, after: loan });
}

export function requestHashOf({ importId, line, externalId }: TakeoverLine, what: 'opened' | 'undone'): string {
  return hashRequest({ import: importId, line: String(line), loan: externalId, what });
}

function orderOf(
  parts: TakeoverParts,
  { record, line, plan }: { record: TakeoverRecord; line: TakeoverLine; plan: Plan },
): PostOrder {
  const { loan } = plan;
  return {
    key: keyOf(line),
    requestHash: requestHashOf(line, 'opened'),
    kind: 'loan-takeover',
    currency: loan.currency,
    effectiveOn: dateOf(record.takeoverOn),
    actor: record.confirmedBy ?? 'system',
    reference: `loan ${loan.number}, taken over`,
    postings: openingPostings(loan, 'opened'),
    companions: companionsOf(parts, { record, line, plan }),
  };
}

function companionsOf(
  { platform }: TakeoverParts,
  { record, line, plan }: { record: TakeoverRecord; line: TakeoverLine; plan: Plan },
): Companion[] {
  const { loan, transactions } = plan;
  const outstanding = toDecimalString(loan.outstandingPrincipal, loan.currency);
  return [
    { collection: 'loans', kind: 'insert', document: { ...loan } },
    ...transactions.map((document): Companion => ({
      collection: 'loanTransactions',
      kind: 'insert',
      document: { ...document },
    })),
    {
      ...{ collection: takeoverLineCollection, kind: 'update' },
      filter: { _id: lineId(record._id, line.line), state: 'read' },
      change: { $set: { state: 'posted' } },
    },
    {
      ...{ collection: takeoverCollection, kind: 'update' },
      filter: { _id: record._id, state: 'posting' },
      change: { $inc: { posted: 1 } },
    },
    platform.audit.entry({
      actor: record.confirmedBy ?? 'system',
      action: 'loan-taken-over',
      subject: { type: 'loan', id: loan._id },
      details: { import: record._id, number: loan.number, outstanding, currency: loan.currency },
    }),
  ];
}

/** The last phase, in pieces: all loans are there, nothing can be refused any more, and their borrowers are told. */
export async function settlePiece(parts: TakeoverParts, record: TakeoverRecord): Promise<void> {
  const piece = await nextLoans(parts, record, loansInSettling);
  const last = piece.at(-1);
  if (!last) {
    const endedAt = bsonDate(parts.platform.clock.now());
    const change = { state: 'posted', phase: null, endedAt, reason: null } as const;
    await moveOn(parts, record, { change, unset: ['turn'], action: 'loan-import-posted' });
    return;
  }
  const found = piece.flatMap((line) => line.found ?? []);
  const ids = found.map(({ loanId }) => loanId);
  await parts.loans.updateMany({ _id: operators({ $in: ids }) }, { $unset: { 'takenOver.arriving': '' } });
  const companions = found.map(({ partyId, number, loanId }) =>
    noticeRow(parts.platform.outbox, {
      partyId,
      title: 'Your loan is with us now',
      text: `We took over a loan of yours. Here it is loan ${number}. What you paid before counts; look at what is due next.`,
      href: `/loans/${loanId}`,
    }),
  );
  await moveOn(parts, record, { change: { phase: 'settling', cursor: last.line }, companions });
}
