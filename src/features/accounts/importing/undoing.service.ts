import { dateOf, type PlainDate } from '#core/calendar.ts';
import { moneyOf, negate, smaller, zero, type Money } from '#core/money.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { hashRequest, ownBookId, type Balance, type PostOrder } from '#features/ledger/index.ts';
import { takes } from '../rail/booking.service.ts';
import type { ImportLine, ImportRecord } from './import.model.ts';
import { moveOn, type ImportParts } from './import-parts.ts';
import { companionsOf, lineKey, migrationKind, postingsOf } from './posting.service.ts';

const linesInPiece = 256;
const mostAttempts = 6;

interface Undo {
  record: ImportRecord;
  line: ImportLine;
  today: PlainDate;
}

/** Reverses the lines that were posted, the last one first, or ends the import as undone. */
export async function undoPiece(parts: ImportParts, record: ImportRecord): Promise<void> {
  const { _id: importId } = record;
  const piece = await parts.lines
    .find({ importId, state: 'posted' })
    .sort({ order: -1 })
    .limit(linesInPiece)
    .lean<ImportLine[]>();
  if (piece.length === 0) {
    const endedAt = bsonDate(parts.platform.clock.now());
    const change = { state: 'undone', phase: null, endedAt } as const;
    await moveOn(parts, record, { change, unset: ['turn'], action: 'import-undone' });
    return;
  }
  const today = await parts.platform.bankDay.today();
  const undos = piece.map((line) => ({ record, line, today }));
  // Posted here rather than by `ledger.reverse`, which reads each journal first and would lose their order.
  const outcomes = await Promise.allSettled(undos.map((undo) => parts.ledger.post(wholeReversal(undo))));
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'rejected') throw outcome.reason;
    const undo = undos[index];
    if (undo && !outcome.value.ok) await undoAsFarAsPossible(parts, undo);
  }
  await moveOn(parts, record, { change: { phase: 'undoing', cursor: record.cursor + piece.length } });
}

function wholeReversal(undo: Undo): PostOrder {
  const { line, record } = undo;
  const postings = postingsOf(line, record.currency).map((one) => ({ ...one, amount: negate(one.amount) }));
  return reversal(undo, { key: `${lineKey(line)}:undo`, postings, claim: 'none' });
}

/** On the line's own day, so that every balance of the past is what it was before. */
function reversal(
  { record, line, today }: Undo,
  order: Pick<PostOrder, 'key' | 'postings'> & { claim: 'none' | 'claimed' },
): PostOrder {
  const { importId, effectiveOn, externalId } = line;
  return {
    key: order.key,
    requestHash: hashRequest({ undo: importId, line: String(line.line) }),
    kind: `${migrationKind}-reversal`,
    currency: record.currency,
    effectiveOn: dateOf(effectiveOn ?? ''),
    bookedOn: today,
    actor: 'system',
    reference: `import undone, ${externalId}`,
    reverses: lineKey(line),
    postings: order.postings,
    companions: undoneWrites(line, order.claim),
  };
}

function undoneWrites({ _id, importId }: ImportLine, claim: 'none' | 'claimed'): Companion[] {
  const counts = { undone: 1, ...(claim === 'claimed' ? { claims: 1 } : {}) };
  return companionsOf(
    { filter: { _id, state: 'posted' }, change: { $set: { state: 'undone' } } },
    { filter: { _id: importId, state: 'undoing' }, change: { $inc: counts } },
  );
}

/**
 * Where an account has spent what the line brought it, was closed or frozen: what it can give is taken, and the rest
 * becomes a claim of the bank, as with a returned deposit, so that no account goes under its floor and undoing always
 * comes to an end. A refusal keeps its key, so that each try has another one.
 */
async function undoAsFarAsPossible(parts: ImportParts, undo: Undo): Promise<void> {
  const { ledger, lines, platform } = parts;
  const { line, record } = undo;
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const kept = await lines.exists({ _id: line._id, state: 'posted' });
    if (!kept) return;
    const balances = await ledger.balances(line.accounts);
    const blocked = attempt === mostAttempts;
    const facts = { line, record, balances: blocked ? new Map<string, Balance>() : balances };
    const { postings, claim } = partialReversal(facts);
    if (postings.length === 0) {
      // Both accounts of a transfer are out of reach: what each would owe the other stays with them.
      await commitTogether(platform.database, undoneWrites(line, 'claimed'));
      return;
    }
    const key = `${lineKey(line)}:undo:${attempt}`;
    const outcome = await ledger.post(reversal(undo, { key, postings, claim }));
    if (outcome.ok) return;
  }
  throw new Error('A line of an import could not be undone');
}

function partialReversal(facts: { line: ImportLine; record: ImportRecord; balances: ReadonlyMap<string, Balance> }): {
  postings: PostOrder['postings'];
  claim: 'none' | 'claimed';
} {
  const { line, record, balances } = facts;
  let rest = 0n;
  const postings = postingsOf(line, record.currency).map(({ account, amount }) => {
    const wanted = negate(amount);
    const moved = line.accounts.includes(account) ? possible(wanted, balances.get(account)) : wanted;
    rest += wanted - moved;
    return { account, amount: moved };
  });
  const claim = { account: ownBookId('returnsReceivable', record.currency), amount: moneyOf(rest) };
  return {
    postings: [...postings, claim].filter((posting) => posting.amount !== zero),
    claim: postings.every(({ amount }) => amount !== zero) && rest === 0n ? 'none' : 'claimed',
  };
}

/** Of what is wanted of a customer's account (debits positive), what it can give or take now. */
function possible(wanted: Money, account: Balance | undefined): Money {
  if (!account || !takes(account, wanted > zero ? 'debit' : 'credit')) return zero;
  if (wanted < zero) return wanted;
  return account.available > zero ? smaller(wanted, account.available) : zero;
}
