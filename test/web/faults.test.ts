import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MongoServerSelectionError } from 'mongodb';
import { Fault, type FaultKind } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { may, roles } from '#core/roles.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { walkRoutes } from '#test/router-walk.ts';

let portal: TestPortal;
let borrower: Awaited<ReturnType<TestPortal['borrower']>>;
const logLines: string[] = [];

beforeAll(async () => {
  portal = await openPortal({ logLines });
  borrower = await portal.borrower();
});
afterAll(() => portal.close());

/** The accounts page, with the service behind it failing. */
async function failing(error: Error) {
  const { accounts } = portal.services;
  const real = { ...accounts };
  Object.assign(accounts, { listOwn: () => Promise.reject(error) });
  try {
    return await borrower.get('/accounts');
  } finally {
    Object.assign(accounts, real);
  }
}

describe('a fault', () => {
  it.each<[FaultKind, number, string]>([
    ['not-found', 404, 'could not find'],
    ['forbidden', 403, 'not part of your role'],
    ['conflict', 409, 'has changed since you opened it'],
    ['too-many', 429, 'Too many tries'],
    ['unavailable', 503, 'cannot do this right now'],
    ['keys-unavailable', 503, 'Personal data cannot be opened'],
    ['outcome-unknown', 202, 'being processed'],
    ['malformed', 400, 'could not read what was sent'],
    ['internal', 500, 'went wrong on our side'],
  ])('of kind %s answers %i with a page that says what happened', async (kind, status, words) => {
    const answer = await failing(
      new Fault(kind, 'seeded', kind === 'outcome-unknown' ? { operationKey: newId() } : {}),
    );
    expect([answer.status, answer.text.includes(words)]).toEqual([status, true]);
    expect(answer.text).not.toContain('seeded');
    if (kind === 'outcome-unknown') expect(answer.text).toContain('/operations/');
  });

  it('that nobody foresaw shows a reference that stands in the log with the stack, and nothing of itself', async () => {
    const answer = await failing(new TypeError('secret internals'));
    expect([answer.status, answer.text.includes('secret internals')]).toEqual([500, false]);
    const reference = /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(answer.text)?.[0] ?? 'none';
    const line = logLines.find((one) => one.includes(reference)) ?? '';
    expect(line).toContain('secret internals');
    expect(line).toContain('"requestId"');
  });

  it('of a lost database answers 503', async () => {
    const lost = new MongoServerSelectionError('gone', {} as never);
    expect((await failing(lost)).status).toBe(503);
  });

  it('shows for an address that is not there, malformed or hostile', async () => {
    for (const path of ['/nowhere', '/loans/%E0%A4%A', '/accounts/$ne', '/../etc/passwd', '/loans/__proto__']) {
      const { status } = await borrower.get(path);
      expect([path, status]).toEqual([path, 404]);
    }
  });

  it('shows for a body that is too large or has too many fields', async () => {
    const large = await borrower.post('/deposit', { amount: 'x'.repeat(200_000) });
    expect(large.status).toBe(400);
    const many = await borrower.postRaw('/deposit', Array.from({ length: 300 }, (_, n) => `a${n}=1`).join('&'));
    expect(many.status).toBe(400);
  });
});

describe('every answer', () => {
  it('carries the headers that keep a page to itself', async () => {
    const { headers } = await borrower.get('/dashboard');
    const policy = headers['content-security-policy'] ?? '';
    for (const part of [
      "default-src 'none'",
      "frame-ancestors 'none'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
    ]) {
      expect(policy).toContain(part);
    }
    expect(policy).toMatch(/script-src 'self' 'nonce-[\w+/=]{20,}'/);
    expect(policy).not.toContain('unsafe');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-powered-by']).toBeUndefined();
    const again = await borrower.get('/dashboard');
    expect(again.headers['content-security-policy']).not.toBe(policy);
  });

  it('sets a cookie that scripts and other sites do not get', async () => {
    const answer = await portal.visitor().get('/login');
    const [cookie] = answer.headers['set-cookie'] as unknown as string[];
    expect(cookie).toMatch(/^sid=.*; Path=\/; HttpOnly; SameSite=Lax$/);
  });
});

describe('hostile input', () => {
  const bodies = [
    'email[$ne]=&password[$ne]=&user[$ne]=&version[$gt]=0&key[$exists]=true',
    'email=a%40example.test&email=b%40example.test&version=1&version=2&amount=1&amount=2',
    '__proto__[polluted]=1&constructor[prototype][polluted]=1&toString=1',
    'email={"$gt":""}&version={"$gt":""}&key={"$where":"sleep(1000)"}&amount=1e3',
  ];

  it('to any form is answered with a sentence: never let through, never a fault of ours', async () => {
    const users = new Map(await Promise.all(roles.map(async (role) => [role, await portal.staff(role)] as const)));
    const forms = walkRoutes(portal.app).filter(({ method, path }) => method === 'post' && path !== '/logout');
    expect(forms.length).toBeGreaterThan(15);
    for (const { path, declares } of forms) {
      const role = roles.find((one) => declares && declares !== 'public' && may({ roles: [one] }, declares));
      const user =
        declares === 'public' ? portal.visitor() : role === 'borrower' ? borrower : users.get(role ?? 'administrator');
      for (const body of bodies) {
        const answer = await user?.postRaw(
          path.replace(/:(\w+)/g, () => newId()),
          body,
        );
        expect(
          [path, [400, 403, 404, 422, 429].includes(answer?.status ?? 0)],
          `${path} ${answer?.status} ${body}`,
        ).toEqual([path, true]);
      }
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
