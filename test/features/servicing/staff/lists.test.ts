import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { roles } from '#core/roles.ts';
import { operators } from '#platform/mongo.ts';
import { bucketFilter, figuresPipeline } from '#features/servicing/staff/delinquency.service.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { links, readable } from '../../accounts/history-builders.ts';
import { borrowerWithLoan, expectSound } from './loan-people.ts';

let portal: TestPortal;
let officer: Awaited<ReturnType<TestPortal['staff']>>;
let late: Awaited<ReturnType<typeof borrowerWithLoan>>;
let young: Awaited<ReturnType<typeof borrowerWithLoan>>;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-17');
  officer = await portal.staff('officer');
  late = await borrowerWithLoan(portal, { name: '=Renée Overdue', disbursedOn: '2025-10-05', product: {} });
  young = await borrowerWithLoan(portal, { name: 'Otto Punctual', disbursedOn: '2026-03-10', product: {} });
  await portal.services.closeOfDay.start({ date: dateOf('2026-03-17'), by: 'test' });
  await closed('2026-03-17');
});
afterAll(() => portal.close());

/** Waits until a day is closed. */
async function closed(date: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const run = await portal.services.closeOfDay.find(dateOf(date));
    if (run?.state === 'done') return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The day was not closed');
}

const found = async (query: string) => {
  const page = await officer.get(`/staff/loans?${query}`);
  return links(page.text).filter((href) => /^\/staff\/loans\/[0-9a-f-]{36}$/.test(href));
};

describe('looking for a loan', () => {
  it('finds it by its number, by who borrowed, and by what it is', async () => {
    const mine = [`/staff/loans/${late.loan._id}`];
    const { number } = late.loan;
    for (const q of [number, number.toLowerCase(), number.slice(2), ` ${number} `, late.email, 'OVERDUE'])
      expect([q, await found(new URLSearchParams({ q }).toString())]).toEqual([q, mine]);
    expect(await found(new URLSearchParams({ q: '+1 202 555 0143' }).toString())).toHaveLength(2);
    expect(await found('q=Nobody')).toEqual([]);
    expect(await found('bucket=npa')).toEqual(mine);
    expect(await found('bucket=standard')).toEqual([`/staff/loans/${young.loan._id}`]);
    expect(await found('state=closed')).toEqual([]);
    expect(await found('product=home')).toEqual([]);
    expect(await found('product=personal&state=active')).toHaveLength(2);
    const { db } = portal.platform.database;
    const taxIdIndex = portal.platform.vault.blindIndex('tax-id', '123-45-6789');
    await db.collection<{ _id: string }>('parties').updateOne({ _id: late.partyId }, { $set: { taxIdIndex } });
    expect(await found('q=123-45-6789')).toEqual(mine);
  });

  it('takes no harm from hostile queries, and keeps who looked', async () => {
    for (const query of [
      'q[$ne]=x',
      'state[$ne]=closed',
      'bucket=%7B%24ne%3A1%7D',
      'page=-1',
      'product=../..',
      'state=x',
    ])
      expect([query, (await officer.get(`/staff/loans?${query}`)).status]).toEqual([query, 200]);
    expect((await officer.get(`/staff/loans?q=${'x'.repeat(101)}`)).status).toBe(422);
    expect((await officer.get('/staff/loans?q=a&q=b')).status).toBe(422);
    await officer.get(`/staff/loans/${late.loan._id}`);
    const { entries } = await portal.platform.audit.list({ page: 1, size: 5, subjectId: late.loan._id });
    expect(entries[0]).toMatchObject({ action: 'loan-viewed', actor: officer.userId });
  });

  it('is for those who may, and nobody else', async () => {
    const answers = await Promise.all(
      roles.map(async (role) => {
        const staff = role === 'borrower' ? young : await portal.staff(role);
        const paths = ['/staff/loans', '/delinquency', '/delinquency.csv', '/collections'];
        const statuses = await Promise.all(paths.map(async (path) => (await staff.get(path)).status));
        return [role, statuses.join(' ')];
      }),
    );
    expect(Object.fromEntries(answers)).toEqual({
      borrower: '403 403 403 403',
      officer: '200 200 200 200',
      'senior-officer': '200 200 200 200',
      analyst: '200 200 200 403',
      finance: '200 200 200 200',
      compliance: '200 200 200 200',
      administrator: '200 200 200 200',
    });
  });
});

describe('the loan’s page', () => {
  it('shows everything in its tabs, with the ledger and the loan in agreement', async () => {
    const path = `/staff/loans/${late.loan._id}`;
    const texts: Record<string, string[]> = {
      '': [
        'Days past due',
        'NPA, substandard',
        'interest in suspense',
        'Record a payment from outside',
        'Payoff today',
      ],
      '?tab=schedule': ['12 instalments', 'Overdue', '5 November 2025'],
      '?tab=transactions': ['Paid out', '1 in all'],
      '?tab=terms': ['The agreement', 'Versions of the terms'],
      '?tab=ledger': ['say the same', 'Interest in suspense'],
      '?tab=collections': ['Nobody looks after this loan'],
      '?tab=nothing': ['What can be done'].slice(1),
    };
    for (const [tab, wanted] of Object.entries(texts)) {
      const page = await officer.get(`${path}${tab}`);
      expect(page.status).toBe(200);
      const text = readable(page.text);
      for (const one of wanted) expect(text).toContain(one);
    }
    const ledger = await officer.get(`${path}?tab=ledger`);
    const journal = links(ledger.text).find((href) => href.includes('/journals/')) ?? '';
    const shown = await officer.get(journal);
    expect(shown.status).toBe(200);
    expect(readable(shown.text)).toContain('Loan principal');
    // A journal of another loan is none of this one.
    const key = journal.split('/').at(-1) ?? '';
    expect((await officer.get(`/staff/loans/${young.loan._id}/journals/${key}`)).status).toBe(404);
    await expectSound(portal);
  });
});

describe('the delinquency list', () => {
  it('is what the close of day brought to the collections desk', async () => {
    const desk = await officer.get('/collections?tab=all');
    expect(links(desk.text)).toContain(`/collections/${late.loan._id}`);
    expect(links(desk.text)).not.toContain(`/collections/${young.loan._id}`);
  });

  it('counts by bucket with both names, and lists the most days first', async () => {
    const page = await officer.get('/delinquency');
    const text = readable(page.text);
    expect(text).toContain('NPA (90 days and more): 1');
    expect(text).toContain('Standard (Current): 1');
    expect(text).toContain('SMA-1 (30 days): 0');
    expect(text).toContain(late.loan.number);
    expect(text).not.toContain(young.loan.number);
    expect(readable((await officer.get('/delinquency?bucket=standard')).text)).toContain(young.loan.number);
    expect(readable((await officer.get('/delinquency?bucket=sma-2')).text)).toContain('No loan is in this bucket');
    expect((await officer.get('/delinquency?bucket[$ne]=x')).status).toBe(200);
  });

  it('exports what is shown as a file that no spreadsheet takes for formulas', async () => {
    const file = await officer.download('/delinquency.csv?bucket=npa');
    const text = (file.body as Buffer).toString();
    expect(file.headers['content-type']).toContain('text/csv');
    expect(text).toContain('Days past due');
    expect(text).toContain(`${late.loan.number},'=Renée Overdue,`);
    expect(text).not.toContain(young.loan.number);
  });

  it('and every other list is found by an index, the figures by it alone', async () => {
    const loans = portal.database.db.collection('loans');
    const newest = { _id: -1 } as const;
    const days = { 'arrears.daysPastDue': -1, _id: 1 } as const;
    const plain = <T>(filter: T): T => JSON.parse(JSON.stringify(filter)) as T;
    const plans = [
      await loans.find({ state: 'active' }).sort(newest).explain('queryPlanner'),
      await loans.find({ productCode: 'personal' }).sort(newest).explain('queryPlanner'),
      await loans.find({ branchId: 'head-office' }).sort(newest).explain('queryPlanner'),
      await loans.find({ number: 'L-1' }).explain('queryPlanner'),
      await loans
        .find(plain({ partyId: operators({ $in: ['x'] }) }))
        .sort(newest)
        .explain('queryPlanner'),
      await loans
        .find(plain(bucketFilter(['sma-0', 'sma-1'])))
        .sort(days)
        .explain('queryPlanner'),
      await loans
        .find({ 'arrears.bucket': { $in: ['sma-0'] } })
        .sort(days)
        .explain('queryPlanner'),
      await loans.aggregate(figuresPipeline('USD')).explain('queryPlanner'),
    ].map(textOf);
    for (const plan of plans) {
      expect(plan).toContain('IXSCAN');
      expect(plan).not.toContain('COLLSCAN');
    }
    expect(plans[5]).not.toContain('"stage":"SORT"');
    expect(plans.at(-1)).not.toContain('FETCH');
  });
});

function textOf(plan: object): string {
  const { queryPlanner, stages } = plan as { queryPlanner?: { winningPlan: unknown }; stages?: unknown };
  const winner = queryPlanner?.winningPlan ?? winningOf(stages);
  return JSON.stringify(winner, (_name, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
}

function winningOf(stages: unknown): unknown {
  const [first] = stages as { $cursor: { queryPlanner: { winningPlan: unknown } } }[];
  return first?.$cursor.queryPlanner.winningPlan;
}
