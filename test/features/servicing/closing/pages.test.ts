import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import type { DayRun, StepRecord } from '#platform/close-of-day/day-run.model.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
});
afterAll(() => portal.close());
beforeEach(async () => {
  await portal.setDay('2026-03-17');
  await runs().deleteMany({});
});

const runs = () => portal.database.db.collection<DayRun>('closeOfDayRuns');
const stateOf = async (date: string) => (await portal.services.closeOfDay.find(dateOf(date)))?.state;

function step(fields: Partial<StepRecord>): StepRecord {
  return {
    ...{ name: 'accrue', title: 'Daily interest', state: 'done', startedAt: new Date(), finishedAt: new Date() },
    ...{ cursor: null, done: 0, failed: 0, total: null, error: null, failures: [] },
    ...fields,
  };
}

async function insertRun(fields: Partial<DayRun>): Promise<void> {
  await runs().insertOne({
    ...{ _id: '2026-03-16', state: 'running', token: 0, holder: '', startedBy: 'calendar', startedAt: new Date() },
    ...{ finishedAt: null, notBefore: null, takeovers: 0, retries: 0, failed: 0, steps: [] },
    ...fields,
  });
}

describe('the pages of the close of day', () => {
  it('lets a finance manager close the day, once, and shows what it came to', async () => {
    const finance = await portal.staff('finance');
    const list = await finance.get('/close-of-day');
    expect(list.text).toContain('No day is closed yet');
    expect(list.text).toContain('Close 17 March 2026');
    const confirm = await finance.get('/close-of-day/close');
    expect(confirm.text).toContain('Close 17 March 2026 now');
    expect(confirm.text).toContain('The business date becomes 18 March 2026');
    const answers = await Promise.all([1, 2].map(() => finance.post('/close-of-day/close', { date: '2026-03-17' })));
    for (const answer of answers)
      expect([answer.status, answer.headers.location]).toEqual([303, '/close-of-day/2026-03-17']);
    await expect.poll(() => stateOf('2026-03-17'), { timeout: 30_000 }).toBe('done');
    const page = await finance.get('/close-of-day/2026-03-17');
    expect(page.text).toContain('Close of 17 March 2026');
    expect(page.text).toContain('Scheduled transfers');
    expect(page.text).not.toContain('Look again');
    expect(page.headers.refresh).toBeUndefined();
    expect((await runs().find().toArray()).length).toBe(1);
    const after = await finance.get('/close-of-day');
    expect(after.text).toContain('Business date 18 March 2026');
    // The calendar stands at the 17th: nobody closes tomorrow.
    expect(after.text).not.toContain('/close-of-day/close');
    expect((await finance.get('/close-of-day/close')).text).toContain('18 March 2026 has not begun');
    const tomorrow = await finance.post('/close-of-day/close', { date: '2026-03-18' });
    expect([tomorrow.status, tomorrow.text.includes('Nothing was changed')]).toEqual([409, true]);
  });

  it('refuses a date that is not the business date, and hostile ones', async () => {
    const finance = await portal.staff('administrator');
    for (const date of ['2026-03-16', '2026-03-18'])
      expect((await finance.post('/close-of-day/close', { date })).status, date).toBe(409);
    for (const date of ['2026-02-30', '', '17 March'])
      expect((await finance.post('/close-of-day/close', { date })).status, date).toBe(422);
    expect((await finance.postRaw('/close-of-day/close', 'date[$ne]=x')).status).toBe(422);
    expect((await finance.post('/close-of-day/close', { date: '2026-03-17' }, { csrf: false })).status).toBe(403);
    for (const path of ['2026-03-17', '2026-02-30', 'nothing', '__proto__'])
      expect((await finance.get(`/close-of-day/${path}`)).status, path).toBe(404);
    expect(await runs().countDocuments()).toBe(0);
  });

  it('is for those who may see it, and closed by those who may close', async () => {
    for (const role of ['senior-officer', 'compliance'] as const) {
      const staff = await portal.staff(role);
      expect((await staff.get('/close-of-day')).text).not.toContain('/close-of-day/close');
      expect((await staff.post('/close-of-day/close', { date: '2026-03-17' })).status).toBe(403);
    }
    for (const role of ['officer', 'analyst'] as const)
      expect((await (await portal.staff(role)).get('/close-of-day')).status).toBe(403);
    expect((await (await portal.borrower()).get('/close-of-day')).status).toBe(403);
    expect((await (await portal.staff('finance')).get('/dashboard')).text).toContain('href="/close-of-day"');
    expect(await runs().countDocuments()).toBe(0);
  });

  it('shows a close under way with its progress, and looks again by itself', async () => {
    const steps = [
      step({ done: 40, total: 160, state: 'running', finishedAt: null }),
      step({ name: 'fall-due', title: 'Fall due', state: 'waiting', startedAt: null, finishedAt: null }),
    ];
    await insertRun({ steps });
    const page = await (await portal.staff('compliance')).get('/close-of-day/2026-03-16');
    expect(page.text).toMatch(/<progress[^>]*aria-label="Daily interest"[^>]*max="160" value="40"/);
    expect(page.text).toContain('40 of 160');
    expect(page.headers.refresh).toBe('3');
  });

  it('says what stopped it', async () => {
    const error = 'It failed unexpectedly. The log has the cause under reference 7K3M-92QX.';
    await insertRun({
      state: 'stopped',
      steps: [step({ state: 'failed', error, done: 3, total: 9, finishedAt: null })],
    });
    const finance = await portal.staff('finance');
    const page = await finance.get('/close-of-day/2026-03-16');
    expect(page.text).toContain('It stopped at “Daily interest”');
    expect(page.text).toContain('7K3M-92QX');
    expect((await finance.get('/close-of-day')).text).toContain('16 March 2026 could not be finished');
  });

  it('lists what to look at, and runs those steps again once', async () => {
    const failures = [{ subject: 'Loan 4711 <b>', sentence: 'Its account is frozen.' }];
    const name = portal.services.closeOfDay.steps[0]?.name ?? '';
    await insertRun({
      ...{ state: 'done', finishedAt: new Date(), failed: 60 },
      steps: portal.services.closeOfDay.steps.map((one) =>
        step({ ...one, ...(one.name === name ? { done: 90, failed: 60, failures } : {}) }),
      ),
    });
    const compliance = await (await portal.staff('compliance')).get('/close-of-day/2026-03-16');
    expect(compliance.text).toContain('The first 1 of 60');
    expect(compliance.text).not.toContain('Run these steps again');
    const finance = await portal.staff('finance');
    const page = await finance.get('/close-of-day/2026-03-16');
    expect(page.text).toContain('Loan 4711 &lt;b&gt;');
    expect(page.text).toContain('Run these steps again');
    const again = await finance.post('/close-of-day/2026-03-16/retry', { version: '0' });
    expect([again.status, again.headers.location]).toEqual([303, '/close-of-day/2026-03-16']);
    expect((await finance.post('/close-of-day/2026-03-16/retry', { version: '0' })).status).toBe(409);
    await expect.poll(() => stateOf('2026-03-16'), { timeout: 30_000 }).toBe('done');
    expect(await runs().findOne({ _id: '2026-03-16' })).toMatchObject({ failed: 0, retries: 1 });
    const trail = await portal.platform.audit.list({ page: 1, size: 5, subjectId: '2026-03-16' });
    expect(trail.entries.map(({ action, actor }) => [action, actor === finance.userId])).toContainEqual([
      'day-close-retried',
      true,
    ]);
    expect(await portal.platform.bankDay.today()).toEqual(dateOf('2026-03-17'));
  });

  it('pages the closed days', async () => {
    const days = Array.from({ length: 35 }, (_, index) => dateOf('2026-01-01').add({ days: index }).toString());
    for (const _id of days) await insertRun({ _id, state: 'done', finishedAt: new Date() });
    const finance = await portal.staff('finance');
    expect((await finance.get('/close-of-day')).text).toContain('1 to 30 of 35');
    expect((await finance.get('/close-of-day?page=2')).text).toContain('1 January 2026');
  });
});
