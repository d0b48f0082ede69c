import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectMongo, type Database } from '#platform/mongo.ts';
import { testDatabaseUri } from '#test/mongod.ts';

const root = join(import.meta.dirname, '../..');
let uri: string;
let dataDir: string;
let database: Database;

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** The command line as a process of its own, on this test's database. */
function cli(args: string[], input = ''): Promise<Ended> {
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      MONGODB_URI: uri,
      DATA_DIR: dataDir,
      NODE_ENV: 'development',
      BCRYPT_COST: '4',
      LOG_LEVEL: 'error',
    };
    const child = execFile(process.execPath, ['src/cli.ts', ...args], { cwd: root, env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

beforeAll(async () => {
  uri = testDatabaseUri();
  dataDir = await mkdtemp(join(tmpdir(), 'cloudbank-cli-'));
  database = await connectMongo({ uri });
});
afterAll(async () => {
  await database.db.dropDatabase();
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe('the command line', () => {
  it('fills an empty bank, and says what to do when it is not empty', async () => {
    const made = await cli(['seed', '--customers', '4', '--months', '3', '--seed', '7']);
    expect([made.code, made.stderr]).toEqual([0, expect.stringContaining('ready')]);
    const { customers, loans } = JSON.parse(made.stdout) as { customers: number; loans: number };
    expect(customers).toBe(6);
    expect(loans).toBeGreaterThan(3);
    const again = await cli(['seed', '--customers', '4', '--months', '3']);
    expect([again.code, again.stderr.includes('npm run reset')]).toEqual([2, true]);
  });

  it('verifies the bank with 0, and with 1 and the account after a balance was altered by hand', async () => {
    const sound = await cli(['verify']);
    expect([sound.code, JSON.parse(sound.stdout)]).toEqual([
      0,
      { ok: true, checked: ['trial-balance', 'ledger', 'loans', 'audit'] },
    ]);
    const accounts = database.db.collection<{ _id: string }>('ledgerAccounts');
    const two = await accounts.find({ 'owner.type': 'account' }).limit(2).toArray();
    // Two alterations that cancel out: the trial balance is still zero, the replay is not fooled.
    for (const [index, { _id }] of two.entries())
      await accounts.updateOne({ _id }, { $inc: { balance: index === 0 ? 1n : -1n } });
    const altered = await cli(['verify']);
    const answer = JSON.parse(altered.stdout) as { ok: boolean; part: string; difference: { account: string } };
    expect([altered.code, answer.ok, answer.part]).toEqual([1, false, 'ledger']);
    expect(two.map(({ _id }) => _id)).toContain(answer.difference.account);
    for (const [index, { _id }] of two.entries())
      await accounts.updateOne({ _id }, { $inc: { balance: index === 0 ? -1n : 1n } });
  });

  it('names the loan whose schedule was altered, and the audit entry that was', async () => {
    const loans = database.db.collection<{ _id: string; number: string; outstandingPrincipal: bigint }>('loans');
    const loan = await loans.findOne();
    await loans.updateOne({ _id: loan?._id ?? '' }, { $inc: { outstandingPrincipal: 1n } });
    const altered = await cli(['verify']);
    expect([
      altered.code,
      altered.stdout.includes('"part":"loans"'),
      altered.stdout.includes(loan?.number ?? '?'),
    ]).toEqual([1, true, true]);
    await loans.updateOne({ _id: loan?._id ?? '' }, { $inc: { outstandingPrincipal: -1n } });
    const entries = database.db.collection<{ _id: string; sealed: number; action: string }>('auditEntries');
    const entry = await entries.findOne({ sealed: { $gt: 0 } });
    await entries.updateOne({ _id: entry?._id ?? '' }, { $set: { action: 'something-else' } });
    const tampered = await cli(['verify']);
    expect([tampered.code, tampered.stdout.includes(entry?._id ?? '?')]).toEqual([1, true]);
  });

  it('closes days in order with a line each, and none that has not begun unless a bank is tried out', async () => {
    const days = database.db.collection<{ _id: string; date: string }>('bank');
    const today = Temporal.Now.plainDateISO('UTC');
    const start = today.subtract({ days: 3 }).toString();
    await days.updateOne({ _id: 'business-date' }, { $set: { date: start } });
    const to = today.subtract({ days: 1 }).toString();
    const closed = await cli(['close-day', '--to', to, '--settle', '0']);
    const lines = closed.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { date?: string; state: string; businessDate?: string; failed: number });
    expect([closed.code, closed.stderr]).toEqual([0, '']);
    expect(lines.map(({ date, state, failed }) => [date, state, failed])).toEqual([
      [start, 'closed', 0],
      [today.subtract({ days: 2 }).toString(), 'closed', 0],
      [to, 'closed', 0],
      [undefined, 'closed', 0],
    ]);
    expect(lines.at(-1)?.businessDate).toBe(today.toString());
    const again = await cli(['close-day', '--to', to, '--settle', '0']);
    expect([again.code, again.stdout.trim().split('\n').length]).toEqual([0, 1]);
    const ahead = today.add({ days: 1 }).toString();
    const refused = await cli(['close-day', '--to', ahead]);
    expect([refused.code, refused.stdout, refused.stderr.includes('Nothing was closed')]).toEqual([2, '', true]);
    const tried = await cli(['close-day', '--to', ahead, '--beyond-calendar', '--settle', '0']);
    expect([tried.code, tried.stdout.includes(today.add({ days: 2 }).toString())]).toEqual([0, true]);
    for (const args of [['--to', 'tomorrow'], [], ['--to', to, '--settle', '-1']])
      expect((await cli(['close-day', ...args])).code).toBe(2);
    await database.db.collection('closeOfDayRuns').deleteMany({});
    await days.updateOne({ _id: 'business-date' }, { $set: { date: today.toString() } });
  });

  it('answers schedules line by line, and a bad line with an error on its line and code 2 at the end', async () => {
    const good = {
      id: 1,
      principal: '18000',
      annualRatePercent: '11.9',
      instalments: 24,
      frequency: { every: 1, unit: 'month' },
      method: 'equal-instalment',
      dayCount: '30/360',
      disbursedOn: '2026-01-10',
      firstDueOn: '2026-02-10',
    };
    const input = [good, { ...good, id: 2, principal: '1e3' }, { ...good, id: 3 }]
      .map((line) => JSON.stringify(line))
      .join('\n');
    const { code, stdout } = await cli(['schedule'], `${input}\n`);
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: number; instalment?: string; error?: { field: string } });
    expect([code, answers.map(({ id }) => id)]).toEqual([2, [1, 2, 3]]);
    expect(answers.map((answer) => answer.instalment ?? answer.error?.field)).toEqual([
      '846.48',
      'principal',
      '846.48',
    ]);
  });

  it('says how it is used, and what is wrong with an option', async () => {
    const unknown = await cli(['transmogrify']);
    expect([unknown.code, unknown.stderr.includes('Usage:')]).toEqual([2, true]);
    const wrong = await cli(['seed', '--customers', 'many']);
    expect([wrong.code, wrong.stderr.trim()]).toEqual([2, '--customers must be a whole number from 1 to 100000']);
  });
});
