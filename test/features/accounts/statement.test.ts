import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import { book, links, openAccount, readable, setAside } from './history-builders.ts';

const today = '2026-03-17';
let portal: TestPortal;
let borrower: Awaited<ReturnType<TestPortal['borrower']>>;
let id: string;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2025-12-02');
  borrower = await portal.borrower();
  id = await openAccount(portal, borrower);
  await book(portal, { account: id, cents: 1_000_00n, on: '2025-12-03', reference: 'SBX-1' });
  await book(portal, { account: id, cents: -50_00n, on: '2026-02-03', kind: 'transfer' });
  await book(portal, { account: id, cents: 20_00n, on: '2026-02-20', kind: 'interest' });
  await portal.setDay(today);
  // The months in between ended the session.
  await borrower.post('/login', { email: borrower.email, password: testPassword });
  await book(portal, { account: id, cents: -5_00n, on: today, kind: 'withdrawal' });
  await setAside(portal, { account: id, cents: 1_00n, on: today });
});
afterAll(() => portal.close());

const statement = async (query: string) => borrower.get(`/accounts/${id}/statement?${query}`);

describe('a statement', () => {
  it('of a month has opening balance, lines with the running balance, sums and closing balance', async () => {
    const text = readable((await statement('month=2026-02')).text);
    expect(text).toContain('Opening balance 1,000.00 before 1 February 2026');
    expect(text).toContain('Paid in 20.00 USD Paid out 50.00 USD');
    expect(text).toContain('Closing balance 970.00 at the end of 28 February 2026');
    expect(text).toMatch(/Opening balance 1,000\.00 3 February 2026 Transfer A test −50\.00 950\.00/);
    expect(text).toMatch(/20 February 2026 Interest A test \+20\.00 970\.00 Closing balance 970\.00/);
    expect(text).not.toContain('Hold');
  });

  it('is of this month so far where nothing is chosen', async () => {
    const page = await borrower.get(`/accounts/${id}/statement`);
    const text = readable(page.text);
    expect(text).toContain('1 March 2026 to 17 March 2026');
    expect(text).toContain('Opening balance 970.00');
    expect(text).toContain('Closing balance 965.00');
    expect(links(page.text)).toEqual(
      expect.arrayContaining([
        `/accounts/${id}/statement.pdf?month=2026-03`,
        `/accounts/${id}/statement.csv?month=2026-03`,
      ]),
    );
  });

  it('offers the months since the account was opened, the newest first', async () => {
    const html = (await statement('month=2026-01')).text;
    const months = [...html.matchAll(/<option value="(\d{4}-\d{2})"( selected)?>/g)].map(
      ([, month = '', chosen = '']) => month + chosen,
    );
    expect(months).toEqual(['2026-03', '2026-02', '2026-01 selected', '2025-12']);
    expect(readable(html)).toContain('0 lines');
    expect(readable(html)).toContain('Opening balance 1,000.00 Closing balance 1,000.00');
  });

  it('of any days counts what was booked later by the day it counts for', async () => {
    const late = await openAccount(portal, borrower, 'Late');
    await book(portal, { account: late, cents: 10_00n, on: '2026-01-10' });
    await book(portal, { account: late, cents: 10_00n, on: '2026-03-02' });
    await portal.services.ledger.snapshot(Temporal.PlainDate.from('2026-03-16'), { worth: 1 });
    await book(portal, { account: late, cents: 7_00n, on: '2026-01-20', bookedOn: today, reference: 'a correction' });
    const html = (await borrower.get(`/accounts/${late}/statement?from=2026-01-01&to=2026-03-01`)).text;
    const text = readable(html);
    expect(text).toContain('Paid in 17.00');
    expect(text).toContain(
      '20 January 2026 Deposit A correction. Booked on 17 March 2026 +7.00 17.00 Closing balance 17.00',
    );
    const march = readable((await borrower.get(`/accounts/${late}/statement?month=2026-03`)).text);
    expect(march).toContain('Opening balance 17.00');
    expect(march).toContain('Closing balance 27.00');
    expect(march).not.toContain('correction');
  });

  it.each([
    ['from=2026-03-01&to=2026-03-18', 'to', 'Choose a last day that is not in the future'],
    ['from=2026-03-02&to=2026-03-01', 'to', 'Choose a last day that is not before the first'],
    ['from=2021-03-17&to=2026-03-17', 'to', 'Choose at most 5 years; make several statements for more'],
    ['from=1800-01-01&to=1801-01-01', 'from', 'Choose a first day in 1900 or later'],
    ['from=2026-02-30&to=2026-03-01', 'from', 'Enter the first day as year-month-day, like 1990-04-23'],
    ['from=2026-03-01', 'to', 'Enter the last day'],
    ['to=2026-03-01', 'from', 'Enter the first day'],
    ['month=2026-04', 'month', 'Choose a month that has begun'],
    ['month=2026-13', 'month', 'Choose a month from the list'],
    ['month=zzz', 'month', 'Choose a month from the list'],
    ['month=2026-01&month=2026-02', 'month', 'Send this answer once'],
    ['from=a&from=b&to=c', 'from', 'Send this answer once'],
  ])('is refused for ?%s with a sentence', async (query, field, sentence) => {
    const page = await statement(query);
    expect(page.status).toBe(422);
    expect(page.text).toContain(`<a href="#${field}">${sentence}</a>`);
    expect(page.text).not.toContain('Download');
    for (const file of ['pdf', 'csv']) {
      const refused = await borrower.get(`/accounts/${id}/statement.${file}?${query}`);
      expect(refused.status).toBe(303);
      const told = await borrower.get(String(refused.headers.location));
      expect(told.status).toBe(query.includes('&month=') || query.includes('&from=') ? told.status : 422);
    }
  });

  it('of five years less a day is made', async () => {
    const page = await statement('from=2021-03-18&to=2026-03-17');
    expect(page.status).toBe(200);
    expect(readable(page.text)).toContain('4 lines');
  });

  it('takes no harm from hostile addresses', async () => {
    for (const query of ['page=0', 'page=99999', 'page[$gt]=1', '__proto__=1', 'month[$ne]=x', 'page=1e3'])
      expect({ query, status: (await statement(query)).status }).toEqual({ query, status: 200 });
  });

  it('has pages of a hundred lines, each with what is brought forward, and keeps its days in their links', async () => {
    const busy = await openAccount(portal, borrower, 'Busy');
    for (let n = 1; n <= 130; n += 1) await book(portal, { account: busy, cents: 1_00n, on: '2026-03-05' });
    const query = 'from=2026-03-01&to=2026-03-10';
    const first = await borrower.get(`/accounts/${busy}/statement?${query}`);
    expect(first.text.match(/class="rowlink"/g)).toHaveLength(100);
    expect(readable(first.text)).toContain('1 to 100 of 130');
    expect(links(first.text)).toContain(`/accounts/${busy}/statement?${query}&page=2`);
    const second = readable((await borrower.get(`/accounts/${busy}/statement?${query}&page=2`)).text);
    expect(second).toContain('Brought forward 100.00');
    expect(second).toContain('Closing balance 130.00');
    expect(second).not.toContain('Opening balance 0.00 5');
  });
});
