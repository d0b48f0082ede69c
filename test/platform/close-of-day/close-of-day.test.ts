import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dateText } from '#core/calendar.ts';
import { Fault } from '#core/errors.ts';
import { createCloseOfDay } from '#platform/close-of-day/close-of-day.ts';
import type { DayRun } from '#platform/close-of-day/day-run.model.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { advanceStep, closerOf, day, markingStep, marksByStep, marksOf, type Marking } from './closers.ts';

let bank: TestBank;
beforeEach(async () => {
  bank = await openTestBank();
  bank.clock.set('2026-03-20T12:00:00Z');
  await bank.database.db
    .collection<{ _id: string; date: string }>('bank')
    .updateOne({ _id: 'business-date' }, { $set: { date: '2026-03-17' } }, { upsert: true });
});
afterEach(() => bank.close());

const runs = () => bank.database.db.collection<DayRun>('closeOfDayRuns').find().sort({ _id: 1 }).toArray();
const today = async () => dateText(await bank.platform.bankDay.today());
const closer = (marking: Marking[], more: Partial<Parameters<typeof closerOf>[0]> = {}) =>
  closerOf({ platform: bank.platform, marking, ...more });

describe('the close of day', () => {
  it('closes missed days in their order, each once, and stands at the calendar’s date', async () => {
    const seen: string[] = [];
    const note = (_subject: string, { date }: { date: Temporal.PlainDate }) => void seen.push(dateText(date));
    const one = closer([{ name: 'accrue', subjects: 25, before: note }], { after: [{ name: 'keep', subjects: 3 }] });
    await one.follow();
    expect(await today()).toBe('2026-03-20');
    expect(seen).toEqual(seen.toSorted());
    expect(await marksByStep(bank.database)).toEqual({
      ...{ '2026-03-17:accrue': 25, '2026-03-18:accrue': 25, '2026-03-19:accrue': 25 },
      ...{ '2026-03-17:keep': 3, '2026-03-18:keep': 3, '2026-03-19:keep': 3 },
    });
    const [first] = await runs();
    expect(first).toMatchObject({ _id: '2026-03-17', state: 'done', failed: 0, startedBy: 'calendar', takeovers: 0 });
    expect(first?.steps.map(({ name, state, done, total }) => [name, state, done, total])).toEqual([
      ['accrue', 'done', 25, 25],
      ['advance', 'done', 0, null],
      ['settle', 'done', 0, null],
      ['keep', 'done', 3, 3],
    ]);
    await one.follow();
    expect(await runs()).toHaveLength(3);
    const trail = await bank.platform.audit.list({ page: 1, size: 20, subjectId: '2026-03-18' });
    expect(trail.entries.map(({ action }) => action).sort()).toEqual(['day-close-started', 'day-closed']);
  });

  it('is one run a date when three instances race, and nothing is done twice', async () => {
    const times = new Map<string, number>();
    const count = (subject: string, { date }: { date: Temporal.PlainDate }) => {
      const key = `${dateText(date)}:${subject}`;
      times.set(key, (times.get(key) ?? 0) + 1);
    };
    const closers = Array.from({ length: 3 }, () => closer([{ name: 'accrue', subjects: 40, before: count }]));
    const told: string[][] = [[], [], []];
    const ended = await Promise.all(
      closers.map((one, index) =>
        one.closeDays({ to: day('2026-03-19'), by: 'tester', closed: (run) => void told[index]?.push(run._id) }),
      ),
    );
    expect(ended.map(({ state, businessDate }) => [state, dateText(businessDate)])).toEqual(
      Array.from({ length: 3 }, () => ['closed', '2026-03-20']),
    );
    expect(told).toEqual(Array.from({ length: 3 }, () => ['2026-03-17', '2026-03-18', '2026-03-19']));
    expect((await runs()).map(({ _id, state, takeovers }) => [_id, state, takeovers])).toEqual(
      ['2026-03-17', '2026-03-18', '2026-03-19'].map((date) => [date, 'done', 0]),
    );
    expect(times.size).toBe(120);
    expect(new Set(times.values())).toEqual(new Set([1]));
  });

  it('opens the next day while the one before waits for postings under way, and finishes them in order', async () => {
    const order: string[] = [];
    const note = (_subject: string, { date }: { date: Temporal.PlainDate }) =>
      void order.push(`keep ${dateText(date)}`);
    const after = [{ name: 'keep', subjects: 1, before: note }];
    const one = closer([{ name: 'accrue', subjects: 2 }], { settledMs: 700, after });
    await one.follow();
    expect(await today()).toBe('2026-03-20');
    expect((await runs()).map(({ state, notBefore }) => [state, notBefore !== null])).toEqual(
      Array.from({ length: 3 }, () => ['running', true]),
    );
    expect(order).toEqual([]);
    // Another one goes on, and does not wait from the beginning.
    const began = performance.now();
    await closer([{ name: 'accrue', subjects: 2 }], { settledMs: 700, after }).closeDays({
      to: day('2026-03-19'),
      by: 'x',
    });
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(order).toEqual(['keep 2026-03-17', 'keep 2026-03-18', 'keep 2026-03-19']);
    expect((await runs()).every(({ state, takeovers }) => state === 'done' && takeovers === 0)).toBe(true);
  });

  it('lets a deposed runner write nothing more, neither in the run nor at its subjects', async () => {
    let open: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const held: string[] = [];
    const wait = async (subject: string) => {
      held.push(subject);
      if (held.length > 12) await gate;
    };
    const slow = closer([{ name: 'accrue', subjects: 40, before: wait }], { leaseMs: 600 });
    const deposed = slow.closeDays({ to: day('2026-03-17'), by: 'slow' });
    await expect.poll(() => held.length, { timeout: 30_000 }).toBeGreaterThan(12);
    const leases = bank.database.db.collection<{ _id: string; until: Date }>('leases');
    await leases.updateOne({ _id: 'close-of-day' }, { $set: { until: new Date(0) } });
    const quick = closer([{ name: 'accrue', subjects: 40 }]);
    await quick.closeDays({ to: day('2026-03-17'), by: 'quick' });
    const [done] = await runs();
    expect(done).toMatchObject({ state: 'done', takeovers: 1 });
    await marksOf(bank.database).deleteMany({});
    // By now it has asked for its lease again, as it would long before one falls free by itself.
    await new Promise((resolve) => setTimeout(resolve, 500));
    open?.();
    // It finds the day closed by the other.
    expect((await deposed).state).toBe('closed');
    // What it had in its hands when the gate opened, four subjects at most, and those have a key; nothing after them.
    expect(await marksOf(bank.database).countDocuments()).toBeLessThanOrEqual(4);
    expect(await runs()).toEqual([done]);
  });

  it('goes on where one subject fails, says which, and does only that step again when told to', async () => {
    let broken = true;
    const fail = (subject: string) => {
      if (broken && subject === '0007') throw new Error('a name that nobody should see');
    };
    const one = closer([
      { name: 'accrue', subjects: 20, before: fail },
      { name: 'notify', subjects: 5 },
    ]);
    const run = await one.closeDay(day('2026-03-17'));
    expect(run).toMatchObject({ state: 'done', failed: 1 });
    expect(run?.steps[0]).toMatchObject({ done: 20, failed: 1, state: 'done' });
    expect(run?.steps[0]?.failures).toMatchObject([{ subject: 'loan 0007' }]);
    expect(run?.steps[0]?.failures[0]?.sentence).toMatch(
      /^It failed unexpectedly\. The log has the cause under reference/,
    );
    expect(JSON.stringify(run)).not.toContain('nobody should see');
    expect((await marksByStep(bank.database))['2026-03-17:accrue']).toBe(19);
    broken = false;
    expect(await one.retry({ date: day('2026-03-17'), retries: 1, by: 'x' })).toMatchObject({ ok: false });
    expect(await one.retry({ date: day('2026-03-17'), retries: 0, by: 'x' })).toMatchObject({ ok: true });
    expect(await one.retry({ date: day('2026-03-17'), retries: 0, by: 'x' })).toMatchObject({ ok: false });
    await expect.poll(async () => (await one.find(day('2026-03-17')))?.state, { timeout: 30_000 }).toBe('done');
    expect(await one.find(day('2026-03-17'))).toMatchObject({ failed: 0, retries: 1 });
    expect((await marksByStep(bank.database))['2026-03-17:accrue']).toBe(20);
    expect(await today()).toBe('2026-03-18');
  });

  it('keeps the first failures of many, and counts all', async () => {
    const fail = () => {
      throw new Error('every one');
    };
    const run = await closer([{ name: 'accrue', subjects: 120, before: fail }]).closeDay(day('2026-03-17'));
    expect(run?.steps[0]).toMatchObject({ done: 120, failed: 120 });
    expect(run?.steps[0]?.failures).toHaveLength(50);
    expect(run?.failed).toBe(120);
  });

  it('stops before the date moves on where a step itself fails, and goes on from its cursor', async () => {
    const looked: string[] = [];
    let broken = true;
    const marking = markingStep(bank.database, {
      name: 'accrue',
      subjects: 30,
      before: (subject) => void looked.push(subject),
    });
    const step = {
      ...marking,
      run: async (one: Parameters<typeof marking.run>[0]) => {
        if (!broken) return marking.run(one);
        let pages = 0;
        const progress: typeof one.progress = async (advance) => {
          await one.progress(advance);
          pages += advance.cursor === undefined ? 0 : 1;
          if (pages === 2) throw new Error('the second page');
        };
        return marking.run({ ...one, progress });
      },
    };
    const one = createCloseOfDay(bank.platform, { steps: [step, advanceStep(bank.platform)] });
    expect((await one.closeDays({ to: day('2026-03-18'), by: 'x' })).state).toBe('stopped');
    expect(await today()).toBe('2026-03-17');
    expect(await runs()).toMatchObject([
      { state: 'stopped', steps: [{ state: 'failed', done: 20 }, { state: 'waiting' }] },
    ]);
    broken = false;
    await one.follow();
    expect(await today()).toBe('2026-03-20');
    expect(looked.filter((subject) => subject === '0020').length).toBe(4 - 1);
    const [first] = await runs();
    expect(first?.steps[0]).toMatchObject({ state: 'done', done: 30, error: null });
  });

  it('tries a step again while the bank is out of reach, and a subject again that somebody changed meanwhile', async () => {
    let out = 2;
    let changed = 2;
    const before = (subject: string) => {
      if (subject === '0003' && out > 0) {
        out -= 1;
        throw new Fault('unavailable', 'no primary');
      }
      if (subject === '0005' && changed > 0) {
        changed -= 1;
        throw new Fault('conflict', 'a payment came in');
      }
    };
    const run = await closer([{ name: 'accrue', subjects: 12, before }]).closeDay(day('2026-03-17'));
    expect(run).toMatchObject({ state: 'done', failed: 0, takeovers: 0 });
    expect((await marksByStep(bank.database))['2026-03-17:accrue']).toBe(12);
    expect([out, changed]).toEqual([0, 0]);
  });

  it('is closed by hand only on the business date, and not before it has begun', async () => {
    const one = closer([{ name: 'accrue', subjects: 2 }]);
    const by = 'x';
    expect(await one.start({ date: day('2026-03-18'), by })).toMatchObject({
      refusal: { code: 'not-the-business-date' },
    });
    const twice = await Promise.all([1, 2].map(() => one.start({ date: day('2026-03-17'), by })));
    expect(twice.map(({ ok }) => ok)).toEqual([true, true]);
    await expect.poll(today, { timeout: 30_000 }).toBe('2026-03-18');
    bank.clock.set('2026-03-17T12:00:00Z');
    expect(await one.start({ date: day('2026-03-18'), by })).toMatchObject({ refusal: { code: 'not-begun' } });
    expect(await today()).toBe('2026-03-18');
  });

  it('stops within a batch when the process stops, and the next one goes on without waiting for a lease', async () => {
    const seen: string[] = [];
    const first = closer([
      {
        name: 'accrue',
        subjects: 400,
        before: async (subject) => {
          seen.push(subject);
          await new Promise((resolve) => setTimeout(resolve, 5));
        },
      },
    ]);
    const work = first.closeDay(day('2026-03-17')).catch((error: unknown) => error);
    await expect.poll(() => seen.length, { timeout: 30_000 }).toBeGreaterThan(40);
    await first.stop();
    expect(await work).toMatchObject({ name: 'LeaseEnded', why: 'stopping' });
    expect(seen.length).toBeLessThan(400);
    const second = closer([{ name: 'accrue', subjects: 400 }]);
    await second.follow();
    expect(await second.find(day('2026-03-17'))).toMatchObject({ state: 'done', takeovers: 1 });
    expect((await marksByStep(bank.database))['2026-03-17:accrue']).toBe(400);
  });

  it('finds what is not done by an index', async () => {
    await closer([{ name: 'accrue', subjects: 1 }]).follow();
    const unfinished = bank.database.db
      .collection<DayRun>('closeOfDayRuns')
      .find({ state: { $in: ['running', 'stopped'] } })
      .sort({ _id: 1 });
    const plan = await unfinished.explain('queryPlanner');
    const text = JSON.stringify(plan, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
    expect([text.includes('IXSCAN'), text.includes('COLLSCAN')]).toEqual([true, false]);
  });
});
