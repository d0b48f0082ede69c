import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWatching } from '#features/risk/watching/watching.service.ts';
import type { OpenedRecord } from '#features/risk/records/record.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { links, readable } from '../../accounts/history-builders.ts';
import { scoredAt, shippedModels, steadyPeople, withValue } from './people.ts';

let portal: TestPortal;
let analyst: Awaited<ReturnType<TestPortal['staff']>>;
const today = '2026-03-17';
const page = '/risk/monitoring';

beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay(today);
  analyst = await portal.staff('analyst');
});
afterAll(() => portal.close());

const alerts = () => portal.database.db.collection<{ _id: string }>('riskAlerts');
const auditOf = (action: string) => portal.database.db.collection('auditEntries').countDocuments({ action });

/** What helper M's records give, in batches, by day; counts how often it was asked. */
function recordsOf(all: readonly OpenedRecord[], onBatch: () => void = () => undefined) {
  return {
    async *scan({ moment, from, to }: { moment: string; from: string; to: string }) {
      const found = all.filter((one) => one.moment === moment && one.on >= from && one.on <= to);
      for (let at = 0; at < found.length; at += 200) {
        onBatch();
        yield await Promise.resolve(found.slice(at, at + 200));
      }
    },
  };
}

function watchingOver(all: readonly OpenedRecord[], onBatch?: () => void) {
  const asked: number[] = [];
  const outcomesOf = (ids: readonly string[]) => {
    asked.push(ids.length);
    return Promise.resolve(
      new Map(
        ids.map((loanId) => [loanId, { loanId, defaulted: true, worstDaysPastDue: 120, state: 'running' as const }]),
      ),
    );
  };
  const deps = { models: shippedModels, records: recordsOf(all, onBatch), ports: { outcomesOf } };
  return { watching: createWatching(portal.platform, deps), asked };
}

const drifted = steadyPeople(300, (one) => ({ ...withValue(one, 'AnnualIncome', 1), scored: scoredAt(0.99) }));
const decided = drifted.map((one, at): OpenedRecord => ({
  ...{ ...one, moment: 'decided', decision: at % 2 ? 'approved' : 'declined' },
  loanId: at % 2 ? `loan-${at}` : null,
  quoted: at % 2 ? { model: shippedModels.models.quoted.sha256, ...scoredAt(0.999), challenger: null } : null,
}));

describe('the monitoring of a bank that has scored nobody', () => {
  it('says so, and counts two years of nothing once', async () => {
    const seen = await analyst.get(page);
    expect(seen.status).toBe(200);
    expect(readable(seen.text)).toContain('Nothing was counted here yet');
    expect(readable(seen.text)).toContain('No alert waits for anybody');
    expect(await portal.services.risk.watching.follow()).toBe(25);
    expect(await portal.services.risk.watching.follow()).toBe(0);
  });

  it('is for those who may watch', async () => {
    for (const role of ['officer', 'finance'] as const)
      expect([role, (await (await portal.staff(role)).get(page)).status]).toEqual([role, 403]);
    for (const role of ['senior-officer', 'compliance', 'administrator'] as const)
      expect([role, (await (await portal.staff(role)).get(page)).status]).toEqual([role, 200]);
    expect((await (await portal.borrower()).get(page)).status).toBe(403);
    expect((await portal.visitor().get(page)).status).toBe(303);
  });

  it('shows nothing on the home page while nothing needs anybody', async () => {
    expect(readable((await analyst.get('/dashboard')).text)).not.toContain('Model alerts');
  });

  it('takes no harm from hostile queries', async () => {
    for (const query of ['month[$ne]=x', 'stage[$gt]=', 'month=2026-13', 'model=../..', 'over=x', 'stage=a&stage=b'])
      expect([query, (await analyst.get(`${page}?${query}`)).status]).toEqual([query, 200]);
    expect((await analyst.get(`${page}/alerts?page=99999`)).status).toBe(200);
    expect((await analyst.get(`${page}/alerts/nothing`)).status).toBe(404);
  });
});

describe('a month of people whom the model does not know', () => {
  it('is counted in batches, and a run that was stopped counts nothing twice', async () => {
    await portal.database.db.collection('riskMonthMarks').deleteMany({});
    let batches = 0;
    const first = watchingOver([...drifted, ...decided], () => {
      batches += 1;
      if (batches === 3) first.watching.stop();
    });
    expect(await first.watching.follow()).toBe(25);
    expect(await portal.database.db.collection('riskMonths').countDocuments()).toBe(0);
    const second = watchingOver([...drifted, ...decided]);
    expect(await second.watching.follow()).toBe(1);
    expect(second.asked).toEqual([100, 50]);
    const months = portal.database.db.collection('riskMonths');
    const [quoted] = await months.find({ stage: 'quoted' }).toArray();
    expect(quoted).toMatchObject({ population: { records: 150 }, decided: { approved: 0, declined: 0 } });
    const [month] = await months.find({ stage: 'application' }).toArray();
    expect(month).toMatchObject({ month: '2026-03', through: today, population: { records: 300 } });
    expect(month).toMatchObject({ decided: { approved: 150, declined: 150 }, went: { defaulted: 150 } });
  });

  it('raises each alert once, however often and by however many it is counted', async () => {
    const before = await alerts().countDocuments();
    expect(before).toBeGreaterThan(3);
    expect(await auditOf('model-alert-raised')).toBe(before);
    await portal.database.db.collection('riskMonthMarks').deleteMany({});
    const others = [watchingOver([...drifted, ...decided]), watchingOver([...drifted, ...decided])];
    await Promise.all(others.map(({ watching }) => watching.follow()));
    expect(await alerts().countDocuments()).toBe(before);
    expect(await auditOf('model-alert-raised')).toBe(before);
    const about = (await alerts().distinct('about')).toSorted();
    expect(about).toEqual(['decisions', 'feature', 'loans', 'score']);
  });

  it('is told on the page, in figures, words and tables', async () => {
    const text = readable((await analyst.get(`${page}?month=2026-03`)).text);
    expect(text).toContain('The score meets other people than it was made for');
    expect(text).toContain('Yearly income');
    expect(text).toContain('What was predicted is not what was decided');
    expect(text).toContain('Loans go far worse than was predicted');
    expect(text).toContain('150 of 150 loans');
    expect(text).toContain('No challenger runs in the shadow');
    expect(text).not.toContain('The model file keeps no usable shares of');
    expect((await analyst.get(`${page}?month=1999-01&over=year`)).text).toContain('twelve months to March 2026');
  });

  it('says of the model with the rate why approval is not held against it, and raises no alert of its people', async () => {
    const text = readable((await analyst.get(`${page}?stage=quoted`)).text);
    expect(text).toContain('Only an application that gets an offer has a rate');
    expect(text).toContain('Loans go far worse than was predicted');
    expect(text).toContain('Applications 150 scored with their offer');
    for (const left of ['what was decided', 'Nothing was decided yet', 'A better grade'])
      expect(text).not.toContain(left);
    expect(await alerts().distinct('about', { stage: 'quoted' })).toEqual(['loans']);
  });

  it('has a line on the home page of those who watch, and of nobody else', async () => {
    const compliance = await portal.staff('compliance');
    const senior = await portal.staff('senior-officer');
    for (const person of [analyst, compliance, senior]) {
      const home = await person.get('/dashboard');
      expect(readable(home.text)).toContain('Model alerts');
      expect(links(home.text)).toContain(page);
    }
    expect(readable((await (await portal.staff('officer')).get('/dashboard')).text)).not.toContain('Model alerts');
  });

  it('is found by indexes alone', async () => {
    const plans = [
      await portal.database.db.collection('riskMonths').find({ stage: 'application' }).sort({ month: -1 }).explain(),
      await portal.database.db
        .collection('riskMonths')
        .find({ stage: 'application', month: { $gte: '2025-04', $lte: '2026-03' } })
        .sort({ month: -1, _id: 1 })
        .explain(),
      await alerts().find({ state: 'open' }).sort({ state: 1, level: 1, month: -1, _id: 1 }).explain(),
      await alerts().find({}).sort({ month: -1, _id: 1 }).explain(),
    ].map((plan) =>
      JSON.stringify((plan as { queryPlanner: { winningPlan: object } }).queryPlanner.winningPlan, plain),
    );
    for (const plan of plans) {
      expect(plan).toContain('IXSCAN');
      expect(plan).not.toContain('"SORT"');
    }
  });
});

const plain = (_name: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value);

describe('an alert', () => {
  const one = async (filter: object = { state: 'open' }) => {
    const found = await alerts().findOne(filter);
    if (!found) throw new Error('There is no such alert');
    return `${page}/alerts/${found._id}`;
  };

  it('says what it means and what to do', async () => {
    const text = readable((await analyst.get(await one({ about: 'feature', feature: 'AnnualIncome' }))).text);
    expect(text).toContain('Yearly income has moved');
    expect(text).toContain('First make sure that the value still comes from where it should');
    expect(text).toContain('300 records of March 2026');
  });

  it('is acknowledged with a note, once, by one person, and audited', async () => {
    const path = await one();
    const empty = await analyst.post(`${path}/acknowledge`, { note: ' ' });
    expect(empty.status).toBe(422);
    expect(readable(empty.text)).toContain('Enter what you found and what is done about it');
    expect((await analyst.post(`${path}/acknowledge`, { note: 'x'.repeat(501) })).status).toBe(422);
    expect((await analyst.post(`${path}/acknowledge`, { note: 'x', by: 'me' })).status).toBe(422);
    const other = await portal.staff('compliance');
    const note = 'A <b>campaign</b> for students; it ends in April.';
    const answers = await Promise.all([
      analyst.post(`${path}/acknowledge`, { note }),
      other.post(`${path}/acknowledge`, { note: 'Seen' }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 409]);
    expect(await auditOf('model-alert-acknowledged')).toBe(1);
    const [first] = answers;
    const winner = first.status === 303 ? { person: analyst, note } : { person: other, note: 'Seen' };
    expect((await winner.person.post(`${path}/acknowledge`, { note: winner.note })).status).toBe(303);
    expect(await auditOf('model-alert-acknowledged')).toBe(1);
    const seen = await analyst.get(path);
    expect(readable(seen.text)).toContain('Acknowledged');
    expect(seen.text).not.toContain('<b>campaign');
    expect(seen.text).not.toContain('Acknowledge with this note');
  });

  it('is not for those who may not watch, nor without a token', async () => {
    const path = `${await one()}/acknowledge`;
    expect((await (await portal.staff('officer')).post(path, { note: 'x' })).status).toBe(403);
    expect((await analyst.post(path, { note: 'x' }, { csrf: false })).status).toBe(403);
    expect((await analyst.post(`${page}/alerts/nothing/acknowledge`, { note: 'x' })).status).toBe(404);
  });

  it('stays acknowledged when the month is counted again', async () => {
    const open = await alerts().countDocuments({ state: 'open' });
    await portal.database.db.collection('riskMonthMarks').deleteMany({});
    await watchingOver([...drifted, ...decided]).watching.follow();
    expect(await alerts().countDocuments({ state: 'open' })).toBe(open);
  });
});
