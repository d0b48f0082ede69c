import type { Model, PipelineStage } from 'mongoose';
import { plus, sum, zero, type Currency, type Money } from '#core/money.ts';
import type { Records } from '#features/risk/index.ts';
import { operators, readCount, readMoney } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { Loan } from '../../loan.ts';
import type { LendingBook } from '../book.rules.ts';

/** What all loans that run are owed, at most a minute old. */
export type ReadBook = () => Promise<LendingBook>;

interface BookParts {
  platform: Pick<Platform, 'currency' | 'logger'>;
  loans: Model<Loan>;
  records: Pick<Records, 'weakLoans'>;
  /** Milliseconds of the machine's own time: the age of what is kept has nothing to do with the bank's day. */
  now?: () => number;
}

const keptMs = 60_000;
/** Of 500 loans each: beyond, the weak share is told from what was counted, and the log says so. */
const mostBatches = 400;

/** Counted once for everybody who asks within a minute; who asks meanwhile waits for the same count. */
export function createLendingBook(parts: BookParts): ReadBook {
  const now = parts.now ?? (() => performance.now());
  let kept: { book: Promise<LendingBook>; at: number } | undefined;
  return async () => {
    const at = now();
    if (kept && at - kept.at < keptMs) return kept.book;
    const mine = { book: countBook(parts), at };
    kept = mine;
    try {
      return await mine.book;
    } catch (error) {
      if (kept === mine) kept = undefined;
      throw error;
    }
  };
}

async function countBook(parts: BookParts): Promise<LendingBook> {
  const { loans, platform } = parts;
  const [found, weakGrades] = await Promise.all([
    loans.aggregate<Record<string, unknown>>(bookPipeline(platform.currency)),
    weakPrincipal(parts),
  ]);
  const byProduct = new Map(found.map((one) => [String(one._id), readMoney(one.outstanding)]));
  const count = found.reduce((all, one) => all + readCount(one.loans), 0);
  return { loans: count, whole: sum([...byProduct.values()]), byProduct, weakGrades };
}

/** From one index alone: a loan's document holds hundreds of rows. */
export function bookPipeline(currency: Currency): PipelineStage[] {
  return [
    { $match: { state: 'active', currency } },
    { $group: { _id: '$productCode', loans: { $sum: 1 }, outstanding: { $sum: '$outstandingPrincipal' } } },
  ];
}

async function weakPrincipal({ loans, records, platform }: BookParts): Promise<Money> {
  let total: Money = zero;
  let batches = 0;
  for await (const ids of records.weakLoans()) {
    if (batches === mostBatches) {
      platform.logger.warn({ batches }, 'There are more weak loans than are counted for the share of the book');
      break;
    }
    batches += 1;
    const [found] = await loans.aggregate<Record<string, unknown>>(sumPipeline(ids, platform.currency));
    if (found) total = plus(total, readMoney(found.outstanding));
  }
  return total;
}

/** Of at most 500 loans, by their ids. */
export function sumPipeline(ids: readonly string[], currency: Currency): PipelineStage[] {
  return [
    { $match: { _id: operators({ $in: [...ids] }), state: 'active', currency } },
    { $group: { _id: null, outstanding: { $sum: '$outstandingPrincipal' } } },
  ];
}
