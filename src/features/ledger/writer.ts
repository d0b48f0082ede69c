import { Fault } from '#core/errors.ts';
import { present } from '#core/assert.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import { inTransaction } from '#platform/transaction.ts';
import { assertWellFormed } from './journal.rules.ts';
import type { LedgerRefusal } from './ledger.model.ts';
import { findJournal, GuardMissed, keepRefusal, knownOutcome, writeBatch } from './post.ts';
import type { PostOrder, PostOutcome, PostParts } from './post.ts';

const mostInBatch = 64;
const mostWaiting = 10_000;
const mostRounds = 3;
// Who has waited this long is told so; nothing of theirs was begun.
const patienceMs = 10_000;

interface Waiting {
  order: PostOrder;
  since: number;
  resolve: (outcome: PostOutcome) => void;
  reject: (error: unknown) => void;
}

/**
 * Group commit: one writer a process. What has queued while a transaction was under way goes into the next one, without
 * any wait of its own; every order has its own outcome, given after the majority-committed, journaled write.
 */
export function createWriter(parts: PostParts): (order: PostOrder) => Promise<PostOutcome> {
  const waiting: Waiting[] = [];
  let writing = false;
  const write = async () => {
    writing = true;
    while (waiting.length > 0) {
      dropLate(waiting);
      await settle(parts, takeBatch(waiting));
    }
    writing = false;
  };
  return (order) => {
    assertWellFormed(order);
    if (waiting.length >= mostWaiting)
      throw new Fault('unavailable', 'Too many postings are waiting; nothing was changed');
    return new Promise((resolve, reject) => {
      waiting.push({ order, since: performance.now(), resolve, reject });
      if (!writing) void write();
    });
  };
}

/** Orders that queued behind an outage are refused rather than posted long after their page gave up. */
function dropLate(waiting: Waiting[]): void {
  const firstInTime = waiting.findIndex(({ since }) => performance.now() - since < patienceMs);
  const late = waiting.splice(0, firstInTime === -1 ? waiting.length : firstInTime);
  for (const { reject } of late) reject(new Fault('unavailable', 'The ledger was too busy; nothing was changed'));
}

/** The longest run from the front with every key once: the second of two equal keys waits for the first one's outcome. */
function takeBatch(waiting: Waiting[]): Waiting[] {
  const keys = new Set<string>();
  let count = 0;
  for (const { order } of waiting) {
    if (count >= mostInBatch || keys.has(order.key)) break;
    keys.add(order.key);
    count += 1;
  }
  return waiting.splice(0, count);
}

/** Writes a batch at once; where that fails for one of them, decides each alone, so that nobody pays for another's refusal. */
async function settle(parts: PostParts, batch: Waiting[]): Promise<void> {
  try {
    const orders = batch.map(({ order }) => order);
    const held = await heldByGuards(parts, orders);
    const outcomes = await inTransaction(parts.database, (session) => writeBatch({ parts, orders, session, held }));
    for (const [index, one] of batch.entries()) one.resolve(present(outcomes[index], 'An outcome'));
  } catch (error) {
    // An outage is everybody's: asking for each again would only make the queue behind them wait.
    const everybodys = error instanceof Fault;
    for (const one of batch) {
      if (batch.length === 1 || everybodys) await settleAlone(parts, one, error);
      else await settle(parts, [one]);
    }
  }
}

/** One order whose first attempt failed with `cause`. Never throws: its outcome or fault goes to who waits for it. */
async function settleAlone(parts: PostParts, { order, resolve, reject }: Waiting, cause: unknown): Promise<void> {
  let error = cause;
  try {
    for (let round = 1; ; round += 1) {
      const outcome = await outcomeAfter(parts, { order, error, lastRound: round >= mostRounds });
      if (outcome) {
        resolve(outcome);
        return;
      }
      // Another writer took the reversal or a companion's place: decide again on what it left.
      try {
        const held = await heldByGuards(parts, [order]);
        const [again] = await inTransaction(parts.database, (session) =>
          writeBatch({ parts, orders: [order], session, held }),
        );
        resolve(present(again, 'An outcome'));
        return;
      } catch (next) {
        error = next;
      }
    }
  } catch (fault) {
    reject(
      isUnknown(fault)
        ? new Fault('outcome-unknown', 'The outcome is not known yet', { cause: fault, operationKey: order.key })
        : fault,
    );
  }
}

/** What a failed attempt means: an outcome, another try (undefined), or a fault. */
async function outcomeAfter(
  parts: PostParts,
  facts: { order: PostOrder; error: unknown; lastRound: boolean },
): Promise<PostOutcome | undefined> {
  const { order, error, lastRound } = facts;
  if (error instanceof GuardMissed)
    return keepRefusal(parts, order, { code: 'guard-missed', collection: error.collection });
  if (!isDuplicateKey(error)) throw error;
  const known = await findJournal(parts, order.key);
  if (known) return knownOutcome(known, order.requestHash);
  return lastRound ? keepRefusal(parts, order, { code: 'guard-missed', collection: 'duplicate' }) : undefined;
}

async function heldByGuards(parts: PostParts, orders: readonly PostOrder[]): Promise<Map<string, LedgerRefusal>> {
  const held = new Map<string, LedgerRefusal>();
  for (const guard of parts.guards) {
    const loaded = await guard.load(orders);
    for (const order of orders) {
      const reason = held.has(order.key) ? undefined : loaded.judge(order);
      if (reason !== undefined) held.set(order.key, { code: 'held-by-guard', guard: guard.name, reason });
    }
  }
  return held;
}

function isUnknown(error: unknown): boolean {
  return error instanceof Fault && error.kind === 'outcome-unknown';
}
