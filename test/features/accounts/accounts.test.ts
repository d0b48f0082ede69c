import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAccountNumber, newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';

describe('deposit accounts', () => {
  let portal: TestPortal;
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  type Borrower = Awaited<ReturnType<TestPortal['borrower']>>;
  const open = async (borrower: Borrower, name = 'Everyday') => {
    const opened = await borrower.post('/accounts/open', { key: newId(), name });
    return String(opened.headers.location).split('/').at(-1) ?? '';
  };

  it('begin with an empty list that says what to do', async () => {
    const page = (await (await portal.borrower()).get('/accounts')).text;
    expect(page).toContain('You have no account yet');
    expect(page).toContain('href="/accounts/open"');
  });

  it('are opened with a name and a number whose digits check', async () => {
    const borrower = await portal.borrower();
    const opened = await borrower.post('/accounts/open', { key: newId(), name: '  Holidays   2027 ' });
    expect(opened.status).toBe(303);
    const page = (await borrower.get(String(opened.headers.location))).text;
    expect(page).toContain('Your account is open. Add money to use it.');
    expect(page).toContain('<h1>Holidays 2027</h1>');
    expect(page).toContain('Nothing has moved yet');
    const [account] = await portal.services.accounts.listOwn(borrower.partyId);
    expect(account).toMatchObject({ name: 'Holidays 2027', balance: 0n, available: 0n, currency: 'USD' });
    expect(isAccountNumber(account?.number ?? '')).toBe(true);
    expect((await borrower.get('/accounts')).text).toContain(`··${account?.number.slice(-4)}`);
  });

  it.each([
    ['', 'Enter a name for the account'],
    ['x'.repeat(41), 'Use at most 40 characters for a name for the account'],
    ['tab\u0008', 'Use only letters, digits and signs in a name for the account'],
  ])('are not opened with the name %j', async (name, sentence) => {
    const borrower = await portal.borrower();
    const answer = await borrower.post('/accounts/open', { key: newId(), name });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`<a href="#name">${sentence}</a>`);
    expect(await portal.services.accounts.listOwn(borrower.partyId)).toEqual([]);
  });

  it('are ten at most, also when several are opened at once', async () => {
    const borrower = await portal.borrower();
    for (let count = 1; count <= 8; count += 1) await open(borrower, `Account ${count}`);
    const answers = await Promise.all(
      [9, 10, 11, 12].map((count) => borrower.post('/accounts/open', { key: newId(), name: `Account ${count}` })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([303, 303, 409, 409]);
    const records = portal.database.db.collection('accounts');
    expect(await records.countDocuments({ partyId: borrower.partyId })).toBe(10);
    const refused = answers.find((answer) => answer.status === 409);
    expect(refused?.text).toContain('You have 10 accounts already, which is the most one person can have');
    const page = (await borrower.get('/accounts')).text;
    expect(page).toContain('which is the most one person can have');
    expect(page).not.toContain('Open another account');
  });

  it('are opened once by a form that is sent twice, at once or later', async () => {
    const borrower = await portal.borrower();
    const key = /name="key" value="([^"]+)"/.exec((await borrower.get('/accounts/open')).text)?.[1] ?? '';
    const send = () => borrower.post('/accounts/open', { key, name: 'Everyday' });
    const answers = [...(await Promise.all([send(), send(), send()])), await send()];
    expect(answers.map(({ status, headers }) => `${status} ${headers.location}`)).toEqual(
      Array.from({ length: 4 }, () => `303 /accounts/${key}`),
    );
    expect(await portal.services.accounts.listOwn(borrower.partyId)).toMatchObject([{ id: key, name: 'Everyday' }]);
  });

  it('are opened once as the tenth too', async () => {
    const borrower = await portal.borrower();
    for (let count = 1; count <= 9; count += 1) await open(borrower, `Account ${count}`);
    const order = { actor: borrower.userId, partyId: borrower.partyId, name: 'The last', id: newId() };
    const tenth = () => portal.services.accounts.open(order);
    const outcomes = [...(await Promise.all([tenth(), tenth(), tenth()])), await tenth()];
    expect(outcomes).toEqual(Array.from({ length: 4 }, () => ({ ok: true, value: { id: order.id } })));
  });

  it('are not opened with the key of somebody else’s account', async () => {
    const owner = await portal.borrower();
    const other = await portal.borrower();
    const key = await open(owner, 'Mine alone');
    const answer = await other.post('/accounts/open', { key, name: 'Mine now' });
    expect(answer.status).toBe(404);
    expect(await portal.services.accounts.listOwn(other.partyId)).toEqual([]);
    expect(await portal.services.accounts.listOwn(owner.partyId)).toMatchObject([{ name: 'Mine alone' }]);
  });

  it('are shown to their owner alone', async () => {
    const owner = await portal.borrower();
    const other = await portal.borrower();
    const id = await open(owner, 'Mine alone');
    for (const path of [`/accounts/${id}`, `/accounts/${id}/balance`]) {
      expect((await owner.get(path)).status).toBe(200);
      expect((await other.get(path)).status).toBe(404);
      expect((await (await portal.staff('officer')).get(path)).status).toBe(403);
      expect((await portal.visitor().get(path)).status).toBe(303);
    }
    expect((await other.get('/accounts')).text).not.toContain('Mine alone');
  });

  it('show nothing for an id that is none', async () => {
    const borrower = await portal.borrower();
    for (const id of ['nothing', newId(), '%00', '[object Object]'])
      expect((await borrower.get(`/accounts/${id}`)).status).toBe(404);
  });

  it('show their balance', async () => {
    const borrower = await portal.borrower();
    const id = await open(borrower);
    await borrower.post('/deposit', { key: newId(), accountId: id, amount: '1,234.50' });
    const page = (await borrower.get(`/accounts/${id}/balance`)).text;
    expect(page).toContain('<span class="money">1,234.50</span>');
    expect(page).toContain('1,234.50 available');
  });

  it('show their history in pages, newest first, with the balance after each booking', async () => {
    const borrower = await portal.borrower();
    const id = await open(borrower);
    for (let count = 1; count <= 31; count += 1) {
      const facts = { actor: borrower.userId, partyId: borrower.partyId, accountId: id };
      await portal.services.accounts.deposit({ ...facts, key: newId(), amount: moneyOf(100n * BigInt(count)) });
    }
    const first = (await borrower.get(`/accounts/${id}`)).text;
    expect(first).toContain('Page 1 of 2');
    expect(first).toContain('<span class="credit">+31.00</span>');
    expect(first).toContain('496.00');
    expect(first).not.toContain('+1.00<');
    const second = (await borrower.get(`/accounts/${id}?page=2`)).text;
    expect(second).toContain('<span class="credit">+1.00</span>');
    expect(second).toContain('rel="prev"');
    expect(second).not.toContain('rel="next"');
    const past = (await borrower.get(`/accounts/${id}?page=99`)).text;
    expect(past).toContain('There is nothing on this page');
    expect((await borrower.get(`/accounts/${id}?page[$gt]=1`)).text).toContain('Page 1 of 2');
  });
});
