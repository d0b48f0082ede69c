import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '#core/errors.ts';
import { createCustomers } from '#features/customers/index.ts';
import { createVault } from '#platform/vault/vault.ts';
import { openPortal, newBorrower, testPassword, type TestPortal } from '#test/portal.ts';

const good = {
  fullName: 'Marjolein Okonkwo',
  phone: '+1 202 555 0143',
  password: testPassword,
  passwordAgain: testPassword,
  terms: 'yes',
};

describe('registration', () => {
  let portal: TestPortal;
  let count = 0;
  const address = () => `marjolein-${(count += 1)}@harbour.example`;
  const users = () => portal.database.db.collection('users').countDocuments();
  const keys = () => portal.database.db.collection('dataKeys').countDocuments();
  beforeAll(async () => {
    portal = await openPortal({ allowances: { registerByAddress: { points: 1_000, windowS: 60 } } });
  });
  afterAll(() => portal.close());

  it('makes a borrower who can sign in', async () => {
    const email = address();
    const visitor = portal.visitor();
    const answer = await visitor.post('/register', { ...good, email });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/login');
    expect((await visitor.get('/login')).text).toContain('Thank you. Sign in with your e-mail address and password');
    await visitor.post('/login', { email: email.toUpperCase(), password: testPassword });
    expect((await visitor.get('/accounts')).text).toContain('You have no account yet');
  });

  it('answers a known address like a new one, keeps its password and makes nothing', async () => {
    const { email } = await newBorrower(portal);
    const before = [await users(), await keys()];
    const visitor = portal.visitor();
    const known = await visitor.post('/register', {
      ...good,
      email,
      password: 'another long phrase',
      passwordAgain: 'another long phrase',
    });
    expect([known.status, known.headers.location]).toEqual([303, '/login']);
    const page = await visitor.get('/login');
    const stranger = portal.visitor();
    await stranger.post('/register', { ...good, email: address() });
    const flashOf = (text: string) => /<div class="flash"[\s\S]*?<main/.exec(text)?.[0];
    expect(flashOf(page.text)).toBe(flashOf((await stranger.get('/login')).text));
    expect(await users()).toBe((before[0] ?? 0) + 1);
    expect(await keys()).toBe((before[1] ?? 0) + 1);
    expect((await visitor.post('/login', { email, password: testPassword })).status).toBe(303);
  });

  it('gives one user to two registrations of one address at once', async () => {
    const email = address();
    const before = await keys();
    const visitors = [portal.visitor(), portal.visitor(), portal.visitor()];
    const answers = await Promise.all(visitors.map((visitor) => visitor.post('/register', { ...good, email })));
    expect(answers.map(({ status, headers }) => `${status} ${headers.location}`)).toEqual(
      Array.from({ length: 3 }, () => '303 /login'),
    );
    const emailIndex = portal.platform.vault.blindIndex('email', email);
    expect(await portal.database.db.collection('users').countDocuments({ emailIndex })).toBe(1);
    expect(await portal.database.db.collection('parties').countDocuments({ emailIndex })).toBe(1);
    // The keys of those that lost are destroyed; what is left of them opens nothing.
    const left = await portal.database.db.collection('dataKeys').find().toArray();
    expect(left.length).toBeGreaterThan(before);
    const user = await portal.services.identity.signIn({ email, password: testPassword });
    const person = await portal.services.customers.person(user?.partyId ?? '');
    expect(person.fullName).toBe(good.fullName);
  });

  it('keeps the key of a party where it is not known whether the party was written', async () => {
    const made = new Map<string, Buffer>();
    const keys = {
      make: (id: string) => Promise.resolve(void made.set(id, Buffer.alloc(32, 1))),
      destroy: (id: string) => Promise.resolve(void made.delete(id)),
      find: (id: string) => Promise.resolve(made.get(id)),
      warm: () => Promise.resolve(),
    };
    const vault = createVault({ keys, blindIndexKey: 'a blind index key for tests, long enough' });
    const unknown = () => {
      throw new Fault('outcome-unknown', 'The outcome is not known yet');
    };
    const identity = {
      ...portal.services.identity,
      newUser: async (user: Parameters<typeof portal.services.identity.newUser>[0]) => {
        const insert = await portal.services.identity.newUser(user);
        return { ...insert, document: { ...insert.document, toBSON: unknown } };
      },
    };
    const customers = createCustomers({ ...portal.platform, vault }, { keys, identity });
    const { fullName, phone, password } = good;
    await expect(customers.register({ fullName, phone, password, email: address() })).rejects.toThrow('not known');
    expect(made.size).toBe(1);
  });

  it('keeps what was typed, but never a password, and says what is wrong at each field', async () => {
    const before = await users();
    const visitor = portal.visitor();
    const answer = await visitor.post('/register', {
      ...good,
      fullName: 'M',
      email: 'not an address',
      phone: '12',
      passwordAgain: 'something else',
      terms: '',
    });
    expect(answer.status).toBe(422);
    for (const kept of ['value="M"', 'value="not an address"', 'value="12"']) expect(answer.text).toContain(kept);
    for (const field of ['fullName', 'email', 'phone', 'terms']) expect(answer.text).toContain(`<a href="#${field}">`);
    expect(answer.text).not.toContain(testPassword);
    expect(answer.text).not.toContain('something else');
    expect(await users()).toBe(before);
  });

  it('asks for the same password twice', async () => {
    const answer = await portal.visitor().post('/register', { ...good, email: address(), passwordAgain: 'other' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('<a href="#passwordAgain">The two passwords are not the same');
  });

  it.each([
    ['too short', 'lanterns', 'Use at least 12 characters'],
    ['too long', 'tide and lantern '.repeat(9), 'Use at most 128 characters'],
    ['common', 'Password1234', 'This password is among the first that attackers try. Choose another one'],
    ['the own name', 'marjoleinokonkwo', 'Choose a password that is not made of your name or e-mail address'],
  ])('refuses a password that is %s, with its sentence', async (_what, password, sentence) => {
    const before = await users();
    const fields = { ...good, email: address(), password, passwordAgain: password };
    const answer = await portal.visitor().post('/register', fields);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`<a href="#password">${sentence}</a>`);
    expect(answer.text).toContain(`value="${good.fullName}"`);
    expect(await users()).toBe(before);
  });

  it('takes no role from the form, nor anything else it does not ask for', async () => {
    const email = address();
    const answer = await portal.visitor().post('/register', { ...good, email, 'roles[]': 'administrator' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('The form had a field that we do not know');
    expect(await portal.services.identity.isTaken(email)).toBe(false);
  });

  it.each(['fullName=A+Person&fullName=B+Person', 'email[$ne]=x', 'phone[$gt]='])(
    'refuses %s before anything is made',
    async (body) => {
      const before = await users();
      const rest = new URLSearchParams({ ...good, email: address() }).toString();
      const answer = await portal.visitor().postRaw('/register', `${rest}&${body}`);
      expect(answer.status).toBe(422);
      expect(await users()).toBe(before);
    },
  );
});

describe('registrations of one machine', () => {
  it('are answered 429 after their allowance', async () => {
    const portal = await openPortal({ allowances: { registerByAddress: { points: 2, windowS: 60 } } });
    const visitor = portal.visitor();
    const statuses = [];
    for (const turn of [1, 2, 3]) {
      const answer = await visitor.post('/register', { ...good, email: `turn-${turn}@harbour.example` });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([303, 303, 429]);
    await portal.close();
  });
});
