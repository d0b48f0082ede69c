import { plus, zero } from '#core/money.ts';
import { onNormalSide } from './chart.rules.ts';
import type { Collections } from './collections.ts';
import { entriesIn } from './entry.ts';
import { entryIndex, lateIndex, type Journal, type LedgerAccount } from './ledger.model.ts';
import { placeOf, rawBalanceOn } from './past.ts';
import type { Entry, Period } from './queries.ts';

const pieceSize = 500;
const mostLate = 10_000;

/** The entries of a period in the order of their days, with the running balance, in pieces of at most 500. */
export async function* statementLines(collections: Collections, period: Period): AsyncGenerator<Entry[]> {
  const account = await collections.accounts.findOne({ _id: period.account });
  if (!account) return;
  const { first, last, days } = await placeOf(collections, period);
  let running = onNormalSide(
    await rawBalanceOn(collections, { account: account._id, date: period.from.subtract({ days: 1 }) }),
    account.kind,
  );
  const late = await lateEntries(collections, { account, first, days });
  const inOrder = (entries: Entry[]) =>
    entries.map((entry) => {
      running = plus(running, entry.amount);
      return { ...entry, balanceAfter: running };
    });
  const range = { seq: { $gte: first, $lte: last }, days, account };
  for await (const piece of piecesOf(collections, range)) {
    const merged: Entry[] = [];
    for (const entry of piece) {
      while (late[0] && late[0].effectiveOn < entry.effectiveOn) merged.push(...late.splice(0, 1));
      merged.push(entry);
    }
    yield inOrder(merged);
  }
  while (late.length > 0) yield inOrder(late.splice(0, pieceSize));
}

/** What came late to a period, by day; corrections are few. */
async function lateEntries(
  { journals }: Collections,
  range: { account: LedgerAccount; first: number; days: Record<string, string> },
): Promise<Entry[]> {
  const { account, first, days } = range;
  const found = await journals
    .find({
      outcome: 'posted',
      late: true,
      effectiveOn: days,
      postings: { $elemMatch: { account: account._id, seq: { $gte: first } } },
    })
    .hint(lateIndex)
    .limit(mostLate)
    .toArray();
  const entries = found.flatMap((journal) => entriesIn(journal, account)).filter((entry) => entry.amount !== zero);
  return entries.sort((a, b) =>
    a.effectiveOn === b.effectiveOn ? a.seq - b.seq : a.effectiveOn < b.effectiveOn ? -1 : 1,
  );
}

async function* piecesOf(
  { journals }: Collections,
  range: { account: LedgerAccount; seq: Record<string, number>; days: Record<string, string> },
): AsyncGenerator<Entry[]> {
  const { account, seq, days } = range;
  // The index gives them in the order of their numbers; a piece is sorted all the same.
  const cursor = journals
    .find({ outcome: 'posted', effectiveOn: days, postings: { $elemMatch: { account: account._id, seq } } })
    .hint(entryIndex)
    .batchSize(pieceSize);
  let piece: Journal[] = [];
  const toEntries = (found: Journal[]) =>
    found
      .filter((journal) => journal.late !== true)
      .flatMap((journal) => entriesIn(journal, account))
      .filter((entry) => entry.amount !== zero)
      .sort((a, b) => a.seq - b.seq);
  for await (const journal of cursor) {
    piece.push(journal);
    if (piece.length < pieceSize) continue;
    yield toEntries(piece);
    piece = [];
  }
  if (piece.length > 0) yield toEntries(piece);
}
