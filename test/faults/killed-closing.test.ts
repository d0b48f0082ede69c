import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { zero } from '#core/money.ts';
import { ownBookId } from '#features/ledger/index.ts';
import type { DayRun } from '#platform/close-of-day/day-run.model.ts';
import { order, sound, soundness } from '#test/ledger-builders.ts';
import { testDatabaseUri } from '#test/mongod.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';

const root = join(import.meta.dirname, '../..');
const subjects = 30;
const first = '2026-03-17';
const last = '2026-03-19';
/** In every step: at its beginning, in the middle of a page, at a page's end, and between its end and the note of it. */
const kills = [
  ...['autopay 5', 'autopay 17', 'autopay 24', 'autopay end', 'advance end', 'transfers begin'],
  ...['offers end', 'settle begin', 'interest end', 'snapshot begin', 'snapshot end'],
];

interface Closed {
  uri: string;
  keys: string;
}

/** Runs a closer to its end, or to where it halts and is killed without warning; gives its last word. */
async function runCloser({ uri, keys }: Closed, halt = ''): Promise<string> {
  const args = ['test/faults/closer.child.ts', uri, keys, last, ...halt.split(' ')];
  const env = { ...process.env, NODE_ENV: 'development' };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['pipe', 'pipe', 'inherit'] });
  const endAbruptly = () => child.kill('SIGKILL');
  process.once('exit', endAbruptly);
  let word = '';
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      word = line;
      if (line === 'halted') child.kill('SIGKILL');
    }
    return word;
  } finally {
    child.kill('SIGKILL');
    process.off('exit', endAbruptly);
  }
}

async function openWithSubjects(uri: string): Promise<TestBank> {
  const bank = await openTestBank({ uri });
  const { ledger } = bank.services;
  for (let number = 1; number <= subjects; number += 1) {
    const id = newId();
    const owner = { type: 'account' as const, id };
    const name = String(number);
    await ledger.open([{ id, name, kind: 'liability', currency: 'USD', branchId: 'head-office', owner, floor: zero }]);
    await ledger.post(order({ debit: ownBookId('cash', 'USD'), credit: id, cents: 10_00n, kind: 'deposit' }));
  }
  const days = bank.database.db.collection<{ _id: string; date: string }>('bank');
  await days.updateOne({ _id: 'business-date' }, { $set: { date: first } }, { upsert: true });
  return bank;
}

/** All that a close of day leaves behind, without what differs from one bank to the other. */
async function endState(bank: TestBank) {
  const { db } = bank.database;
  const accounts = await db
    .collection<{ _id: string; name: string; balance: bigint; seq: number }>('ledgerAccounts')
    .find()
    .toArray();
  const names = new Map(accounts.map(({ _id, name }) => [_id, name]));
  const autopays = await db.collection<{ _id: string }>('journals').find({ kind: 'autopay' }).toArray();
  const snapshots = await db
    .collection<{ account: string; on: string; balance: bigint }>('ledgerSnapshots')
    .find()
    .toArray();
  const runs = await db.collection<DayRun>('closeOfDayRuns').find().sort({ _id: 1 }).toArray();
  const days = await db.collection<{ _id: string; date: string }>('bank').findOne({ _id: 'business-date' });
  return {
    balances: accounts.map(({ name, balance, seq }) => `${name} ${balance} ${seq}`).sort(),
    autopays: autopays.length,
    snapshots: snapshots.map(({ account, on, balance }) => `${names.get(account) ?? ''} ${on} ${balance}`).sort(),
    runs: runs.map(({ _id, state, failed, steps }) => [
      ...[_id, state, failed],
      // How many snapshots a run took is counted where it took them; all else is counted where it is kept.
      ...steps.map((step) => [step.name, step.state, step.name === 'snapshot' ? '' : step.done, step.total]),
    ]),
    businessDate: days?.date,
  };
}

/** The short form kills in every step of three days. */
describe('the app is killed while it closes days', () => {
  let killed: TestBank;
  let unkilled: TestBank;
  let keys: string;
  const uris = [testDatabaseUri(), testDatabaseUri()] as const;
  beforeAll(async () => {
    keys = await mkdtemp(join(tmpdir(), 'cloudbank-closer-'));
    killed = await openWithSubjects(uris[0]);
    unkilled = await openWithSubjects(uris[1]);
  });
  afterAll(async () => {
    await Promise.all([killed.close(), unkilled.close()]);
    await rm(keys, { recursive: true, force: true });
  });

  it(`${kills.length} times, in every step, and ends as if it had not been`, async () => {
    // A point that the day before it has passed is met on the next day: three days go on under all of them.
    for (const halt of kills) expect([halt, await runCloser({ uri: uris[0], keys }, halt)]).toEqual([halt, 'halted']);
    expect(await runCloser({ uri: uris[0], keys })).toBe('closed');
    expect(await runCloser({ uri: uris[1], keys })).toBe('closed');
    const end = await endState(killed);
    expect(end).toEqual(await endState(unkilled));
    expect([end.autopays, end.businessDate]).toEqual([subjects * 3, '2026-03-20']);
    const runs = await killed.database.db.collection<DayRun>('closeOfDayRuns').find().toArray();
    expect(runs.reduce((sum, run) => sum + run.takeovers, 0)).toBeGreaterThanOrEqual(kills.length - 1);
    expect(await soundness(killed)).toEqual(sound);
  });
});
