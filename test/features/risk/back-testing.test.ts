import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import type { BackTest, Flip } from '#features/risk/back-testing/back-test.ts';
import { flipCount } from '#features/risk/back-testing/tally.ts';
import type { BackTests } from '#features/risk/back-testing/back-tests.service.ts';
import { testDatabaseUri } from '#test/mongod.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { debtOf, now, recordCount, standInScan, standInTests, wordOf } from './back-test-stand-in.ts';

const root = join(import.meta.dirname, '../../..');
const uri = testDatabaseUri();
let bank: TestBank;
let keys: string;

beforeAll(async () => {
  bank = await openTestBank({ uri });
  keys = await mkdtemp(join(tmpdir(), 'cloudbank-back-tests-'));
});
afterAll(async () => {
  await bank.close();
  await rm(keys, { recursive: true, force: true });
});
beforeEach(async () => {
  await collection<BackTest>('backTests').deleteMany({});
  await collection<Flip>('backTestFlips').deleteMany({});
});

const collection = <T extends { _id: string }>(name: string) => bank.database.db.collection<T>(name);
const period = { from: '2026-03-01', to: '2026-03-25' };

async function started(tests: BackTests): Promise<string> {
  const key = newId();
  expect(await tests.start({ actor: 'analyst', key, policy: 'draft', model: 'recorded', ...period })).toMatchObject({
    ok: true,
  });
  return key;
}

/** What one honest pass over all records comes to. */
function expected() {
  const readable = Array.from({ length: recordCount }, (_, index) => index).filter((index) => index % 100 !== 99);
  const words = readable.map((index) => ({
    then: wordOf(debtOf(index), [40, 60]),
    now: wordOf(debtOf(index), [30, 70]),
  }));
  const count = (side: 'then' | 'now', word: string) => words.filter((one) => one[side] === word).length;
  return {
    readable: readable.length,
    flips: words.filter((one) => one.then !== one.now).length,
    approved: { then: count('then', 'approve'), now: count('now', 'approve') },
    declined: { then: count('then', 'decline'), now: count('now', 'decline') },
  };
}

async function expectWhole(tests: BackTests, id: string): Promise<BackTest> {
  const test = await tests.find(id);
  if (!test) throw new Error('There is no such test');
  const { tally } = test;
  const want = expected();
  expect(test.state).toBe('done');
  expect(tally).toMatchObject({ read: recordCount, unreadable: recordCount - want.readable, unscored: 0 });
  expect({ then: tally.then.approve.count, now: tally.now.approve.count }).toEqual(want.approved);
  expect({ then: tally.then.decline.count, now: tally.now.decline.count }).toEqual(want.declined);
  expect(flipCount(tally)).toBe(want.flips);
  expect(tally.groups.reduce((all, { members }) => all + members, 0)).toBe(want.readable);
  const rows = await tests.flips(test, { page: 1, size: recordCount });
  expect(rows.total).toBe(want.flips);
  expect(new Set(rows.flips.map(({ applicationId }) => applicationId)).size).toBe(want.flips);
  expect(rows.flips.every((flip) => flip.then !== flip.now)).toBe(true);
  return test;
}

/** Works in a process of its own until it halts at a batch, and is killed there without warning. */
async function killedAt(batch: number): Promise<string> {
  const args = ['test/features/risk/back-test.child.ts', uri, keys, String(batch)];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  let word = '';
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      word = line;
      child.kill('SIGKILL');
    }
    return word;
  } finally {
    child.kill('SIGKILL');
  }
}

/** As if its time were up, whose holder died or stood still. */
async function freeLease(): Promise<void> {
  const leases = collection<{ _id: string; until: Date }>('leases');
  await leases.updateOne({ _id: 'back-tests' }, { $set: { until: new Date(0) } });
}

/** As every instance does it: again and again, so that a lease whose holder died falls free in between. */
async function followTo(tests: BackTests, id: string): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    await tests.follow();
    const state = (await tests.find(id))?.state;
    if (state !== 'waiting' && state !== 'running') return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('a back-test', () => {
  it('judges every record once, and says who would flip and by which rules', async () => {
    const tests = await standInTests(bank.database, { keys });
    const id = await started(tests);
    await tests.follow();
    const test = await expectWhole(tests, id);
    expect(test.takeovers).toBe(0);
    const { flips, references } = await tests.flips(test, { page: 1, size: 5, change: 'approve-refer' });
    expect(flips).toHaveLength(5);
    for (const flip of flips) expect(flip).toMatchObject({ rulesThen: [], rulesNow: ['debts'] });
    expect(references.size).toBe(5);
    expect(await tests.latestFor({ content: now })).toMatchObject({ id, judged: 990 });
  });

  it('goes on after its process was killed, and counts nothing twice', async () => {
    const tests = await standInTests(bank.database, { keys });
    const id = await started(tests);
    expect(await killedAt(3)).toBe('halted');
    await freeLease();
    const halted = await tests.find(id);
    expect(halted).toMatchObject({ state: 'running', tally: { read: 400 } });
    // As if it had been killed between the rows of the third batch and its figures.
    const stray = { testId: id, place: (halted?.kept ?? 0) + 1, token: halted?.token ?? 0, applicationId: 'stray' };
    const _id = `${id}.${stray.place}`;
    const words = {
      then: 'approve',
      now: 'decline',
      change: 'approve-decline',
      decision: null,
      on: '2026-03-09',
    } as const;
    await collection<Flip>('backTestFlips').insertOne({
      ...{ _id, ...stray, ...words },
      ...{ rulesThen: [], rulesNow: [], probabilityThen: null, probabilityNow: null },
    });
    await followTo(tests, id);
    const test = await expectWhole(tests, id);
    expect(test.takeovers).toBe(1);
    const rows = await tests.flips(test, { page: 1, size: recordCount });
    expect(rows.flips.map(({ applicationId }) => applicationId)).not.toContain('stray');
  });

  it('is worked on by one of two runners, whichever comes first', async () => {
    const [first, second] = [await standInTests(bank.database, { keys }), await standInTests(bank.database, { keys })];
    const ids = [await started(first), await started(second), await started(first)];
    await Promise.all([first.follow(), second.follow(), first.follow()]);
    for (const id of ids) await followTo(second, id);
    for (const id of ids) expect((await expectWhole(first, id)).takeovers).toBe(0);
  });

  it('takes nothing from a runner that stood still while another took over', async () => {
    const held = Promise.withResolvers<undefined>();
    const slow = await standInTests(bank.database, {
      keys,
      halt: (batch) => (batch === 3 ? held.promise : Promise.resolve()),
      // So that a word of it would be known by its time.
      at: '2026-03-26T12:00:00Z',
    });
    const quick = await standInTests(bank.database, { keys });
    const id = await started(slow);
    const still = slow.follow();
    while ((await quick.find(id))?.tally.read !== 400) await new Promise((resolve) => setTimeout(resolve, 20));
    await freeLease();
    await followTo(quick, id);
    const done = await expectWhole(quick, id);
    held.resolve(undefined);
    await still;
    expect(await quick.find(id)).toEqual(done);
    const later = { testId: id, on: { $gt: '2026-03-08' }, token: { $lt: done.token } };
    expect(await collection<Flip>('backTestFlips').countDocuments(later)).toBe(0);
    await expectWhole(quick, id);
  });

  it('ends when it is cancelled, and leaves no rows', async () => {
    const id = newId();
    const order = { actor: 'analyst', key: id, policy: 'draft', model: 'recorded', ...period } as const;
    const other = await standInTests(bank.database, { keys });
    const tests = await standInTests(bank.database, {
      keys,
      halt: async (batch) => {
        if (batch === 3) await other.cancel({ actor: 'analyst', id });
      },
    });
    await tests.start(order);
    await tests.follow();
    expect(await tests.find(id)).toMatchObject({ state: 'cancelled' });
    expect(await collection('backTestFlips').countDocuments({ testId: id })).toBe(0);
    expect(await tests.cancel({ actor: 'analyst', id })).toBe(false);
    expect(await tests.latestFor({ content: now })).toBeUndefined();
    // What waits behind it is done.
    const next = await started(tests);
    await tests.follow();
    await expectWhole(tests, next);
  });

  it('is given up after three failures, and what waits behind it goes on', async () => {
    let at = '2026-03-25T12:00:00Z';
    const halt = () => Promise.reject(new Error('out of reach'));
    const failing = await standInTests(bank.database, { keys, halt, at: () => at });
    const id = await started(failing);
    const followAt = async (time: string) => {
      at = `2026-03-25T${time}Z`;
      await failing.follow();
      return failing.find(id);
    };
    expect(await followAt('12:00:00')).toMatchObject({ state: 'running', attempts: 1, takeovers: 0 });
    // It rests a minute, and then ten.
    expect(await followAt('12:00:59')).toMatchObject({ attempts: 1 });
    expect(await followAt('12:01:00')).toMatchObject({ attempts: 2 });
    expect(await followAt('12:10:59')).toMatchObject({ attempts: 2 });
    expect(await followAt('12:11:00')).toMatchObject({ state: 'failed', tally: { read: 0 } });
    const tests = await standInTests(bank.database, { keys });
    const next = await started(tests);
    await tests.follow();
    await expectWhole(tests, next);
  });

  it('goes on with what waits behind one that rests', async () => {
    let failures = 0;
    const tests = await standInTests(bank.database, {
      keys,
      halt: () => (++failures === 1 ? Promise.reject(new Error('out of reach')) : Promise.resolve()),
    });
    const [first, second] = [await started(tests), await started(tests)];
    await tests.follow();
    expect(await tests.find(first)).toMatchObject({ state: 'running', attempts: 1 });
    await expectWhole(tests, second);
  });

  it('begins to count its failures anew once it has moved on', async () => {
    let day = 1;
    let failures = 0;
    // Each failure comes after a batch that went well.
    const failingAt = new Set([2, 4, 6]);
    const tests = await standInTests(bank.database, {
      keys,
      at: () => `2026-03-${String(day).padStart(2, '0')}T12:00:00Z`,
      halt: (batch) =>
        failingAt.has(batch) ? Promise.reject(new Error(`out of reach ${++failures}`)) : Promise.resolve(),
    });
    const id = await started(tests);
    let read = 0;
    for (; day <= 3; day += 1) {
      await tests.follow();
      const test = await tests.find(id);
      expect(test).toMatchObject({ state: 'running', attempts: 1 });
      expect(test?.tally.read).toBeGreaterThan(read);
      read = test?.tally.read ?? 0;
    }
    await tests.follow();
    expect(failures).toBe(3);
    await expectWhole(tests, id);
  });

  it('takes no figures from a runner that was left behind, also where it has no rows to write', async () => {
    const [slowHeld, quickHeld] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const limits = { records: recordCount, flips: 0 };
    const holding = (at: number, { promise }: { promise: Promise<undefined> }) => ({
      ...{ keys, limits },
      halt: (batch: number) => (batch === at ? promise : Promise.resolve()),
    });
    const slow = await standInTests(bank.database, holding(3, slowHeld));
    const quick = await standInTests(bank.database, holding(2, quickHeld));
    const id = await started(slow);
    const still = slow.follow();
    const readBeyond = async (least: number): Promise<number> => {
      const read = (await quick.find(id))?.tally.read ?? 0;
      if (read > least) return read;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return readBeyond(least);
    };
    expect(await readBeyond(200)).toBe(400);
    await freeLease();
    const over = quick.follow();
    const read = await readBeyond(400);
    slowHeld.resolve(undefined);
    await still;
    expect(await quick.find(id)).toMatchObject({ state: 'running', tally: { read } });
    quickHeld.resolve(undefined);
    await over;
    expect(await quick.find(id)).toMatchObject({ state: 'done', tally: { read: recordCount } });
  });

  it('goes on where a failure passes', async () => {
    let failures = 0;
    let at = '2026-03-25T12:00:00Z';
    const tests = await standInTests(bank.database, {
      keys,
      at: () => at,
      halt: (batch) =>
        batch === 3 && ++failures === 1 ? Promise.reject(new Error('out of reach')) : Promise.resolve(),
    });
    const id = await started(tests);
    await tests.follow();
    at = '2026-03-25T12:01:00Z';
    await tests.follow();
    expect(failures).toBe(1);
    await expectWhole(tests, id);
  });

  it('looks at no more than it may, keeps no more rows than it may, and says so', async () => {
    const tests = await standInTests(bank.database, { keys, limits: { records: 250, flips: 20 } });
    const id = await started(tests);
    await tests.follow();
    const test = await tests.find(id);
    expect(test).toMatchObject({ state: 'done', truncated: true, kept: 20, tally: { read: 250 } });
    expect(await collection('backTestFlips').countDocuments({ testId: id })).toBe(20);
    expect(flipCount(test?.tally ?? (await Promise.reject(new Error('There is no test'))))).toBeGreaterThan(20);
  });

  it('is one test however often its form is sent, and not begun where five wait', async () => {
    const tests = await standInTests(bank.database, { keys });
    const key = newId();
    const order = { actor: 'analyst', key, policy: 'draft', model: 'recorded', ...period } as const;
    const outcomes = await Promise.all([tests.start(order), tests.start(order), tests.start(order)]);
    expect(outcomes).toEqual(Array(3).fill({ ok: true, value: key }));
    for (let more = 0; more < 4; more += 1) await started(tests);
    expect(await tests.start({ ...order, key: newId() })).toEqual({
      ok: false,
      refusal: { code: 'too-many-waiting', waiting: 5 },
    });
    expect(await tests.start({ ...order, key: newId(), policy: 2 })).toMatchObject({
      refusal: { code: 'no-such-policy' },
    });
    expect(await tests.start({ ...order, key: newId(), model: 'challenger' })).toMatchObject({
      refusal: { code: 'no-such-model' },
    });
  });

  it('is not finished by another model than it was begun with', async () => {
    const tests = await standInTests(bank.database, { keys });
    const key = newId();
    await tests.start({ actor: 'analyst', key, policy: 'draft', model: 'application', ...period });
    await collection<BackTest>('backTests').updateOne({ _id: key }, { $set: { models: ['another file'] } });
    await tests.follow();
    expect(await tests.find(key)).toMatchObject({ state: 'failed', tally: { read: 0 } });
  });

  it('counts what a model cannot score, and lets the policy judge it as without a score', async () => {
    const tests = await standInTests(bank.database, { keys });
    const key = newId();
    await tests.start({ actor: 'analyst', key, policy: 1, model: 'application', ...period });
    await tests.follow();
    const test = await tests.find(key);
    expect(test).toMatchObject({ state: 'done', tally: { unscored: 990, now: { approve: { loss: 0n } } } });
    expect(flipCount(test?.tally ?? (await Promise.reject(new Error('There is no test'))))).toBe(0);
  });

  it('stops where it stands when the process ends', async () => {
    const tests = await standInTests(bank.database, { keys, records: { scan: standInScan } });
    const id = await started(tests);
    await tests.stop();
    await tests.follow();
    expect(await tests.find(id)).toMatchObject({ state: 'waiting' });
  });

  it('is found by indexes', async () => {
    const db = bank.database.db;
    const plans = await Promise.all([
      db
        .collection('backTests')
        .find({ state: { $in: ['waiting', 'running'] } })
        .sort({ _id: 1 })
        .explain(),
      db.collection('backTests').find({ policyHash: 'x', state: 'done' }).sort({ _id: -1 }).explain(),
      db
        .collection('backTestFlips')
        .find({ testId: 'x', place: { $lte: 10 } })
        .sort({ place: 1 })
        .explain(),
      db
        .collection('backTestFlips')
        .find({ testId: 'x', change: 'a', place: { $lte: 9 } })
        .sort({ place: 1 })
        .explain(),
    ]);
    for (const plan of plans) expect(inspect(plan, { depth: null })).not.toContain('COLLSCAN');
  });
});
