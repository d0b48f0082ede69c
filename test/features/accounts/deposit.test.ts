import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';

describe('a deposit', () => {
  let portal: TestPortal;
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  const withAccount = async () => {
    const borrower = await portal.borrower();
    const opened = await borrower.post('/accounts/open', { key: newId(), name: 'Everyday' });
    const accountId = String(opened.headers.location).split('/').at(-1) ?? '';
    const balance = async () => (await portal.services.accounts.findOwn(borrower.partyId, accountId))?.balance;
    return { ...borrower, accountId, balance };
  };
  const journals = () => portal.database.db.collection<{ _id: string }>('journals');
  const records = () => portal.database.db.collection<{ _id: string }>('railPayments');

  it('needs an account first', async () => {
    const page = (await (await portal.borrower()).get('/deposit')).text;
    expect(page).toContain('You have no account to add money to');
    expect(page).not.toContain('name="amount"');
  });

  it('offers the own accounts, the asked one chosen, and a new key each time', async () => {
    const borrower = await withAccount();
    const second = await borrower.post('/accounts/open', { key: newId(), name: 'Second' });
    const id = String(second.headers.location).split('/').at(-1) ?? '';
    const page = (await borrower.get(`/deposit?account=${id}`)).text;
    expect(page).toContain(`value="${id}" checked`);
    expect(page).toContain('no real money moves');
    const keyOf = (text: string) => /name="key" value="([^"]+)"/.exec(text)?.[1];
    expect(keyOf(page)).toBeDefined();
    expect(keyOf((await borrower.get('/deposit')).text)).not.toBe(keyOf(page));
  });

  it('posts one balanced journal and shows a receipt to its owner alone', async () => {
    const borrower = await withAccount();
    const key = newId();
    const answer = await borrower.post('/deposit', { key, accountId: borrower.accountId, amount: '250.75' });
    expect([answer.status, answer.headers.location]).toEqual([303, `/deposit/${key}`]);
    const journal = await portal.services.ledger.journal(key);
    expect(journal?.outcome).toBe('posted');
    const amounts = (journal?.outcome === 'posted' ? journal.postings : []).map((posting) => posting.amount);
    expect(amounts.toSorted((a, b) => Number(a - b))).toEqual([-25_075n, 25_075n]);
    expect(await borrower.balance()).toBe(25_075n);
    const receipt = (await borrower.get(`/deposit/${key}`)).text;
    expect(receipt).toContain('250.75');
    expect(receipt).toMatch(/SBX-[0-9A-F]{12}/);
    const other = await portal.borrower();
    expect((await other.get(`/deposit/${key}`)).status).toBe(404);
    expect(await portal.services.ledger.verify()).toBeUndefined();
  });

  it('sent twenty times at once with one key is one journal', async () => {
    const borrower = await withAccount();
    const key = newId();
    const page = await borrower.get('/deposit');
    const body = { key, accountId: borrower.accountId, amount: '10.00' };
    expect(page.status).toBe(200);
    const answers = await Promise.all(Array.from({ length: 20 }, () => borrower.post('/deposit', body)));
    expect([...new Set(answers.map(({ status, headers }) => `${status} ${headers.location}`))]).toEqual([
      `303 /deposit/${key}`,
    ]);
    expect(await journals().countDocuments({ _id: key })).toBe(1);
    for (const kept of ['railPayments', 'sandboxPayments'])
      expect(await portal.database.db.collection<{ _id: string }>(kept).countDocuments({ _id: key })).toBe(1);
    expect(await borrower.balance()).toBe(1_000n);
  });

  it('with a key that was used for another amount, account or person is refused', async () => {
    const borrower = await withAccount();
    const other = await withAccount();
    const key = newId();
    await borrower.post('/deposit', { key, accountId: borrower.accountId, amount: '10.00' });
    const changed = await borrower.post('/deposit', { key, accountId: borrower.accountId, amount: '20.00' });
    expect(changed.status).toBe(409);
    expect(changed.text).toContain(
      'This form was sent before with another amount or account. Nothing more was collected',
    );
    expect(changed.text).toContain('value="20.00"');
    expect(changed.text).not.toContain(`value="${key}"`);
    const stolen = await other.post('/deposit', { key, accountId: other.accountId, amount: '10.00' });
    expect(stolen.status).toBe(409);
    expect(await borrower.balance()).toBe(1_000n);
    expect(await other.balance()).toBe(0n);
  });

  it.each([
    ['0', 'Enter the amount above zero'],
    ['0.00', 'Enter the amount above zero'],
    ['-5.00', 'Enter the amount above zero'],
    ['1e3', 'Enter the amount as an amount like 1500.00, with digits only'],
    ['0x10', 'Enter the amount as an amount like 1500.00, with digits only'],
    ['NaN', 'Enter the amount as an amount like 1500.00, with digits only'],
    ['4.355', 'Enter the amount with at most two decimals'],
    ['', 'Enter the amount'],
    ['9'.repeat(30), 'Enter a smaller amount for the amount'],
  ])('of %s is refused at the field', async (amount, sentence) => {
    const borrower = await withAccount();
    const key = newId();
    const answer = await borrower.post('/deposit', { key, accountId: borrower.accountId, amount });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`<a href="#amount">${sentence}</a>`);
    expect(await journals().countDocuments({ _id: key })).toBe(0);
    expect(await borrower.balance()).toBe(0n);
  });

  it('takes the largest that the rail collects, and not a cent more', async () => {
    const borrower = await withAccount();
    const send = (amount: string) => borrower.post('/deposit', { key: newId(), accountId: borrower.accountId, amount });
    const over = await send('100000.01');
    expect(over.status).toBe(409);
    expect(over.text).toContain('One deposit can be at most 100,000.00 USD. Nothing was collected');
    expect(await records().countDocuments({ accountId: borrower.accountId })).toBe(0);
    expect((await send('100,000.00')).status).toBe(303);
    expect(await records().countDocuments({ accountId: borrower.accountId, state: 'pending' })).toBe(1);
  });

  it('is there at once up to 25,000, and waits for the other bank above', async () => {
    const borrower = await withAccount();
    const send = (amount: string, key = newId()) =>
      borrower.post('/deposit', { key, accountId: borrower.accountId, amount });
    expect((await send('25,000.00')).status).toBe(303);
    expect(await borrower.balance()).toBe(2_500_000n);
    const key = newId();
    expect((await send('25,000.01', key)).headers.location).toBe(`/deposit/${key}`);
    expect(await borrower.balance()).toBe(2_500_000n);
    const page = await borrower.get(`/deposit/${key}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Deposit on its way');
    expect(page.text).toContain('Your other bank has not settled it yet');
    const latest = (await borrower.get('/deposit')).text;
    expect(latest).toContain(`href="/deposit/${key}"`);
    expect(latest).toContain('Pending');
    expect(await journals().countDocuments({ _id: key })).toBe(0);
  });

  it('into somebody else’s account is refused, and nothing moves', async () => {
    const borrower = await withAccount();
    const other = await withAccount();
    const key = newId();
    const answer = await borrower.post('/deposit', { key, accountId: other.accountId, amount: '10.00' });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('Choose one of your own accounts. Nothing was collected');
    expect(answer.text).not.toContain(other.accountId);
    expect(await other.balance()).toBe(0n);
    expect(await journals().countDocuments({ _id: key })).toBe(0);
  });

  it.each(['key=&amount=10', 'amount[$gt]=0', 'amount=10&amount=20', 'amount=10&limit=0'])(
    'with the fields %s is refused',
    async (fields) => {
      const borrower = await withAccount();
      const key = fields.startsWith('key') ? '' : `key=${newId()}&`;
      const answer = await borrower.postRaw('/deposit', `${key}accountId=${borrower.accountId}&${fields}`);
      expect(answer.status).toBe(422);
      expect(await borrower.balance()).toBe(0n);
    },
  );

  it.each([
    ['closed', { state: 'closed' }, 'This account is closed. Nothing was collected'],
    ['frozen', { freeze: 'credit' }, 'This account takes no money at the moment. Nothing was collected'],
    ['frozen in full', { freeze: 'full' }, 'This account takes no money at the moment. Nothing was collected'],
  ])('into an account that is %s is refused before anything is collected', async (_what, change, sentence) => {
    const borrower = await withAccount();
    const accounts = portal.database.db.collection<{ _id: string }>('ledgerAccounts');
    await accounts.updateOne({ _id: borrower.accountId }, { $set: change });
    const key = newId();
    const answer = await borrower.post('/deposit', { key, accountId: borrower.accountId, amount: '10.00' });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain(sentence);
    expect(answer.text).not.toMatch(/frozen|freeze/i);
    expect(await portal.database.db.collection<{ _id: string }>('sandboxPayments').countDocuments({ _id: key })).toBe(
      0,
    );
    expect(await records().countDocuments({ accountId: borrower.accountId })).toBe(0);
    expect(await borrower.balance()).toBe(0n);
  });

  it('is a borrower’s alone, and needs the token of the form', async () => {
    const borrower = await withAccount();
    const fields = { key: newId(), accountId: borrower.accountId, amount: '10.00' };
    expect((await portal.visitor().post('/deposit', fields)).status).toBe(403);
    expect((await (await portal.staff('finance')).post('/deposit', fields)).status).toBe(403);
    expect((await borrower.post('/deposit', fields, { csrf: false })).status).toBe(403);
    expect(await borrower.balance()).toBe(0n);
  });
});
