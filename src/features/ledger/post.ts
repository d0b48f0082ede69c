import type { ClientSession, Collection } from 'mongodb';
import { assert, present } from '#core/assert.ts';
import { dateText, type PlainDate } from '#core/calendar.ts';
import type { Currency } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { bsonDate, type Clock } from '#platform/clock.ts';
import { writeCompanions, type Companion } from '#platform/companion.ts';
import { isDuplicateKey, type Database } from '#platform/mongo.ts';
import { decideJournal, type DecidedPosting, type PostingOrder } from './journal.rules.ts';
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

/** A companion's guard was gone: the transaction is given up, and which posting it was is found one by one. */
export class GuardMissed extends Error {
  readonly collection: string;
  constructor(collection: string) {
    super('A companion write found its guard changed');
    this.collection = collection;
  }
}

interface Attempt {
  parts: PostParts;
  orders: readonly PostOrder[];
  session: ClientSession;
  /** Refusals of posting guards by key. */
  held: ReadonlyMap<string, LedgerRefusal>;
}

/**
 * Decides and writes a batch of orders with distinct keys in the transaction at hand; gives an outcome for each. A key
 * that is taken, a companion's guard that is gone, or an account that moved makes it throw, and nothing is written.
 */
export async function writeBatch(attempt: Attempt): Promise<PostOutcome[]> {
  const { parts, orders, session } = attempt;
  const known = await knownJournals(attempt);
  const fresh = orders.filter((order) => !known.has(order.key));
  const accounts = await readAccounts(attempt, fresh);
  const reversedAlready = await readReversals(attempt, fresh);
  const before = new Map([...accounts].map(([id, account]) => [id, account.seq]));
  const journals = new Map<string, Journal>();
  const companions: Companion[] = [];
  for (const order of fresh) {
    const refusal = attempt.held.get(order.key) ?? takeReversal(order, reversedAlready);
    const decision = refusal ? refuse(refusal) : decideJournal({ ...order, accounts });
    journals.set(order.key, journalOf(parts, { order, decision }));
    if (!decision.ok) continue;
    for (const posting of decision.value) move(accounts, posting);
    companions.push(...(order.companions ?? []));
  }
  if (journals.size > 0) await journalsOf(parts).insertMany([...journals.values()], { session });
  await writeBalances(attempt, { accounts, before });
  const missed = await writeCompanions(parts.database, companions, session);
  if (missed) throw new GuardMissed(missed.collection);
  return orders.map((order) => {
    const journal = known.get(order.key);
    return journal
      ? knownOutcome(journal, order.requestHash)
      : newOutcome(present(journals.get(order.key), 'A journal'));
  });
}

/** Looked up for batches only: a single order lets the unique key say that it is taken, which saves the question. */
async function knownJournals({ parts, orders, session }: Attempt): Promise<Map<string, Journal>> {
  if (orders.length === 1) return new Map();
  const keys = orders.map((order) => order.key);
  const found = await journalsOf(parts)
    .find({ _id: { $in: keys } }, { session })
    .toArray();
  return new Map(found.map((journal) => [journal._id, journal]));
}

async function readAccounts(
  { parts, session }: Attempt,
  orders: readonly PostOrder[],
): Promise<Map<string, LedgerAccount>> {
  const ids = [...new Set(orders.flatMap((order) => order.postings.map((posting) => posting.account)))];
  if (ids.length === 0) return new Map();
  const found = await accountsOf(parts)
    .find({ _id: { $in: ids } }, { session })
    .toArray();
  return new Map(found.map((account) => [account._id, account]));
}

async function readReversals({ parts, session }: Attempt, orders: readonly PostOrder[]): Promise<Set<string>> {
  const wanted = orders.flatMap((order) => order.reverses ?? []);
  if (wanted.length === 0) return new Set();
  const options = { session, projection: { reverses: 1 } };
  const found = await journalsOf(parts)
    .find({ reverses: { $in: wanted } }, options)
    .toArray();
  return new Set(found.flatMap((journal) => journal.reverses ?? []));
}

/** Claims the reversal of a journal for this order; refuses where an earlier one, also of this batch, has it. */
function takeReversal({ reverses }: PostOrder, taken: Set<string>): LedgerRefusal | undefined {
  if (reverses === undefined) return undefined;
  if (taken.has(reverses)) return { code: 'already-reversed', journal: reverses };
  taken.add(reverses);
  return undefined;
}

function move(accounts: Map<string, LedgerAccount>, { account: id, seq, balanceAfter }: DecidedPosting): void {
  accounts.set(id, { ...present(accounts.get(id), 'A decided account'), seq, balance: balanceAfter });
}

/** One update an account, whatever the number of its postings, guarded by the number it was read with. */
async function writeBalances(
  { parts, session }: Attempt,
  facts: { accounts: ReadonlyMap<string, LedgerAccount>; before: ReadonlyMap<string, number> },
): Promise<void> {
  const updates = [...facts.accounts.values()].flatMap(({ _id, seq, balance }) => {
    const read = present(facts.before.get(_id), 'The number an account was read with');
    return seq === read ? [] : [{ updateOne: { filter: { _id, seq: read }, update: { $set: { seq, balance } } } }];
  });
  if (updates.length === 0) return;
  const outcome = await accountsOf(parts).bulkWrite(updates, { session });
  assert(outcome.matchedCount === updates.length, 'An account moved inside its own transaction');
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
    const known = isDuplicateKey(error) ? await findJournal(parts, order.key) : null;
    if (!known) throw error;
    return knownOutcome(known, order.requestHash);
  }
}

export function findJournal(parts: PostParts, key: string): Promise<Journal | null> {
  return journalsOf(parts).findOne({ _id: key });
}

export function knownOutcome(journal: Journal, requestHash: string): PostOutcome {
  if (journal.requestHash !== requestHash) return refuse({ code: 'key-reused' });
  if (journal.refusal) return refuse(journal.refusal);
  return ok({ key: journal._id, postedAt: journal.postedAt, replayed: true });
}

function newOutcome(journal: Journal): PostOutcome {
  if (journal.refusal) return refuse(journal.refusal);
  return ok({ key: journal._id, postedAt: journal.postedAt, replayed: false });
}

function journalsOf(parts: PostParts): Collection<Journal> {
  return parts.database.db.collection<Journal>('journals');
}

function accountsOf(parts: PostParts): Collection<LedgerAccount> {
  return parts.database.db.collection<LedgerAccount>('ledgerAccounts');
}
