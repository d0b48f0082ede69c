import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAudit, type Audit } from '#platform/audit.ts';
import { systemClock } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { createLogger } from '#platform/logger.ts';
import { connectMongo, type Database } from '#platform/mongo.ts';
import { createOutbox } from '#platform/outbox.ts';
import { withLock } from '#platform/locks.ts';
import { prepareDatabase } from '#platform/schema.ts';
import { testDatabaseUri } from '#test/mongod.ts';

let database: Database;
let audit: Audit;
const logger = createLogger({ level: 'silent' });

beforeAll(async () => {
  database = await connectMongo({ uri: testDatabaseUri() });
  audit = createAudit({ database, clock: systemClock });
  createOutbox({ database, clock: systemClock, logger });
  await prepareDatabase({ database, migrations: [], logger });
});
afterAll(async () => {
  await database.db.dropDatabase();
  await database.close();
});

const entries = () => database.db.collection<{ _id: string }>('auditEntries');
const fact = (n: number) => ({
  actor: 'tester',
  action: 'tested',
  subject: { type: 'thing', id: String(n) },
  details: { n: String(n) },
});

describe('the audit trail', () => {
  afterEach(async () => {
    await entries().deleteMany({});
    await database.db.collection('auditSeals').deleteMany({});
  });

  it('seals entries into a chain that verifies', async () => {
    for (let n = 0; n < 5; n += 1) await audit.record(fact(n));
    expect(await audit.seal({ settledMs: -1 })).toBe(5);
    expect(await audit.seal({ settledMs: -1 })).toBe(0);
    await audit.record(fact(6));
    expect(await audit.seal({ settledMs: -1 })).toBe(1);
    expect(await audit.verify()).toBeUndefined();
  });

  it('leaves young entries for later, since an older one may still be in a transaction', async () => {
    await audit.record(fact(1));
    expect(await audit.seal()).toBe(0);
  });

  it.each([
    [
      'altered',
      async (id: string) => {
        await entries().updateOne({ _id: id }, { $set: { actor: 'somebody else' } });
      },
    ],
    [
      'altered in its details',
      async (id: string) => {
        await entries().updateOne({ _id: id }, { $set: { 'details.n': '99' } });
      },
    ],
    [
      'missing',
      async (id: string) => {
        await entries().deleteOne({ _id: id });
      },
    ],
  ])('names the first entry that was %s', async (_what, spoil) => {
    for (let n = 0; n < 3; n += 1) await audit.record(fact(n));
    await audit.seal({ settledMs: -1 });
    const second = await entries().findOne({ 'subject.id': '1' } as never);
    await spoil(second?._id ?? '');
    expect(await audit.verify()).toMatchObject({ block: 1, entry: second?._id });
  });

  it('notices a block that was taken out', async () => {
    for (let n = 0; n < 2; n += 1) {
      await audit.record(fact(n));
      await audit.seal({ settledMs: -1 });
    }
    await database.db.collection<{ _id: string }>('auditSeals').deleteOne({ _id: 'block-1' });
    expect(await audit.verify()).toMatchObject({ block: 1, what: 'a sealed block is missing' });
  });

  it('notices an entry that is marked for another block than it stands in', async () => {
    for (let n = 0; n < 2; n += 1) await audit.record(fact(n));
    await audit.seal({ settledMs: -1 });
    const second = await entries().findOne({ 'subject.id': '1' } as never);
    await entries().updateOne({ _id: second?._id ?? '' }, { $set: { sealed: 999 } });
    expect(await audit.verify()).toMatchObject({ block: 1, entry: second?._id });
  });

  it.each([1, 999])('notices an entry that claims block %i and stands in none', async (sealed) => {
    for (let n = 0; n < 2; n += 1) {
      await audit.record(fact(n));
      if (n === 0) await audit.seal({ settledMs: -1 });
    }
    const stray = { 'subject.id': '1' } as never;
    await entries().updateOne(stray, { $set: { sealed } });
    expect(await audit.verify()).toMatchObject({ what: 'an entry claims a block that it does not stand in' });
  });

  it('writes no block where its entries could not be marked', async () => {
    await audit.record(fact(1));
    const rule = { validator: { sealed: 0 } };
    await database.db.command({ collMod: 'auditEntries', ...rule });
    await expect(audit.seal({ settledMs: -1 })).rejects.toThrow();
    await database.db.command({ collMod: 'auditEntries', validator: {} });
    expect(await database.db.collection('auditSeals').countDocuments()).toBe(0);
    expect(await audit.seal({ settledMs: -1 })).toBe(1);
    expect(await audit.verify()).toBeUndefined();
  });

  it('is sealed once by two instances at the same time', async () => {
    for (let n = 0; n < 20; n += 1) await audit.record(fact(n));
    const counts = await Promise.all([audit.seal({ settledMs: -1 }), audit.seal({ settledMs: -1 })]);
    expect(counts.toSorted((a, b) => a - b)).toEqual([0, 20]);
    expect(await audit.verify()).toBeUndefined();
  });
});

describe('the outbox', () => {
  afterEach(() => database.db.collection('outbox').deleteMany({}));
  const outboxOf = () => createOutbox({ database, clock: systemClock, logger });
  const write = (row: Companion) => commitTogether(database, [row]);

  it('delivers a row once, with two deliverers at work', async () => {
    const seen: string[] = [];
    const [one, two] = [outboxOf(), outboxOf()];
    for (const outbox of [one, two])
      outbox.handle('test', (row) => {
        seen.push(String(row.payload.n));
        return Promise.resolve();
      });
    for (let n = 0; n < 10; n += 1) await write(one.row({ topic: 'test', payload: { n } }));
    await Promise.all([one.drain(), two.drain()]);
    expect(seen.toSorted()).toEqual(Array.from({ length: 10 }, (_, n) => String(n)));
  });

  it('keeps a row whose handler failed, and tries it again later', async () => {
    const outbox = outboxOf();
    let fails = true;
    outbox.handle('test', () => (fails ? Promise.reject(new Error('no')) : Promise.resolve()));
    await write(outbox.row({ topic: 'test', payload: {} }));
    await outbox.drain();
    const rows = database.db.collection('outbox');
    expect(await rows.findOne()).toMatchObject({ state: 'pending', attempts: 1 });
    fails = false;
    expect(await outbox.drain()).toBe(0);
    await rows.updateOne({}, { $set: { nextAt: new Date(0) } });
    expect(await outbox.drain()).toBe(1);
    expect(await rows.findOne()).toMatchObject({ state: 'done' });
  });

  it('takes again a row whose deliverer died with it', async () => {
    const outbox = outboxOf();
    let delivered = 0;
    outbox.handle('test', () => {
      delivered += 1;
      return Promise.resolve();
    });
    await write(outbox.row({ topic: 'test', payload: {} }));
    await database.db.collection('outbox').updateOne({}, { $set: { attempts: 1, nextAt: new Date(Date.now() - 1) } });
    await outbox.drain();
    expect(delivered).toBe(1);
  });

  it('lets the database remove the rows that were delivered, and no others', async () => {
    const indexes = await database.db.collection('outbox').indexes();
    expect(indexes.filter((index) => index.expireAfterSeconds !== undefined)).toMatchObject([
      { key: { nextAt: 1 }, expireAfterSeconds: 2_592_000, partialFilterExpression: { state: 'done' } },
    ]);
  });

  it('stops with the row in hand delivered', async () => {
    const outbox = outboxOf();
    outbox.handle('test', () => new Promise((resolve) => setTimeout(resolve, 50)));
    await write(outbox.row({ topic: 'test', payload: {} }));
    const stop = outbox.start();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await stop();
    expect(await database.db.collection('outbox').findOne()).toMatchObject({ state: 'done' });
  });
});

describe('a lock', () => {
  it('tells its holder that another one has taken it', async () => {
    const locks = database.db.collection<{ _id: string }>('locks');
    const work = async (signal: AbortSignal) => {
      expect(signal.aborted).toBe(false);
      const aborted = new Promise((resolve) => {
        signal.addEventListener('abort', resolve, { once: true });
      });
      await locks.updateOne({ _id: 'stolen' }, { $set: { owner: 'another' } });
      await aborted;
      signal.throwIfAborted();
    };
    const lock = { name: 'stolen', holdMs: 90, waitMs: 0 };
    await expect(withLock(database, lock, work)).rejects.toThrow('The lock stolen was lost');
    expect(await locks.findOne({ _id: 'stolen' })).toMatchObject({ owner: 'another' });
  });
});
