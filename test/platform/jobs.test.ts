import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '#platform/logger.ts';
import { jobCollection, startJobs } from '#platform/jobs.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const hourMs = 3_600_000;
const logger = createLogger({ level: 'silent' });
const start = (run: () => Promise<void>, name: string) =>
  startJobs({ database: bank.database, logger, jobs: [{ name, everyMs: hourMs, run }] });

describe('recurring jobs', () => {
  it('run in one of three instances that start at once, and are there once', async () => {
    let runs = 0;
    const run = () => {
      runs += 1;
      return Promise.resolve();
    };
    const stops = await Promise.all([1, 2, 3].map(() => start(run, 'once')));
    await expect.poll(() => runs, { timeout: 30_000 }).toBe(1);
    // All three have looked once more.
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(runs).toBe(1);
    expect(await bank.database.db.collection(jobCollection).countDocuments({ name: 'once' })).toBe(1);
    await Promise.all(stops.map((stop) => stop()));
  });

  it('that fail are run again, and stopping waits for the one in hand', async () => {
    const seen: string[] = [];
    const stop = await start(async () => {
      seen.push('begun');
      await new Promise((resolve) => setTimeout(resolve, 400));
      seen.push('ended');
      throw new Error('not today');
    }, 'slow');
    await expect.poll(() => seen.length, { timeout: 30_000 }).toBe(1);
    await stop();
    expect(seen).toEqual(['begun', 'ended']);
    const job = await bank.database.db.collection(jobCollection).findOne({ name: 'slow' });
    expect(job?.lockedAt).toBeNull();
    expect((job?.nextRunAt as Date).getTime()).toBeGreaterThan(Date.now());
  });

  it('are found by an index that the migration made', async () => {
    const indexes = await bank.database.db.collection(jobCollection).indexes();
    expect(indexes.map(({ name }) => name).sort()).toEqual(['_id_', 'findAndLockNextJobIndex', 'oneOfEachName']);
  });
});
