import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imbalance } from '#features/ledger/index.ts';
import { testDatabaseUri } from '#test/mongod.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { lendBook } from '../bench/loan-book.ts';

const root = join(import.meta.dirname, '../..');
const loans = 2_000;
const kills = 20;
const days = ['2025-01-31', '2025-02-28', '2025-03-31'];

let killed: TestBank;
let unkilled: TestBank;
let keys: string;
const uris = { killed: testDatabaseUri(), unkilled: testDatabaseUri() };
beforeAll(async () => {
  keys = await mkdtemp(join(tmpdir(), 'cloudbank-test-'));
  killed = await openTestBank({ uri: uris.killed });
  unkilled = await openTestBank({ uri: uris.unkilled });
  await lendBook(killed, loans);
  await killed.services.ledger.settle();
  await copy(killed, unkilled);
});
afterAll(async () => {
  await killed.close();
  await unkilled.close();
  await rm(keys, { recursive: true, force: true });
});

/** The same bank twice, to the last id. */
async function copy(from: TestBank, to: TestBank): Promise<void> {
  for (const { name } of await from.database.db.listCollections({}, { nameOnly: true }).toArray()) {
    if (['migrations', 'locks'].includes(name)) continue;
    await to.database.db.collection(name).deleteMany({});
    const into = { db: to.database.db.databaseName, coll: name };
    await from.database.db
      .collection(name)
      .aggregate([{ $merge: { into, whenMatched: 'replace' } }])
      .toArray();
  }
}

const setDate = async (bank: TestBank, date: string) => {
  const bankDays = bank.database.db.collection<{ _id: string }>('bank');
  await bankDays.updateOne({ _id: 'business-date' }, { $set: { date } }, { upsert: true });
};

/** Closes a day in a process of its own; kills it after so many milliseconds of work. Gives its last word. */
async function close(uri: string, options: { date: string; killAfterMs?: number }): Promise<string> {
  const args = ['test/faults/loan-closer.child.ts', uri, keys, options.date];
  const env = { ...process.env, NODE_ENV: 'development' };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['pipe', 'pipe', 'inherit'] });
  const endAbruptly = () => child.kill('SIGKILL');
  process.once('exit', endAbruptly);
  let word = '';
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      word = line;
      if (line === 'begun' && options.killAfterMs !== undefined) void wait(options.killAfterMs).then(endAbruptly);
    }
    return word;
  } finally {
    endAbruptly();
    process.off('exit', endAbruptly);
  }
}

/** What closing leaves behind, but for the moments at which it did so. */
async function endState({ database }: TestBank) {
  const { db } = database;
  const unordered = { projection: { version: 0, openedAt: 0 } };
  const journals = db
    .collection<{ _id: string }>('journals')
    .find({}, { projection: { _id: 1, 'postings.amount': 1 } });
  const accounts = db.collection('ledgerAccounts').find({}, { projection: { balance: 1 } });
  const byId = <T extends { _id: unknown }>(found: T[]) =>
    found.sort((a, b) => (String(a._id) < String(b._id) ? -1 : 1));
  return {
    loans: byId(await db.collection('loans').find({}, unordered).toArray()),
    journals: byId(await journals.toArray()),
    accounts: byId(await accounts.toArray()),
    transactions: await db.collection('loanTransactions').countDocuments(),
  };
}

describe('The close of day of a loan book, killed twenty times', () => {
  it('ends as one that nobody killed: every loan booked once', async () => {
    let done = 0;
    for (const date of days) {
      await setDate(unkilled, date);
      expect(await close(uris.unkilled, { date })).toBe('closed');
      await setDate(killed, date);
      const wanted = Math.ceil(((days.indexOf(date) + 1) * kills) / days.length);
      let word = 'begun';
      while (word !== 'closed') {
        const isKilled = done < wanted;
        word = await close(uris.killed, { date, ...(isKilled ? { killAfterMs: 100 + Math.random() * 1_200 } : {}) });
        if (word !== 'closed') done += 1;
      }
    }
    expect(done).toBeGreaterThanOrEqual(kills);
    await killed.services.ledger.settle();
    await unkilled.services.ledger.settle();
    const [was, is] = [await endState(unkilled), await endState(killed)];
    expect(is.transactions).toBe(was.transactions);
    expect(is.journals.length).toBe(was.journals.length);
    expect(is).toEqual(was);
    expect(imbalance(await killed.services.ledger.trialBalance())).toBe(0n);
    expect(await killed.services.servicing.verifyProjections()).toBeUndefined();
    expect(await killed.services.ledger.verify()).toBeUndefined();
    process.stdout.write(`${JSON.stringify({ loans, kills: done, journals: is.journals.length })}\n`);
  });
});
