import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import supertest, { type Response } from 'supertest';
import { newBorrower, openPortal, testPassword, type TestPortal } from '#test/portal.ts';

const cookieOf = (response: Response) => {
  const cookies: unknown = response.headers['set-cookie'];
  return Array.isArray(cookies) ? cookies.map(String).find((text) => text.startsWith('sid=')) : undefined;
};
const wrong = 'The e-mail address or the password is not right. Check both and try again';

/** Signs in through a proxy that says where the browser is. */
async function signInFrom(portal: TestPortal, attempt: { address: string; email: string; password: string }) {
  const { address, ...fields } = attempt;
  const agent = supertest.agent(portal.app).set('X-Forwarded-For', address);
  const page = await agent.get('/login');
  const _csrf = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const answer = await agent
    .post('/login')
    .type('form')
    .send({ ...fields, _csrf });
  return answer.status;
}

describe('signing in', () => {
  let portal: TestPortal;
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  it('leads to the page that was asked for, and to no other site', async () => {
    const { email } = await newBorrower(portal);
    const visitor = portal.visitor();
    const asked = await visitor.get('/accounts?page=2');
    expect(asked.headers.location).toBe('/login?next=%2Faccounts%3Fpage%3D2');
    const signIn = (next: string) => visitor.post('/login', { email, password: testPassword, next });
    expect((await signIn('/accounts?page=2')).headers.location).toBe('/accounts?page=2');
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', '/login'])
      expect((await signIn(next)).headers.location).toBe('/dashboard');
  });

  it('says the same of a wrong password and of an address nobody has, and keeps the address typed', async () => {
    const { email } = await newBorrower(portal);
    const visitor = portal.visitor();
    for (const typed of [email, 'nobody@example.test']) {
      const answer = await visitor.post('/login', { email: typed, password: 'not the password' });
      expect(answer.status).toBe(422);
      expect(answer.text).toContain(wrong);
      expect(answer.text).toContain(`value="${typed}"`);
      expect(answer.text).not.toContain('not the password');
    }
    expect((await visitor.get('/accounts')).status).toBe(303);
  });

  it('begins a new session under a new id, and the old id is worth nothing', async () => {
    const { email } = await newBorrower(portal);
    const visitor = portal.visitor();
    const before = cookieOf(await visitor.get('/login'));
    const after = cookieOf(await visitor.post('/login', { email, password: testPassword }));
    expect(before).toBeDefined();
    expect(after).toBeDefined();
    expect(after).not.toBe(before);
    expect(after).toMatch(/HttpOnly/);
    expect(after).toMatch(/SameSite=Lax/);
  });

  it('needs the token of the form', async () => {
    const { email } = await newBorrower(portal);
    const answer = await portal.visitor().post('/login', { email, password: testPassword }, { csrf: false });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('This form is too old to send');
  });

  it('ends in every browser when the security version is raised', async () => {
    const borrower = await portal.borrower();
    expect((await borrower.get('/accounts')).status).toBe(200);
    const users = portal.database.db.collection<{ _id: string }>('users');
    await users.updateOne({ _id: borrower.userId }, { $inc: { securityVersion: 1 } });
    expect((await borrower.get('/accounts')).status).toBe(303);
  });

  it('is not for a disabled user, signed in before or not', async () => {
    const borrower = await portal.borrower();
    const users = portal.database.db.collection<{ _id: string }>('users');
    await users.updateOne({ _id: borrower.userId }, { $set: { state: 'disabled' } });
    expect((await borrower.get('/accounts')).status).toBe(303);
    const answer = await portal.visitor().post('/login', { email: borrower.email, password: testPassword });
    expect(answer.text).toContain(wrong);
  });

  it('ends by signing out', async () => {
    const borrower = await portal.borrower();
    const answer = await borrower.post('/logout');
    expect(answer.status).toBe(303);
    expect((await borrower.get('/accounts')).status).toBe(303);
  });

  it('ends for a customer after a quarter of an hour without activity', async () => {
    const borrower = await portal.borrower();
    portal.clock.advance({ minutes: 14 });
    expect((await borrower.get('/accounts')).status).toBe(200);
    portal.clock.advance({ minutes: 16 });
    expect((await borrower.get('/accounts')).status).toBe(303);
  });

  it.each([
    ['an operator at the address', (email: string) => `email[$ne]=&email=${email}&password=${testPassword}`],
    ['an operator instead of the address', () => `email[$ne]=x&password=${testPassword}`],
    ['an operator at the password', (email: string) => `email=${email}&password[$ne]=x`],
    ['an address given twice', (email: string) => `email=${email}&email=${email}&password=${testPassword}`],
    ['a password given twice', (email: string) => `email=${email}&password=x&password=${testPassword}`],
    ['the way back given twice', (email: string) => `email=${email}&password=${testPassword}&next=/a&next=/b`],
    ['an unknown field given twice', (email: string) => `email=${email}&password=${testPassword}&user=1&user=2`],
    ['a field the form does not have', (email: string) => `email=${email}&password=${testPassword}&user[$ne]=`],
  ])('refuses %s before it asks the database', async (_what, body) => {
    const borrower = await newBorrower(portal);
    const visitor = portal.visitor();
    const tries = await portal.database.db.collection('auditEntries').countDocuments();
    const answer = await visitor.postRaw('/login', body(encodeURIComponent(borrower.email)));
    expect(answer.status).toBe(422);
    expect((await visitor.get('/accounts')).status).toBe(303);
    expect(await portal.database.db.collection('auditEntries').countDocuments()).toBe(tries);
  });

  it('puts the sentence at the field and names the fault in the title', async () => {
    const answer = await portal.visitor().post('/login', { email: '', password: '' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('<title>Error: Sign in | CloudBank</title>');
    expect(answer.text).toContain('<a href="#email">Enter your e-mail address</a>');
    expect(answer.text).toContain('<a href="#password">Enter your password</a>');
  });
});

describe('trying passwords', () => {
  it('is answered 429 after five wrong ones for an address, and a right one starts anew', async () => {
    const portal = await openPortal();
    const { email } = await newBorrower(portal);
    const other = await newBorrower(portal);
    const visitor = portal.visitor();
    const guess = (address: string, password = 'a wrong guess') => visitor.post('/login', { email: address, password });
    for (const status of [422, 422, 422, 422, 422, 429]) expect((await guess(email)).status).toBe(status);
    expect((await guess(email.toUpperCase(), testPassword)).status).toBe(429);
    for (const status of [422, 422, 422, 422]) expect((await guess(other.email)).status).toBe(status);
    expect((await guess(other.email, testPassword)).status).toBe(303);
    for (const status of [422, 422]) expect((await guess(other.email)).status).toBe(status);
    await portal.close();
  });

  it('counts guesses that are sent at once before it looks at any of them', async () => {
    const portal = await openPortal();
    const { email } = await newBorrower(portal);
    const visitor = portal.visitor();
    await visitor.get('/login');
    const guesses = Array.from({ length: 24 }, () => visitor.post('/login', { email, password: 'a wrong guess' }));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 422)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(19);
    await portal.close();
  });

  it('counts every spelling of an address that finds the same user as one account', async () => {
    const portal = await openPortal({ allowances: { signInByAccount: { points: 2, windowS: 900 } } });
    const visitor = portal.visitor();
    const spellings = ['strasse@example.test', 'STRASSE@example.test', '\uff53trasse@example.test'];
    for (const [turn, email] of spellings.entries()) {
      const answer = await visitor.post('/login', { email, password: 'a wrong guess' });
      expect(answer.status).toBe(turn < 2 ? 422 : 429);
    }
    await portal.close();
  });

  it('gives the try of a right password back to the machine', async () => {
    const portal = await openPortal({ allowances: { signInByAddress: { points: 2, windowS: 900 } } });
    const { email } = await newBorrower(portal);
    for (let turn = 0; turn < 4; turn += 1)
      expect((await portal.visitor().post('/login', { email, password: testPassword })).status).toBe(303);
    await portal.close();
  });

  it('pauses an account guessed at from many addresses, but not for an address that its owner signed in from', async () => {
    const allowances = { signInByAccountAnywhere: { points: 3, windowS: 3_600, pauseS: 900 } };
    const portal = await openPortal({ allowances });
    portal.app.set('trust proxy', 1);
    const { email } = await newBorrower(portal);
    const from = (address: string, password: string) => signInFrom(portal, { address, email, password });
    expect(await from('192.0.2.1', testPassword)).toBe(303);
    const guessed = ['198.51.100.1', '198.51.100.2', '203.0.113.1', '203.0.113.2'];
    const statuses = [];
    for (const address of guessed) statuses.push(await from(address, 'a wrong guess'));
    expect(statuses).toEqual([422, 422, 422, 429]);
    expect(await from('203.0.113.3', testPassword)).toBe(429);
    expect(await from('192.0.2.1', testPassword)).toBe(303);
    const pause = await portal.database.db.collection('rateLimits').findOne({ key: /^signInByAccountAnywhere/ });
    expect((pause?.expire as Date).getTime() - Date.now()).toBeLessThanOrEqual(900_000);
    await portal.close();
  });

  it('counts the addresses of one IPv6 network as one machine', async () => {
    const portal = await openPortal({ allowances: { signInByAddress: { points: 2, windowS: 900 } } });
    portal.app.set('trust proxy', 1);
    const statuses = [];
    for (const address of ['2001:db8:0:7::1', '2001:db8:0:7:ffff::2', '2001:db8:0:7::3', '2001:db8:0:8::1'])
      statuses.push(await signInFrom(portal, { address, email: `${statuses.length}@example.test`, password: 'x' }));
    expect(statuses).toEqual([422, 422, 429, 422]);
    await portal.close();
  });

  it('is answered 429 after the allowance of one machine, whatever the address', async () => {
    const portal = await openPortal({ allowances: { signInByAddress: { points: 3, windowS: 900 } } });
    const visitor = portal.visitor();
    for (const [turn, status] of [422, 422, 422, 429].entries()) {
      const answer = await visitor.post('/login', { email: `nobody-${turn}@example.test`, password: 'x' });
      expect(answer.status).toBe(status);
    }
    await portal.close();
  });
});
