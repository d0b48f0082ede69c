import { plus, zero } from '#core/money.ts';
import { onNormalSide } from './chart.rules.ts';
import type { Collections } from './collections.ts';
import { entriesIn } from './entry.ts';
import { entryIndex, lateIndex, type Journal, type LedgerAccount, type Posting } from './ledger.model.ts';
import { placeOf, rawBalanceOn } from './past.ts';
import type { Entry, Period } from './queries.ts';

const pieceSize = 500;

interface Range {
  account: LedgerAccount;
  seq: Record<string, number>;
  days: Record<string, string>;
}

/** The entries of a period in the order of their days, with the running balance, in pieces of at most 500. */
export async function* statementLines(collections: Collections, period: Period): AsyncGenerator<Entry[]> {
  const account = await collections.accounts.findOne({ _id: period.account });
  if (!account) return;
  const { first, last, days } = await placeOf(collections, period);
  const opening = { account: account._id, date: period.from.subtract({ days: 1 }) };
  let running = onNormalSide(await rawBalanceOn(collections, opening), account.kind);
  const onTime = entriesOnTime(collections, { account, seq: { $gte: first, $lte: last }, days });
  const late = lateEntries(collections, { account, seq: { $gte: first }, days });
  let piece: Entry[] = [];
  for await (const entry of merged(onTime, late)) {
    running = plus(running, entry.amount);
    piece.push({ ...entry, balanceAfter: running });
    if (piece.length < pieceSize) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

/** What came late to a day stands after what was posted on it. */
async function* merged(onTime: AsyncGenerator<Entry>, late: AsyncGenerator<Entry>): AsyncGenerator<Entry> {
  let next = await late.next();
  for await (const entry of onTime) {
    while (next.done !== true && next.value.effectiveOn < entry.effectiveOn) {
      yield next.value;
      next = await late.next();
    }
    yield entry;
  }
  while (next.done !== true) {
    yield next.value;
    next = await late.next();
  }
}

/** What came late to a period, by day; after a migration that may be nearly everything. */
async function* lateEntries({ journals }: Collections, { account, seq, days }: Range): AsyncGenerator<Entry> {
  const ordered = journals.aggregate<Omit<Journal, 'postings'> & { postings: Posting }>(
    [
      {
        $match: {
          outcome: 'posted',
          late: true,
          effectiveOn: days,
          postings: { $elemMatch: { account: account._id, seq } },
        },
      },
      { $unwind: '$postings' },
      { $match: { 'postings.account': account._id, 'postings.amount': { $ne: 0n } } },
      { $sort: { effectiveOn: 1, 'postings.seq': 1 } },
    ],
    { hint: lateIndex, allowDiskUse: true },
  );
  for await (const { postings, ...journal } of ordered) yield* entriesIn({ ...journal, postings: [postings] }, account);
}

/** The index gives them in the order of their numbers, which is that of their days. */
async function* entriesOnTime({ journals }: Collections, { account, seq, days }: Range): AsyncGenerator<Entry> {
  const found = journals
    .find({ outcome: 'posted', effectiveOn: days, postings: { $elemMatch: { account: account._id, seq } } })
    .hint(entryIndex)
    .batchSize(pieceSize);
  for await (const journal of found) {
    if (journal.late === true) continue;
    const [entry] = entriesIn(journal, account);
    if (entry && entry.amount !== zero) yield entry;
  }
}
