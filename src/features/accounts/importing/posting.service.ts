import { dateOf } from '#core/calendar.ts';
import { negate, type Money } from '#core/money.ts';
import { bsonDate } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import { operators } from '#platform/mongo.ts';
import { hashRequest, ownBookId, type LedgerRefusal, type PostOrder } from '#features/ledger/index.ts';
import { importCollection, importLineCollection, type ImportLine, type ImportRecord } from './import.model.ts';
import { moveOn, type ImportParts } from './import-parts.ts';
import { explainLineRefusal } from './import-refusals.ts';
import { cutPiece } from './order.rules.ts';

/**
 * All or nothing over twenty thousand journals of different days cannot be one transaction, so it is made of three
 * things. Everything is checked again right before the first line is posted. The lines of one account, with those that
 * transfers link to it, are handed to the ledger together, so that its holder sees all of them or none, but for moments.
 * And where the ledger refuses a line all the same (its money was spent or its account closed in between), every line
 * that was posted is reversed on its own day, so that each past balance is as it was. Each line's journal commits
 * together with the line's state and only while the import is being posted: a piece that is done twice, by a crash or by
 * two instances, posts each line once, and nothing is posted any more from the moment that undoing begins.
 */
const linesInPiece = 256;

export const migrationKind = 'migration';

export function lineKey(line: Pick<ImportLine, 'importId' | 'line'>): string {
  return `import:${line.importId}:${line.line}`;
}

/** Posts the next lines, or ends the import. */
export async function postPiece(parts: ImportParts, record: ImportRecord): Promise<void> {
  const { _id: importId, cursor } = record;
  const next = await parts.lines
    .find({ importId, order: operators({ $gt: cursor }) })
    .sort({ order: 1 })
    .limit(linesInPiece + 1)
    .lean<ImportLine[]>();
  const last = next.at(-1);
  if (!last) {
    const endedAt = bsonDate(parts.platform.clock.now());
    const change = { state: 'posted', phase: null, endedAt, reason: null } as const;
    await moveOn(parts, record, { change, unset: ['turn'], action: 'import-posted' });
    return;
  }
  const piece = cutPiece(next, linesInPiece);
  const refused = await postLines(parts, record, piece);
  if (!refused) {
    const done = piece.at(-1)?.order ?? cursor;
    await moveOn(parts, record, { change: { phase: 'posting', cursor: done } });
    return;
  }
  const reason = explainLineRefusal(refused.line, refused.refusal);
  await moveOn(parts, record, { change: { state: 'undoing', phase: 'undoing', cursor: 0, reason } });
}

/** Gives the first line that the ledger refused. All of them are decided when this returns, also where one has failed. */
async function postLines(
  { ledger, platform }: ImportParts,
  record: ImportRecord,
  piece: readonly ImportLine[],
): Promise<{ line: ImportLine; refusal: LedgerRefusal } | undefined> {
  const today = await platform.bankDay.today();
  const outcomes = await Promise.allSettled(
    piece.map((line) => ledger.post({ ...orderOf(record, line), bookedOn: today })),
  );
  let refused: { line: ImportLine; refusal: LedgerRefusal } | undefined;
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'rejected') throw outcome.reason;
    const line = piece[index];
    if (!refused && line && !outcome.value.ok) refused = { line, refusal: outcome.value.refusal };
  }
  return refused;
}

function orderOf({ confirmedBy, currency }: ImportRecord, line: ImportLine): PostOrder {
  const { _id, importId, kind, cells, externalId, effectiveOn } = line;
  return {
    key: lineKey(line),
    requestHash: hashRequest({ import: importId, line: String(line.line), amount: String(line.amount) }),
    kind: migrationKind,
    currency,
    effectiveOn: dateOf(effectiveOn ?? ''),
    actor: confirmedBy ?? 'system',
    reference: `${kind ?? ''}, ${cells.reference === '' ? externalId : cells.reference}`,
    postings: postingsOf(line, currency),
    companions: companionsOf(
      { filter: { _id, state: 'read' }, change: { $set: { state: 'posted' } } },
      { filter: { _id: importId, state: 'posting' }, change: { $inc: { posted: 1 } } },
    ),
  };
}

/** A deposit account is a liability: what comes into it is a credit. */
export function postingsOf({ accounts, amount }: ImportLine, currency: ImportRecord['currency']) {
  const [account = '', counter = ownBookId('migration', currency)] = accounts;
  const moved = amount ?? (0n as Money);
  return [
    { account: counter, amount: moved },
    { account, amount: negate(moved) },
  ];
}

interface Guarded {
  filter: { _id: string } & Record<string, unknown>;
  change: Record<string, unknown>;
}

/** Commits the line's own state and the import's count with the journal, and only in the state they are for. */
export function companionsOf(line: Guarded, record: Guarded): Companion[] {
  return [
    { collection: importLineCollection, kind: 'update', ...line },
    { collection: importCollection, kind: 'update', ...record },
  ];
}
