import mongoose, { type Connection } from 'mongoose';
import { type Db, MongoBulkWriteError, type MongoClient, MongoError } from 'mongodb';
import { moneyOf, type Money } from '#core/money.ts';
import { assert } from '#core/assert.ts';

// A filter value that is an object is compared as a value; an operator in a filter has to be declared with `operators`.
mongoose.set('sanitizeFilter', true);
mongoose.set('strictQuery', 'throw');

/** Marks a filter's operators as written by us, not by a visitor: `{ state: operators({ $in: [...] }) }`. */
export const operators = <T extends object>(filter: T): T => mongoose.trusted<T>(filter);

export interface Database {
  readonly connection: Connection;
  readonly client: MongoClient;
  readonly db: Db;
  close(): Promise<void>;
}

export class DatabaseRefused extends Error {
  override readonly name = 'DatabaseRefused';
}

/** Faults in a connection string that would weaken what a reply promises. */
export function weakConcerns(uri: string): string[] {
  const query = new URLSearchParams(uri.split('?')[1] ?? '');
  const wrong = (name: string, allowed: string[]) => {
    const value = query.get(name);
    return value !== null && !allowed.includes(value) ? [`${name}=${value}`] : [];
  };
  return [
    ...wrong('w', ['majority']),
    ...wrong('journal', ['true']),
    ...wrong('j', ['true']),
    ...wrong('readPreference', ['primary']),
    ...wrong('readConcernLevel', ['majority', 'snapshot', 'linearizable']),
    ...wrong('retryWrites', ['true']),
  ];
}

/** Connects, and refuses a server that is not a member of a replica set or a string that asks for weaker promises. */
export async function connectMongo(options: { uri: string; maxPoolSize?: number }): Promise<Database> {
  const weak = weakConcerns(options.uri);
  if (weak.length > 0) {
    throw new DatabaseRefused(`MONGODB_URI asks for weaker promises than a bank can make: remove ${weak.join(', ')}.`);
  }
  const connection = mongoose.createConnection(options.uri, {
    useBigInt64: true,
    autoIndex: false,
    autoCreate: false,
    maxPoolSize: options.maxPoolSize ?? 20,
    serverSelectionTimeoutMS: 10_000,
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority', journal: true },
    readPreference: 'primary',
    retryWrites: true,
  });
  await connection.asPromise();
  try {
    await refuseStandalone(connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
  const client = connection.getClient();
  return { connection, client, db: connectedDb(connection), close: () => connection.close() };
}

function connectedDb(connection: Connection): Db {
  assert(connection.db !== undefined, 'The connection has no database');
  return connection.db;
}

async function refuseStandalone(connection: Connection): Promise<void> {
  const hello = await connectedDb(connection).admin().command({ hello: 1 });
  if (typeof hello.setName === 'string' || hello.msg === 'isdbgrid') return;
  throw new DatabaseRefused(
    'The MongoDB server is not a member of a replica set, so it has no transactions. Start it with --replSet and run rs.initiate() once.',
  );
}

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoError && error.code === 11_000;
}

/** How many documents an ordered insert wrote before the one that failed. */
export function insertedBefore(error: unknown): number {
  return error instanceof MongoBulkWriteError ? error.insertedCount : 0;
}

/** An amount out of an aggregate: `$sum` over nothing gives the number 0, every other sum a bigint. */
export function readMoney(value: unknown): Money {
  return moneyOf(readInteger(value));
}

/** A count out of an aggregate, always far below 2^53. */
export function readCount(value: unknown): number {
  return Number(readInteger(value));
}

function readInteger(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  assert(
    typeof value === 'number' && Number.isSafeInteger(value),
    'The database gave something that is not an integer',
  );
  return BigInt(value);
}
