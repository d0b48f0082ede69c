import type { ClientSession, Collection } from 'mongodb';
import { assert } from '#core/assert.ts';
import { dateText, type PlainDate } from '#core/calendar.ts';
import { Fault } from '#core/errors.ts';
import type { Currency } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { bsonDate, type Clock } from '#platform/clock.ts';
import { writeCompanions, type Companion } from '#platform/companion.ts';
import { inTransaction, isDuplicateKey, type Database } from '#platform/mongo.ts';
import { assertWellFormed, decideJournal, type DecidedPosting, type PostingOrder } from './journal.rules.ts';
import type { Journal, LedgerAccount, LedgerRefusal } from './ledger.model.ts';

export interface PostOrder {
  /** The client's idempotency key: the journal's identity. */
  key: string;
  /** Over everything the client asked for: the same key with another hash is refused. */
  requestHash: string;
  kind: string;
  currency: Currency;
  effectiveOn: PlainDate;
  actor: string;
  /** A structured reference such as `loan L-4402-7719, instalment 3`: no free text of a person, since journals stay for good. */
  reference: string;
  postings: readonly PostingOrder[];
  companions?: readonly Companion[];
  /** The journal that this one reverses; a journal is reversed once. */
  reverses?: string;
}

export interface Posted {
  key: string;
  postedAt: Date;
  /** True where the key had been posted before: the effect happened then, not now. */
  replayed: boolean;
}

export type PostOutcome = Result<Posted, LedgerRefusal>;

/**
 * May hold a posting before it commits (monitoring gives one). `load` sees a whole batch and reads what it needs once;
 * `judge` is pure.
 */
export interface PostingGuard {
  name: string;
  load(batch: readonly PostOrder[]): Promise<{ judge(order: PostOrder): string | undefined }>;
}

export interface PostParts {
  database: Database;
  clock: Clock;
  guards: readonly PostingGuard[];
}

class GuardMissed extends Error {
  readonly companion: Companion;
  constructor(companion: Companion) {
    super('A companion write found its guard changed');
    this.companion = companion;
  }
}

const mostDuplicateRounds = 3;

/** Posts one journal with its companions in one transaction, or gives the outcome that its key already has. */
export async function postJournal(parts: PostParts, order: PostOrder): Promise<PostOutcome> {
  assertWellFormed(order);
  const held = await heldByGuard(parts, order);
  for (let round = 1; ; round += 1) {
    try {
      return await inTransaction(parts.database, (session) => tryPost({ parts, order, session, held }));
    } catch (error) {
      if (error instanceof GuardMissed) {
        return await keepRefusal(parts, order, { code: 'guard-missed', collection: error.companion.collection });
      }
      // Another writer took the key, the reversal or a companion's place: decide again on what it left.
      if (isDuplicateKey(error) && round < mostDuplicateRounds) continue;
      if (isDuplicateKey(error)) return keepRefusal(parts, order, { code: 'guard-missed', collection: 'duplicate' });
      if (error instanceof Fault && error.kind === 'outcome-unknown') {
        throw new Fault('outcome-unknown', error.message, { cause: error, operationKey: order.key });
      }
      throw error;
    }
  }
}

async function heldByGuard(parts: PostParts, order: PostOrder): Promise<LedgerRefusal | undefined> {
  for (const guard of parts.guards) {
    const reason = (await guard.load([order])).judge(order);
    if (reason !== undefined) return { code: 'held-by-guard', guard: guard.name, reason };
  }
  return undefined;
}

interface Attempt {
  parts: PostParts;
  order: PostOrder;
  session: ClientSession;
  held: LedgerRefusal | undefined;
}

async function tryPost({ parts, order, session, held }: Attempt): Promise<PostOutcome> {
  const journals = journalsOf(parts);
  const known = await journals.findOne({ _id: order.key }, { session });
  if (known) return knownOutcome(known, order.requestHash);
  const refusal = held ?? (await alreadyReversed(parts, { order, session }));
  const decision = refusal ? refuse(refusal) : await decide(parts, { order, session });
  const journal = journalOf(parts, { order, decision });
  await journals.insertOne(journal, { session });
  if (!decision.ok) return decision;
  await moveBalances(parts, { postings: decision.value, session });
  const missed = await writeCompanions(parts.database, order.companions ?? [], session);
  if (missed) throw new GuardMissed(missed);
  return ok({ key: order.key, postedAt: journal.postedAt, replayed: false });
}

async function alreadyReversed(
  parts: PostParts,
  { order, session }: { order: PostOrder; session: ClientSession },
): Promise<LedgerRefusal | undefined> {
  if (order.reverses === undefined) return undefined;
  const reversal = await journalsOf(parts).findOne({ reverses: order.reverses }, { session, projection: { _id: 1 } });
  return reversal ? { code: 'already-reversed', journal: order.reverses } : undefined;
}

async function decide(
  parts: PostParts,
  { order, session }: { order: PostOrder; session: ClientSession },
): Promise<Result<DecidedPosting[], LedgerRefusal>> {
  const ids = order.postings.map((posting) => posting.account);
  const found = await accountsOf(parts)
    .find({ _id: { $in: ids } }, { session })
    .toArray();
  const accounts = new Map(found.map((account) => [account._id, account]));
  return decideJournal({ currency: order.currency, postings: order.postings, accounts });
}

/** The guard by `seq` holds even where somebody altered a balance between the read and the write. */
async function moveBalances(
  parts: PostParts,
  { postings, session }: { postings: DecidedPosting[]; session: ClientSession },
): Promise<void> {
  const updates = postings.map(({ account, seq, balanceAfter }) => ({
    updateOne: { filter: { _id: account, seq: seq - 1 }, update: { $set: { seq, balance: balanceAfter } } },
  }));
  const outcome = await accountsOf(parts).bulkWrite(updates, { session });
  assert(outcome.matchedCount === postings.length, 'An account moved inside its own transaction');
}

function journalOf(
  parts: PostParts,
  { order, decision }: { order: PostOrder; decision: Result<DecidedPosting[], LedgerRefusal> },
): Journal {
  return {
    _id: order.key,
    requestHash: order.requestHash,
    kind: order.kind,
    outcome: decision.ok ? 'posted' : 'refused',
    refusal: decision.ok ? null : decision.refusal,
    currency: order.currency,
    effectiveOn: dateText(order.effectiveOn),
    postedAt: bsonDate(parts.clock.now()),
    actor: order.actor,
    reference: order.reference,
    ...(decision.ok && order.reverses !== undefined ? { reverses: order.reverses } : {}),
    postings: decision.ok ? decision.value : [],
  };
}

/** Keeps a refusal under its key, unless another request has decided the key in the meantime: then that outcome. */
export async function keepRefusal(
  parts: PostParts,
  order: Omit<PostOrder, 'postings'>,
  refusal: LedgerRefusal,
): Promise<PostOutcome> {
  const journal = journalOf(parts, { order: { ...order, postings: [] }, decision: refuse(refusal) });
  try {
    await journalsOf(parts).insertOne(journal, { writeConcern: { w: 'majority', journal: true } });
    return refuse(refusal);
  } catch (error) {
    const known = isDuplicateKey(error) ? await journalsOf(parts).findOne({ _id: order.key }) : null;
    if (!known) throw error;
    return knownOutcome(known, order.requestHash);
  }
}

export function knownOutcome(journal: Journal, requestHash: string): PostOutcome {
  if (journal.requestHash !== requestHash) return refuse({ code: 'key-reused' });
  if (journal.refusal) return refuse(journal.refusal);
  return ok({ key: journal._id, postedAt: journal.postedAt, replayed: true });
}

function journalsOf(parts: PostParts): Collection<Journal> {
  return parts.database.db.collection<Journal>('journals');
}

function accountsOf(parts: PostParts): Collection<LedgerAccount> {
  return parts.database.db.collection<LedgerAccount>('ledgerAccounts');
}
