import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '#core/errors.ts';
import { systemClock } from '#platform/clock.ts';
import { createBankDay } from '#platform/bank-day.ts';
import { withLock } from '#platform/locks.ts';
import { createLogger } from '#platform/logger.ts';
import { connectMongo, DatabaseRefused, readCount, readMoney, weakConcerns, type Database } from '#platform/mongo.ts';
import { inTransaction } from '#platform/transaction.ts';
import { documentSchema, prepareDatabase } from '#platform/schema.ts';
import { dateOf } from '#core/calendar.ts';
import { testDatabaseUri } from '#test/mongod.ts';

let database: Database;
beforeAll(async () => {
  database = await connectMongo({ uri: testDatabaseUri() });
});
afterAll(async () => {
  await database.db.dropDatabase();
  await database.close();
});
const things = () => database.db.collection<{ _id: string; n: number }>('things');

describe('a connection', () => {
  it('is refused where the string asks for weaker promises', async () => {
    expect(weakConcerns('mongodb://h/db?replicaSet=rs0&w=majority&readPreference=primary')).toEqual([]);
    expect(
      weakConcerns('mongodb://h/db?w=1&journal=false&readPreference=secondary&readConcernLevel=local'),
    ).toHaveLength(4);
    await expect(connectMongo({ uri: `${testDatabaseUri()}&w=1` })).rejects.toThrow(DatabaseRefused);
  });

  it('gives whole numbers of 64 bits as bigint, also beyond 2^53', async () => {
    const big = 2n ** 60n + 1n;
    await database.db.collection<{ _id: string; amount: bigint }>('amounts').insertOne({ _id: 'a', amount: big });
    expect(await database.db.collection('amounts').findOne()).toMatchObject({ amount: big });
    const [total] = await database.db
      .collection('amounts')
      .aggregate([{ $group: { _id: null, total: { $sum: '$amount' } } }])
      .toArray();
    expect(readMoney(total?.total)).toBe(big);
  });

  it('reads a sum over nothing as zero and refuses what is not whole', () => {
    expect(readMoney(0)).toBe(0n);
    expect(readCount(7n)).toBe(7);
    expect(() => readMoney(1.5)).toThrow('not an integer');
    expect(() => readMoney(undefined)).toThrow('not an integer');
  });

  it('compares an object in a filter as a value, never as an operator', async () => {
    const model = database.connection.model('Probe', documentSchema({ owner: { type: String } }, 'probes'));
    await model.create({ _id: 'p', owner: 'ann' });
    const hostile = { owner: { $ne: 'nobody' } } as never;
    await expect(model.findOne(hostile)).rejects.toThrow();
    await expect(model.find({ madeUp: 1 } as never)).rejects.toThrow('strictQuery');
  });
});

describe('a transaction', () => {
  it('runs again after a write conflict, so that parallel increments all count', async () => {
    await things().insertOne({ _id: 'counter', n: 0 });
    const add = () =>
      inTransaction(database, async (session) => {
        const found = await things().findOne({ _id: 'counter' }, { session });
        await things().updateOne({ _id: 'counter' }, { $set: { n: (found?.n ?? 0) + 1 } }, { session });
      });
    await Promise.all(Array.from({ length: 12 }, add));
    expect(await things().findOne({ _id: 'counter' })).toMatchObject({ n: 12 });
  });

  it('leaves nothing behind when its work throws', async () => {
    const work = inTransaction(database, async (session) => {
      await things().insertOne({ _id: 'half', n: 1 }, { session });
      throw new Error('stop');
    });
    await expect(work).rejects.toThrow('stop');
    expect(await things().findOne({ _id: 'half' })).toBeNull();
  });

  it('gives up at its own deadline with nothing changed', async () => {
    await things().insertOne({ _id: 'contended', n: 0 });
    const holder = database.client.startSession();
    holder.startTransaction();
    await things().updateOne({ _id: 'contended' }, { $set: { n: 1 } }, { session: holder });
    const late = inTransaction(
      database,
      (session) => things().updateOne({ _id: 'contended' }, { $set: { n: 2 } }, { session }),
      { deadlineMs: 150 },
    );
    await expect(late).rejects.toThrow(Fault);
    await holder.abortTransaction();
    await holder.endSession();
    expect(await things().findOne({ _id: 'contended' })).toMatchObject({ n: 0 });
  });
});

describe('starting', () => {
  it('runs each migration once, though several instances start together', async () => {
    let runs = 0;
    const migration = {
      id: '9000-test',
      run: async () => {
        runs += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
      },
    };
    const start = () =>
      prepareDatabase({ database, migrations: [migration], logger: createLogger({ level: 'silent' }) });
    await Promise.all([start(), start(), start()]);
    await start();
    expect(runs).toBe(1);
  });

  it('lets one holder of a lock work at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 10));
      inside -= 1;
    };
    const lock = { name: 'test', holdMs: 5_000, waitMs: 15_000 };
    await Promise.all([1, 2, 3].map(() => withLock(database, lock, work)));
    expect(most).toBe(1);
  });
});

describe('the business date', () => {
  it('starts as today in the bank’s time zone, moves forwards and never back', async () => {
    const clock = { now: () => Temporal.Instant.from('2026-03-17T23:30:00Z') };
    const day = createBankDay({ database, clock, timeZone: 'Asia/Kolkata' });
    expect((await day.today()).toString()).toBe('2026-03-18');
    await day.advanceTo(dateOf('2026-03-20'));
    await day.advanceTo(dateOf('2026-03-19'));
    const elsewhere = createBankDay({ database, clock: systemClock, timeZone: 'UTC' });
    expect((await elsewhere.today()).toString()).toBe('2026-03-20');
  });
});
