import { MongoClient, type ClientSession, type Collection } from 'mongodb';
import { Fault } from '#core/errors.ts';
import type { Cluster } from './cluster.ts';
import { newId } from '#core/ids.ts';
import type { Intent, LoadReport, Poster } from './load.ts';

interface Account {
  _id: string;
  balance: number;
}

interface Journal {
  _id: string;
  from: string;
  to: string;
  cents: number;
}

/** The control: transfers with a key and a transaction, but acknowledged by one member alone. It must lose some. */
export interface WeakBank {
  accounts: readonly string[];
  poster: Poster;
  judge: (report: LoadReport) => Promise<{ acknowledged: number; lost: number; totalIsRight: boolean }>;
  close: () => Promise<void>;
}

const accountCount = 20;
const fundedCents = 1_000_000;
const weak = { readConcern: { level: 'local' }, writeConcern: { w: 1 } } as const;

export async function openWeakBank(cluster: Cluster): Promise<WeakBank> {
  const uri = cluster.uriOf(`weak-${newId()}`);
  const client = new MongoClient(uri, { ...weak, serverSelectionTimeoutMS: 5_000, socketTimeoutMS: 5_000 });
  await client.connect();
  const accounts = client.db().collection<Account>('accounts');
  const journals = client.db().collection<Journal>('journals');
  const ids = Array.from({ length: accountCount }, () => newId());
  const majority = { writeConcern: { w: 'majority' } } as const;
  await client.db().createCollection('journals', majority);
  await accounts.insertMany(
    ids.map((_id) => ({ _id, balance: fundedCents })),
    majority,
  );
  return {
    accounts: ids,
    poster: (intent, key) => client.withSession((session) => post({ session, accounts, journals }, intent, key)),
    judge: (report) => judge(uri, report),
    close: () => client.close(),
  };
}

async function post(
  parts: { session: ClientSession; accounts: Collection<Account>; journals: Collection<Journal> },
  { from, to, cents }: Intent,
  key: string,
): Promise<'posted'> {
  const { session, accounts, journals } = parts;
  const amount = Number(cents);
  try {
    if (await journals.findOne({ _id: key })) return 'posted';
    session.startTransaction(weak);
    await journals.insertOne({ _id: key, from, to, cents: amount }, { session });
    await accounts.updateOne({ _id: from }, { $inc: { balance: -amount } }, { session });
    await accounts.updateOne({ _id: to }, { $inc: { balance: amount } }, { session });
    await session.commitTransaction();
    return 'posted';
  } catch (error) {
    if (session.inTransaction()) await session.abortTransaction().catch(() => undefined);
    throw new Fault('outcome-unknown', 'Ask again', { cause: error });
  }
}

async function judge(uri: string, report: LoadReport) {
  const client = new MongoClient(uri, { readConcern: { level: 'majority' } });
  try {
    const journals = await client.db().collection<Journal>('journals').find().toArray();
    const accounts = await client.db().collection<Account>('accounts').find().toArray();
    const kept = new Set(journals.map(({ _id }) => _id));
    const total = accounts.reduce((sum, { balance }) => sum + balance, 0);
    return {
      acknowledged: report.settled.length,
      lost: report.settled.filter(({ key }) => !kept.has(key)).length,
      totalIsRight: total === accountCount * fundedCents,
    };
  } finally {
    await client.close();
  }
}
