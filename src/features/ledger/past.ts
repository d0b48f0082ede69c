import { dateText } from '#core/calendar.ts';
import { moneyOf, negate, plus, zero, type Money } from '#core/money.ts';
import { readCount, readMoney } from '#platform/mongo.ts';
import { normalSide, onNormalSide, type AccountKind } from './chart.rules.ts';
import type { Collections } from './collections.ts';
import { entryIndex, lateIndex } from './ledger.model.ts';
import type { Period, Statement } from './queries.ts';
import { nextSnapshot, snapshotBefore, type AccountDay } from './snapshots.ts';

/**
 * The balance at the end of a day: the last snapshot before, what was posted since and counts by that day, and what came
 * late. It reads the entries between two snapshots, however old the account is.
 */
export async function balanceOn(collections: Collections, query: AccountDay): Promise<Money> {
  const account = await collections.accounts.findOne({ _id: query.account }, { projection: { kind: 1 } });
  return account ? onNormalSide(await rawBalanceOn(collections, query), account.kind) : zero;
}

/** Debits positive. */
export async function rawBalanceOn(collections: Collections, { account, date }: AccountDay): Promise<Money> {
  const on = dateText(date);
  const next = await nextSnapshot(collections, { account, date });
  if (next?.on === on) {
    const late = await sumOf(collections, { account, late: true, seq: { $gt: next.seq }, effectiveOn: { $lte: on } });
    return plus(moneyOf(next.balance), late.total);
  }
  const before = await snapshotBefore(collections, { account, date });
  const upTo = next ? { $lte: next.seq } : {};
  const [since, settledLater, late] = await Promise.all([
    sumOf(collections, { account, seq: { $gt: before?.seq ?? 0, ...upTo }, effectiveOn: { $lte: on } }),
    before && before.firstLater <= before.seq
      ? sumOf(collections, {
          account,
          seq: { $gte: before.firstLater, $lte: before.seq },
          effectiveOn: { $gt: before.on, $lte: on },
        })
      : nothing,
    next ? sumOf(collections, { account, late: true, seq: { $gt: next.seq }, effectiveOn: { $lte: on } }) : nothing,
  ]);
  return plus(plus(moneyOf(before?.balance ?? 0n), since.total), plus(settledLater.total, late.total));
}

interface Sums {
  total: Money;
  debits: Money;
  credits: Money;
  count: number;
}

const nothing: Sums = { total: zero, debits: zero, credits: zero, count: 0 };

interface SumQuery {
  account: string;
  seq: Record<string, number>;
  effectiveOn: Record<string, string>;
  late?: true;
}

export async function sumOf({ journals }: Collections, query: SumQuery): Promise<Sums> {
  const { account, seq, effectiveOn, late } = query;
  const positive = { $cond: [{ $gt: ['$postings.amount', 0n] }, '$postings.amount', 0n] };
  const negative = { $cond: [{ $lt: ['$postings.amount', 0n] }, '$postings.amount', 0n] };
  const [found] = await journals
    .aggregate<{ debits: unknown; credits: unknown; count: unknown }>(
      [
        {
          $match: {
            outcome: 'posted',
            ...(late ? { late: true } : {}),
            effectiveOn,
            postings: { $elemMatch: { account, seq } },
          },
        },
        { $unwind: '$postings' },
        { $match: { 'postings.account': account, 'postings.amount': { $ne: 0n } } },
        { $group: { _id: null, debits: { $sum: positive }, credits: { $sum: negative }, count: { $sum: 1 } } },
      ],
      { hint: late ? lateIndex : entryIndex },
    )
    .toArray();
  if (!found) return nothing;
  const [debits, credits] = [readMoney(found.debits), readMoney(found.credits)];
  return { debits, credits, total: plus(debits, credits), count: readCount(found.count) };
}

/** Where a period's entries lie: a range of numbers, and what came late after it. */
export async function placeOf(collections: Collections, { account, from, to }: Period) {
  const before = await snapshotBefore(collections, { account, date: from });
  const next = await nextSnapshot(collections, { account, date: to });
  const days = { $gte: dateText(from), $lte: dateText(to) };
  return { first: before?.firstLater ?? 1, last: next?.seq ?? Number.MAX_SAFE_INTEGER, days };
}

/** The sums of a period by effective date, on the account's normal side. */
export async function statementOf(collections: Collections, period: Period): Promise<Statement> {
  const { account, from, to } = period;
  const owner = await collections.accounts.findOne({ _id: account }, { projection: { kind: 1 } });
  const kind: AccountKind = owner?.kind ?? 'liability';
  const { first, last, days } = await placeOf(collections, period);
  const [opening, closing, inRange, late] = await Promise.all([
    rawBalanceOn(collections, { account, date: from.subtract({ days: 1 }) }),
    rawBalanceOn(collections, { account, date: to }),
    sumOf(collections, { account, seq: { $gte: first, $lte: last }, effectiveOn: days }),
    sumOf(collections, { account, late: true, seq: { $gt: last }, effectiveOn: days }),
  ]);
  const debits = onNormalSide(plus(inRange.debits, late.debits), kind);
  const credits = onNormalSide(plus(inRange.credits, late.credits), kind);
  const raisedBy = normalSide[kind];
  return {
    opening: onNormalSide(opening, kind),
    closing: onNormalSide(closing, kind),
    paidIn: raisedBy === 'debit' ? debits : credits,
    paidOut: negate(raisedBy === 'debit' ? credits : debits),
    entries: inRange.count + late.count,
  };
}
