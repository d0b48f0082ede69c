import { MongoClient, type ClientSession, type Collection, type Db, type TransactionOptions } from 'mongodb';
import { createAudit } from '#platform/audit.ts';
import { systemClock } from '#platform/clock.ts';
import { createLogger } from '#platform/logger.ts';
import { connectMongo } from '#platform/mongo.ts';
import { prepareDatabase } from '#platform/schema.ts';
import { fundedCents, hotFundedCents, type Answer, type Chart, type Contender, type Transfer } from './workload.ts';

/** As ours: nobody promises less here. */
export const durableClient = {
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority', journal: true },
  readPreference: 'primary',
} as const;
export const durable = { ...durableClient, readConcern: { level: 'snapshot' } } as const satisfies TransactionOptions;

export interface PlainAccount {
  _id: string;
  /** What its owner has. */
  balance: bigint;
}

export interface PlainJournal {
  _id: string;
  requestHash: string;
  kind: string;
  outcome: 'posted';
  currency: string;
  effectiveOn: string;
  postedAt: Date;
  actor: string;
  reference: string;
  postings: { account: string; amount: bigint }[];
}

/** The facts of a transfer as everybody here writes them down. */
export function plainJournal({ key, effectiveOn, postings, companions: _, ...facts }: Transfer): PlainJournal {
  return {
    _id: key,
    ...facts,
    outcome: 'posted',
    effectiveOn: effectiveOn.toString(),
    postedAt: new Date(),
    postings: postings.map(({ account, amount }) => ({ account, amount })),
  };
}

/** Whose money goes where: the first posting is the debit. */
export function sides({ postings }: Transfer): { from: string; to: string; cents: bigint } {
  const [debit, credit] = postings;
  if (!debit || !credit) throw new Error('A transfer has two postings');
  return { from: debit.account, to: credit.account, cents: debit.amount };
}

export function plainAccounts({ accounts, hot }: Chart): PlainAccount[] {
  return [...accounts.map((_id) => ({ _id, balance: fundedCents })), { _id: hot, balance: hotFundedCents }];
}

export async function totalOf(accounts: { aggregate: Collection<PlainAccount>['aggregate'] }): Promise<bigint> {
  const sums = await accounts
    .aggregate<{ total: bigint }>([{ $group: { _id: null, total: { $sum: '$balance' } } }])
    .toArray();
  return sums[0]?.total ?? 0n;
}

/** A client and its collections as a program without our ledger would have them: no index beside `_id`. */
async function openPlain(uri: string, maxPoolSize: number) {
  const client = new MongoClient(uri, { maxPoolSize, useBigInt64: true, ...durableClient });
  await client.connect();
  const db = client.db();
  const [accounts, journals] = [db.collection<PlainAccount>('accounts'), db.collection<PlainJournal>('journals')];
  await db.createCollection('journals');
  return { client, db, accounts, journals };
}

/** Audit entries cost everybody the same indexes. */
async function prepareCompanions(uri: string): Promise<void> {
  const database = await connectMongo({ uri });
  createAudit({ database, clock: systemClock });
  await prepareDatabase({ database, migrations: [], logger: createLogger({ level: 'silent' }) });
  await database.db.createCollection('receipts');
  await database.close();
}

class NotEnough extends Error {}

/** The rival that everything is held against: one transaction a transfer by the plain driver. */
export async function openPlainDriver(options: { uri: string; maxPoolSize: number; chart: Chart }): Promise<Contender> {
  await prepareCompanions(options.uri);
  const plain = await openPlain(options.uri, options.maxPoolSize);
  await plain.accounts.insertMany(plainAccounts(options.chart));
  // A session may be used again, and a new one for each transfer would only slow it down.
  const idle: ClientSession[] = [];
  return {
    transfer: async (transfer) => {
      const session = idle.pop() ?? plain.client.startSession();
      const answer = await session.withTransaction(() => move(plain, transfer, session), durable).catch(refusedIfShort);
      idle.push(session);
      return answer;
    },
    settle: () => Promise.resolve(),
    total: () => totalOf(plain.accounts),
    close: async () => {
      await Promise.all(idle.map((session) => session.endSession()));
      await plain.client.close();
    },
  };
}

async function move(
  plain: { db: Db; accounts: Collection<PlainAccount>; journals: Collection<PlainJournal> },
  transfer: Transfer,
  session: ClientSession,
): Promise<Answer> {
  const { from, to, cents } = sides(transfer);
  await plain.journals.insertOne(plainJournal(transfer), { session });
  const debit = { _id: from, balance: { $gte: cents } };
  const debited = await plain.accounts.updateOne(debit, { $inc: { balance: -cents } }, { session });
  if (debited.matchedCount !== 1) throw new NotEnough();
  await plain.accounts.updateOne({ _id: to }, { $inc: { balance: cents } }, { session });
  for (const companion of transfer.companions ?? []) {
    if (companion.kind !== 'insert') throw new Error('Only inserted companions are measured');
    await plain.db.collection<{ _id: string }>(companion.collection).insertOne(companion.document, { session });
  }
  return 'posted';
}

function refusedIfShort(error: unknown): Answer {
  if (error instanceof NotEnough) return 'refused';
  throw error;
}

/** Nothing but one durable insert of the given document: below this no single write goes. */
export async function openInsertFloor(options: {
  uri: string;
  maxPoolSize: number;
  document: Record<string, unknown>;
}): Promise<Contender> {
  const { client, db } = await openPlain(options.uri, options.maxPoolSize);
  const floor = db.collection<{ _id: string }>('journals');
  return {
    transfer: async ({ key }) => {
      await floor.insertOne({ ...options.document, _id: key });
      return 'posted';
    },
    settle: () => Promise.resolve(),
    total: () => Promise.resolve(undefined),
    close: () => client.close(),
  };
}
