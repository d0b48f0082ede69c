import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { hashRequest } from '#features/ledger/index.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { keyIn, move, openAccount } from './opening-builders.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
});
afterAll(() => portal.close());

const today = () => portal.platform.bankDay.today();
const own = async (partyId: string, id: string) => portal.services.accounts.findOwn(partyId, id);
const records = () =>
  portal.database.db.collection<{ _id: string; state: string; ordinal: number; version: number; typeId: string }>(
    'accounts',
  );

describe('opening an account', () => {
  it('offers each kind with its rate and limits in plain words, the current account chosen', async () => {
    const page = (await (await portal.borrower()).get('/accounts/open')).text;
    expect(page).toContain('Savings account');
    expect(page).toContain('Interest 2.50% a year; the rate can change.');
    expect(page).toContain('You can send up to 25,000.00 USD in one transfer and 50,000.00 USD in a day.');
    expect(page).toContain('value="current-1" checked');
    expect(page).not.toContain('value="savings-1" checked');
  });

  it('opens a savings account whose limits and floor are its type’s', async () => {
    const borrower = await portal.borrower();
    const key = newId();
    const answer = await borrower.post('/accounts/open', { key, type: 'savings-1', name: 'Rainy days' });
    expect([answer.status, answer.headers.location]).toEqual([303, `/accounts/${key}`]);
    const limits = { perTransfer: 1_000_000n, perDay: 2_000_000n };
    expect(await own(borrower.partyId, key)).toMatchObject({
      kind: 'savings',
      typeName: 'Savings account',
      limits,
      joint: false,
      owned: true,
      state: 'open',
    });
    const balance = (await portal.services.ledger.balances([key])).get(key);
    expect(balance).toMatchObject({ floor: 0n, limits, available: 0n });
    expect(await records().findOne({ _id: key })).toMatchObject({ typeId: 'savings-1', holders: [borrower.partyId] });
  });

  it.each(['gold', 'savings-9', '', 'x'.repeat(50), '{"$ne":1}'])('opens none of the kind %j', async (type) => {
    const borrower = await portal.borrower();
    const key = newId();
    const answer = await borrower.post('/accounts/open', { key, type, name: 'Mine' });
    expect([409, 422]).toContain(answer.status);
    expect(answer.text).toContain('<a href="#type">');
    expect(answer.text).toContain('value="Mine"');
    expect(await records().countDocuments({ _id: key })).toBe(0);
  });

  it('pins the version that is in effect, and leaves a later one’s terms to later accounts', async () => {
    const types = portal.database.db.collection<{ _id: string }>('accountTypes');
    const first = await types.findOne({ _id: 'savings-1' });
    const before = await portal.borrower();
    const old = await openAccount(portal, before, { type: 'savings' });
    const tomorrow = (await today()).add({ days: 1 }).toString();
    await types.insertOne({
      ...first,
      _id: 'savings-2',
      version: 2,
      annualRate: '3',
      limits: { perTransfer: 100n, perDay: 200n },
      effectiveFrom: tomorrow,
    } as never);
    const planned = await openAccount(portal, before, { type: 'savings' });
    expect(await own(before.partyId, planned)).toMatchObject({ typeId: 'savings-1' });
    await portal.platform.bankDay.advanceTo((await today()).add({ days: 1 }));
    const stale = await before.post('/accounts/open', { key: newId(), type: 'savings-1', name: 'Late' });
    expect(stale.status).toBe(409);
    expect(stale.text).toContain('The terms changed since you opened the page');
    const fresh = await openAccount(portal, before, { type: 'savings' });
    expect(await own(before.partyId, fresh)).toMatchObject({ typeId: 'savings-2', limits: { perTransfer: 100n } });
    expect(await own(before.partyId, old)).toMatchObject({ typeId: 'savings-1', limits: { perTransfer: 1_000_000n } });
    // The rate is the type's, for old and new accounts alike, and the page says so.
    expect((await before.get(`/accounts/${old}/details`)).text).toContain('3.00% a year');
    await types.deleteOne({ _id: 'savings-2' });
  });

  it('gives a closed account’s place to the next, also where several take it at once', async () => {
    const borrower = await portal.borrower();
    const ids: string[] = [];
    for (let count = 1; count <= 10; count += 1) ids.push(await openAccount(portal, borrower));
    const refused = await borrower.post('/accounts/open', { key: newId(), name: 'One more' });
    expect(refused.status).toBe(409);
    const order = { actor: borrower.userId, partyId: borrower.partyId, accountId: ids[3] ?? '', key: newId() };
    expect(await portal.services.accounts.close(order)).toEqual({ ok: true, value: 'closed' });
    const answers = await Promise.all(
      [1, 2, 3].map(() => borrower.post('/accounts/open', { key: newId(), name: 'New' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409]);
    expect(await records().countDocuments({ partyId: borrower.partyId, state: 'open' })).toBe(10);
  });
});

describe('renaming an account', () => {
  it('shows the name to change and changes it for good', async () => {
    const borrower = await portal.borrower();
    const id = await openAccount(portal, borrower, { name: 'Old name' });
    const page = (await borrower.get(`/accounts/${id}/rename`)).text;
    expect(page).toContain('value="Old name"');
    const answer = await borrower.post(`/accounts/${id}/rename`, { version: '1', name: 'New <b>name</b>' });
    expect([answer.status, answer.headers.location]).toEqual([303, `/accounts/${id}/details`]);
    expect((await own(borrower.partyId, id))?.name).toBe('New <b>name</b>');
    expect((await borrower.get(`/accounts/${id}/details`)).text).toContain('New &lt;b&gt;name&lt;/b&gt;');
    const { entries } = await portal.platform.audit.list({ page: 1, size: 5, subjectId: id });
    expect(entries.map(({ action }) => action)).toContain('account-renamed');
    expect(JSON.stringify(entries)).not.toContain('name</b>');
  });

  it('is refused for another version, without a name, and to anybody else', async () => {
    const borrower = await portal.borrower();
    const other = await portal.borrower();
    const id = await openAccount(portal, borrower, { name: 'Mine' });
    expect((await borrower.post(`/accounts/${id}/rename`, { version: '7', name: 'Later' })).status).toBe(409);
    const empty = await borrower.post(`/accounts/${id}/rename`, { version: '1', name: ' ' });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('<a href="#name">Enter a name for the account</a>');
    expect((await other.get(`/accounts/${id}/rename`)).status).toBe(404);
    expect((await other.post(`/accounts/${id}/rename`, { version: '1', name: 'Stolen' })).status).toBe(404);
    expect((await own(borrower.partyId, id))?.name).toBe('Mine');
  });
});

describe('closing an account', () => {
  it('says what is left on it, and closes nothing', async () => {
    const borrower = await portal.borrower();
    const id = await openAccount(portal, borrower);
    await move(portal, id, 1_250n);
    const page = (await borrower.get(`/accounts/${id}/close`)).text;
    expect(page).toContain('There is still 12.50 USD on it. Move it out, and then close it.');
    expect(page).toContain(`href="/transfer?account=${id}"`);
    expect(page).not.toContain('btn-danger');
    const answer = await borrower.post(`/accounts/${id}/close`, { key: newId() });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('Only an empty account can be closed. Nothing was closed and nothing was moved.');
    expect((await own(borrower.partyId, id))?.state).toBe('open');
  });

  it('waits for what is set aside', async () => {
    const borrower = await portal.borrower();
    const id = await openAccount(portal, borrower);
    await move(portal, id, 1_000n);
    const hold = newId();
    const head = {
      requestHash: hashRequest({ test: id }),
      actor: 'test',
      reference: 'test',
      effectiveOn: await today(),
    };
    await portal.services.ledger.hold({ ...head, key: hold, account: id, amount: moneyOf(1_000n) });
    const page = (await borrower.get(`/accounts/${id}/close`)).text;
    expect(page).toContain('of which 10.00 USD is set aside for payments that are not settled yet');
    expect(page).not.toContain('href="/transfer?account=');
    expect((await borrower.post(`/accounts/${id}/close`, { key: newId() })).status).toBe(409);
    await portal.services.ledger.voidHold({ ...head, key: newId(), hold });
    await move(portal, id, -1_000n);
    expect((await borrower.post(`/accounts/${id}/close`, { key: newId() })).status).toBe(303);
  });

  it('closes an empty one with the record and the ledger together, and lists it apart', async () => {
    const borrower = await portal.borrower();
    const id = await openAccount(portal, borrower, { name: 'Over and done' });
    const page = (await borrower.get(`/accounts/${id}/close`)).text;
    expect(page).toContain('It cannot be opened again');
    const key = keyIn(page);
    const answers = [
      ...(await Promise.all([1, 2, 3].map(() => borrower.post(`/accounts/${id}/close`, { key })))),
      await borrower.post(`/accounts/${id}/close`, { key: newId() }),
    ];
    expect(answers.map(({ status, headers }) => `${status} ${headers.location}`)).toEqual(
      Array.from({ length: 4 }, () => '303 /accounts'),
    );
    expect((await portal.services.ledger.balances([id])).get(id)?.state).toBe('closed');
    expect(await own(borrower.partyId, id)).toMatchObject({ state: 'closed', closedOn: (await today()).toString() });
    expect(await portal.services.accounts.listOwn(borrower.partyId)).toEqual([]);
    const list = (await borrower.get('/accounts')).text;
    expect(list).toContain('Over and done is closed. Its history stays here.');
    expect(list).toContain('Closed accounts');
    expect(list).toContain('You have no open account');
    expect((await borrower.get(`/accounts/${id}`)).status).toBe(200);
    const details = (await borrower.get(`/accounts/${id}/details`)).text;
    expect(details).toContain('Closed');
    expect(details).not.toContain(`/accounts/${id}/close`);
    expect((await borrower.get(`/accounts/${id}/close`)).headers.location).toBe(`/accounts/${id}/details`);
    expect((await borrower.get(`/accounts/${id}/rename`)).status).toBe(404);
    const { entries } = await portal.platform.audit.list({ page: 1, size: 10, subjectId: id });
    expect(entries.filter(({ action }) => action === 'account-closed')).toHaveLength(1);
    expect(await portal.services.ledger.verify()).toBeUndefined();
  });

  it('is never half done where money comes in at the same moment', async () => {
    const borrower = await portal.borrower();
    for (let round = 1; round <= 5; round += 1) {
      const id = await openAccount(portal, borrower);
      const order = { actor: borrower.userId, partyId: borrower.partyId, accountId: id, key: newId() };
      const [closed] = await Promise.all([
        portal.services.accounts.close(order),
        move(portal, id, 500n).catch(() => undefined),
      ]);
      const balance = (await portal.services.ledger.balances([id])).get(id);
      expect(await own(borrower.partyId, id)).toMatchObject({ state: balance?.state });
      expect([balance?.state, balance?.balance]).toEqual(closed.ok ? ['closed', 0n] : ['open', 500n]);
    }
  });

  it('is the owner’s alone, and not of an account whose payments are stopped', async () => {
    const borrower = await portal.borrower();
    const other = await portal.borrower();
    const id = await openAccount(portal, borrower);
    expect((await other.get(`/accounts/${id}/close`)).status).toBe(404);
    expect((await other.post(`/accounts/${id}/close`, { key: newId() })).status).toBe(404);
    const head = {
      requestHash: hashRequest({ freeze: id }),
      actor: 'test',
      reference: 'test',
      effectiveOn: await today(),
    };
    await portal.services.ledger.setTerms({ ...head, key: newId(), account: id, freeze: 'debit' });
    const answer = await borrower.post(`/accounts/${id}/close`, { key: newId() });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('We cannot close this account at the moment. Please contact us.');
    expect(answer.text).not.toMatch(/freeze|frozen|debit/i);
    const details = (await borrower.get(`/accounts/${id}/details`)).text;
    expect(details).toContain('Not every payment is possible at the moment');
    expect(details).not.toMatch(/freeze|frozen|debit/i);
    expect((await own(borrower.partyId, id))?.state).toBe('open');
  });
});

describe('an account’s details', () => {
  it('show number, type, limits and what is left of today’s limit', async () => {
    const borrower = await portal.borrower('Dana Detail');
    const id = await openAccount(portal, borrower);
    await move(portal, id, 500_000n);
    const outcome = await portal.services.ledger.post({
      key: newId(),
      requestHash: hashRequest({ test: id }),
      kind: 'transfer',
      currency: 'USD',
      effectiveOn: await today(),
      actor: 'test',
      reference: 'test',
      limitsOf: id,
      postings: [
        { account: id, amount: moneyOf(123_400n) },
        { account: 'bank:cash:USD', amount: moneyOf(-123_400n) },
      ],
    });
    expect(outcome.ok || outcome.refusal).toBe(true);
    const page = (await borrower.get(`/accounts/${id}/details`)).text;
    const number = (await own(borrower.partyId, id))?.number.replace(/(\d{4})(?=\d)/g, '$1 ');
    expect(page).toContain(number);
    expect(page).toContain('<dt>Left today</dt><dd>48,766.00 USD</dd>');
    expect(page).toContain('<dt>Available now</dt><dd>3,766.00 USD</dd>');
    expect(page).toContain('<dt>Interest</dt><dd>None</dd>');
    expect(page).toContain('<dt>Dana Detail (you)</dt><dd>Owner</dd>');
    await portal.platform.bankDay.advanceTo((await today()).add({ days: 1 }));
    expect((await borrower.get(`/accounts/${id}/details`)).text).toContain('<dt>Left today</dt><dd>50,000.00 USD</dd>');
  });

  it('are for holders alone', async () => {
    const id = await openAccount(portal, await portal.borrower());
    for (const path of ['details', 'rename', 'close', 'holders']) {
      expect((await (await portal.borrower()).get(`/accounts/${id}/${path}`)).status).toBe(404);
      expect((await (await portal.staff('officer')).get(`/accounts/${id}/${path}`)).status).toBe(403);
      expect((await portal.visitor().get(`/accounts/${id}/${path}`)).status).toBe(303);
    }
  });
});
