import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { fundedAccount, lend } from '../servicing/lender.ts';
import { book, freeze, links, openAccount, readable, setAside } from './history-builders.ts';

const today = '2026-03-17';
let portal: TestPortal;
let borrower: Awaited<ReturnType<TestPortal['borrower']>>;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay(today);
});
afterAll(() => portal.close());

/** Nobody may have more than ten accounts: each group of tests has a customer of its own. */
const newBorrower = async () => {
  borrower = await portal.borrower();
};
const account = (name?: string) => openAccount(portal, borrower, name);
const page = async (path: string) => (await borrower.get(path)).text;

describe('the page of an account', () => {
  beforeAll(newBorrower);

  it('shows balance, available and held, and what can be done', async () => {
    const id = await account('Holidays');
    await book(portal, { account: id, cents: 500_00n, on: today });
    await setAside(portal, { account: id, cents: 120_00n, on: today, expiresAt: '2026-03-20T09:30:00Z' });
    const html = await page(`/accounts/${id}`);
    const text = readable(html);
    expect(text).toContain('Balance 500.00 USD Available 380.00 to use now Held 120.00');
    expect(text).toContain('Until 20 March 2026, 09:30');
    expect(text).toContain('Hold placed 120.00');
    expect(links(html)).toEqual(
      expect.arrayContaining([
        `/transfer?account=${id}`,
        `/deposit?account=${id}`,
        `/withdraw?account=${id}`,
        `/accounts/${id}/statement`,
        `/accounts/${id}/details`,
        `/accounts/${id}/balance`,
      ]),
    );
    expect(readable(await page(`/accounts/${id}/balance`))).toContain('380.00 available Set aside by holds 120.00');
  });

  it('never tells of a freeze, a change of terms, or why the bank holds money', async () => {
    const id = await account();
    await book(portal, { account: id, cents: 500_00n, on: today });
    await setAside(portal, { account: id, cents: 10_00n, on: today, reference: 'case 77, suspected fraud' });
    const frozen = await freeze(portal, id, today, 'full');
    await freeze(portal, id, today, 'none');
    const addresses = [
      `/accounts/${id}`,
      `/accounts/${id}?period=this-month`,
      `/accounts/${id}?q=case`,
      '/transactions',
    ];
    for (const address of [...addresses, `/accounts/${id}?q=freeze`, `/accounts/${id}/statement`, '/dashboard']) {
      const html = await page(address);
      expect(html).not.toMatch(/case 77|freeze of|frozen/i);
      expect(html).not.toContain(frozen);
    }
    expect((await borrower.get(`/accounts/${id}/entries/${frozen}`)).status).toBe(404);
    // Nor by counting: nothing says how many entries there are.
    expect(readable(await page(`/accounts/${id}`))).not.toMatch(/\d+ to \d+ of \d+|\d+ in all/);
  });

  it('has pages by number with the first and the last, and keeps the order', async () => {
    const id = await account();
    for (let n = 1; n <= 65; n += 1) await book(portal, { account: id, cents: BigInt(n), on: today });
    const first = await page(`/accounts/${id}`);
    expect(readable(first)).toContain('Page 1 of 3');
    expect(first.match(/class="rowlink"/g)).toHaveLength(30);
    expect(links(first)).toEqual(expect.arrayContaining([`/accounts/${id}?page=2`, `/accounts/${id}?page=3`]));
    const last = await page(`/accounts/${id}?page=3`);
    expect(readable(last)).toContain('Page 3 of 3');
    expect(last.match(/class="rowlink"/g)).toHaveLength(5);
    expect(readable(last)).toContain('+0.01');
    expect(links(last)).toContain(`/accounts/${id}`);
    const past = await page(`/accounts/${id}?page=999999999`);
    expect(readable(past)).toContain(
      'There is nothing on this page The entries before it are still there. Go to the newest',
    );
    expect(links(past)).toContain(`/accounts/${id}?page=3`);
  });

  it('answers hostile addresses with its first page', async () => {
    const id = await account();
    await book(portal, { account: id, cents: 100n, on: today });
    const hostile = [
      'page=0',
      'page=-1',
      'page=1e9',
      'page[$gt]=1',
      'before=0',
      'before=99999999999999999999',
      'direction=sideways',
      'kind=__proto__',
      'kind=toString',
      'period=constructor',
      'account[$ne]=x',
      'as=number',
      '__proto__[x]=1',
      'page=1&page=2',
      'direction=in&direction=out',
    ];
    for (const query of hostile) {
      const answer = await borrower.get(`/accounts/${id}?${query}`);
      expect({ query, status: answer.status }).toEqual({ query, status: 200 });
      expect(readable(answer.text)).toContain('+1.00');
    }
    const shown = await borrower.get(`/accounts/${id}?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(shown.text).not.toContain('<script>alert');
    expect(shown.status).toBe(200);
  });
});

describe('the filters of a history', () => {
  let id: string;
  const on = (day: number) => `2026-0${day < 100 ? 2 : 3}-${String(day % 100).padStart(2, '0')}`;
  beforeAll(async () => {
    await newBorrower();
    id = await account('Filtered');
    await book(portal, { account: id, cents: 1_000_00n, on: on(10), reference: 'SALARY.* February' });
    await book(portal, { account: id, cents: -50_00n, on: on(11), kind: 'transfer', reference: 'transfer 7K3M-50XX' });
    await book(portal, {
      account: id,
      cents: -30_00n,
      on: on(12),
      kind: 'instalment-payment',
      reference: 'loan L-1, instalment 1',
    });
    await book(portal, { account: id, cents: 2_00n, on: on(105), kind: 'interest', reference: 'interest of March' });
    await book(portal, { account: id, cents: -50_00n, on: on(106), kind: 'withdrawal', reference: 'SBX-1' });
  });
  const amounts = async (query: string) =>
    [...readable(await page(`/accounts/${id}?${query}`)).matchAll(/[+−][\d,]+\.\d\d/g)].map(([amount]) => amount);

  it.each([
    ['period=this-month', ['−50.00', '+2.00']],
    ['period=last-month', ['−30.00', '−50.00', '+1,000.00']],
    ['period=this-year', ['−50.00', '+2.00', '−30.00', '−50.00', '+1,000.00']],
    ['from=2026-02-11&to=2026-03-05', ['+2.00', '−30.00', '−50.00']],
    ['from=2026-03-06', ['−50.00']],
    ['to=2026-02-10', ['+1,000.00']],
    ['direction=in', ['+2.00', '+1,000.00']],
    ['direction=out', ['−50.00', '−30.00', '−50.00']],
    ['kind=transfers', ['−50.00']],
    ['kind=loans', ['−30.00']],
    ['kind=interest&direction=out', []],
    ['q=instalment', ['−30.00']],
    ['q=50', ['−50.00', '−50.00']],
    ['q=50.00&direction=out&period=last-month', ['−50.00']],
    ['q=50&as=text', ['−50.00']],
    ['q=salary.*', ['+1,000.00']],
    ['q=.*', ['+1,000.00']],
    ['q=%20', ['−50.00', '+2.00', '−30.00', '−50.00', '+1,000.00']],
  ])('%s', async (query, expected) => {
    expect(await amounts(query)).toEqual(expected);
  });

  it('are chips that take themselves off, and are kept by the others and by the paging', async () => {
    const html = await page(`/accounts/${id}?q=instalment&kind=loans&direction=out&from=2026-02-01`);
    const found = links(html);
    const without = (...parts: string[]) => `/accounts/${id}?${parts.join('&')}`;
    expect(found).toEqual(
      expect.arrayContaining([
        without('from=2026-02-01', 'direction=out', 'kind=loans'),
        without('from=2026-02-01', 'direction=out', 'q=instalment'),
        without('from=2026-02-01', 'kind=loans', 'q=instalment'),
        without('direction=out', 'kind=loans', 'q=instalment'),
        without('from=2026-02-01', 'direction=in', 'kind=loans', 'q=instalment'),
        without('period=this-month', 'direction=out', 'kind=loans', 'q=instalment'),
        `/accounts/${id}`,
      ]),
    );
    expect(html).toContain('<input type="hidden" name="kind" value="loans">');
    const other = links(await page(`/accounts/${id}?q=50`));
    expect(other).toContain(`/accounts/${id}?q=50&as=text`);
  });

  it('give a sentence and no list where the days are wrong', async () => {
    const wrong = await borrower.get(`/accounts/${id}?from=2026-02-30&to=2026-03-01`);
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('<a href="#from">Enter the first day as year-month-day, like 1990-04-23</a>');
    expect(readable(wrong.text)).toContain('Nothing was looked for');
    const backwards = await borrower.get(`/accounts/${id}?from=2026-03-02&to=2026-03-01`);
    expect(backwards.status).toBe(422);
    expect(backwards.text).toContain('Choose a last day that is not before the first');
    expect((await borrower.get(`/accounts/${id}?q=${'x'.repeat(61)}`)).text).toContain('Use at most 60 characters');
    expect((await borrower.get(`/accounts/${id}?q=a&q=b`)).status).toBe(422);
  });

  it('say that nothing fits, and offer to show everything', async () => {
    const text = readable(await page(`/accounts/${id}?q=zebra`));
    expect(text).toContain('Nothing fits Take a filter off or choose a longer period. Show everything');
  });

  it('go on by a cursor, without losing or repeating an entry', async () => {
    const busy = await account('Busy');
    for (let n = 1; n <= 70; n += 1)
      await book(portal, {
        account: busy,
        cents: n % 2 === 0 ? 1_000n + BigInt(n) : 1n,
        on: today,
        reference: `entry ${n}`,
      });
    const seen: string[] = [];
    let address: string | undefined = `/accounts/${busy}?q=entry&direction=in`;
    for (let pages = 0; address !== undefined && pages < 5; pages += 1) {
      const html: string = await page(address);
      seen.push(...[...html.matchAll(/<span class="sub">Entry (\d+)/g)].map(([, n = '']) => n));
      address = links(html).find((href) => href.includes('before='));
      if (address) expect(address).toContain('direction=in&q=entry&before=');
    }
    expect(seen).toEqual(Array.from({ length: 70 }, (_, n) => String(70 - n)));
  });
});

describe('one entry', () => {
  beforeAll(newBorrower);

  it('has a page with its particulars, the receipt and the entry it takes back', async () => {
    const id = await account();
    const key = await book(portal, {
      account: id,
      cents: 40_00n,
      on: '2026-03-03',
      bookedOn: today,
      reference: 'SBX-9',
    });
    const reversal = newId();
    const { ledger } = portal.services;
    await ledger.reverse({
      journal: key,
      key: reversal,
      requestHash: 'r',
      effectiveOn: Temporal.PlainDate.from(today),
      actor: 'test',
    });
    const text = readable(await page(`/accounts/${id}/entries/${key}`));
    expect(text).toContain('+40.00');
    expect(text).toContain('Booked on 17 March 2026 Counts from 3 March 2026');
    expect(text).toContain(key);
    const back = await page(`/accounts/${id}/entries/${reversal}`);
    expect(readable(back)).toContain('Deposit taken back');
    expect(links(back)).toContain(`/accounts/${id}/entries/${key}`);
    const list = await page(`/accounts/${id}`);
    expect(links(list)).toEqual(expect.arrayContaining([`/accounts/${id}/entries/${key}`]));
    expect(readable(list)).toContain('SBX-9. Counts from 3 March 2026');
  });

  it('of a loan’s instalment leads to its receipt, for whom the loan is of', async () => {
    const accountId = await fundedAccount(portal, { partyId: borrower.partyId, amount: 5_000_00n });
    const loan = await lend(portal, { partyId: borrower.partyId, accountId, disbursedOn: '2026-02-10' });
    const key = newId();
    const order = { key, actor: borrower.userId, channel: 'customer' as const, loanId: loan._id };
    const act = { kind: 'payment' as const, from: { accountId }, amount: moneyOf(100_00n) };
    const paid = await portal.services.servicing.act({ ...order, partyId: borrower.partyId, act });
    expect(paid.ok).toBe(true);
    const entry = await page(`/accounts/${accountId}/entries/${key}`);
    expect(readable(entry)).toContain('Loan payment');
    expect(links(entry)).toContain(`/loans/${loan._id}/payments/${key}`);
  });

  it('is found by whoever holds the account, under that account only', async () => {
    const id = await account();
    const elsewhere = await account();
    const key = await book(portal, { account: id, cents: 40_00n, on: today });
    expect((await borrower.get(`/accounts/${id}/entries/${key}`)).status).toBe(200);
    for (const path of [`/accounts/${elsewhere}/entries/${key}`, `/accounts/${id}/entries/${newId()}`])
      expect((await borrower.get(path)).status).toBe(404);
  });
});

describe('the pages of an account', () => {
  beforeAll(newBorrower);

  it('are not there for anybody else, and closed to staff and strangers', async () => {
    const id = await account();
    const key = await book(portal, { account: id, cents: 40_00n, on: today });
    const stranger = await portal.borrower();
    const officer = await portal.staff('officer');
    const pages = ['', '/balance', `/entries/${key}`, '/statement', '/statement.pdf', '/statement.csv'];
    for (const path of pages.map((end) => `/accounts/${id}${end}`)) {
      expect({ path, status: (await borrower.get(path)).status }).toEqual({ path, status: 200 });
      expect({ path, status: (await stranger.get(path)).status }).toEqual({ path, status: 404 });
      expect({ path, status: (await officer.get(path)).status }).toEqual({ path, status: 403 });
      expect({ path, status: (await portal.visitor().get(path)).status }).toEqual({ path, status: 303 });
    }
  });

  it('are there for a joint holder as for the owner, as long as they hold it', async () => {
    const id = await account('Together');
    const key = await book(portal, { account: id, cents: 40_00n, on: today });
    const joint = await portal.borrower('Joint Holder');
    const records = portal.database.db.collection<{ _id: string; holders: string[] }>('accounts');
    const pages = ['', '/balance', `/entries/${key}`, '/statement', '/statement.pdf', '/statement.csv'];
    const statuses = () => Promise.all(pages.map(async (end) => (await joint.get(`/accounts/${id}${end}`)).status));
    await records.updateOne({ _id: id }, { $push: { holders: joint.partyId } });
    expect(await statuses()).toEqual(pages.map(() => 200));
    expect(readable((await joint.get('/transactions')).text)).toContain('+40.00');
    expect(await portal.services.history.holderNames(id)).toEqual(['Test Borrower', 'Joint Holder']);
    await records.updateOne({ _id: id }, { $pull: { holders: joint.partyId } });
    expect(await statuses()).toEqual(pages.map(() => 404));
  });
});
