import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serializeSession } from '#web/session-store.ts';
import { newBorrower, openPortal, testPassword, type TestPortal } from '#test/portal.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
});
afterAll(() => portal.close());

describe('a session', () => {
  it('holds strings only', () => {
    const cookie = { originalMaxAge: null } as never;
    expect(serializeSession({ cookie, flash: 'text' })).toContain('text');
    expect(() => serializeSession({ cookie, amount: 5n } as never)).toThrow('strings only');
  });

  it('of a borrower ends after fifteen idle minutes, of staff after ten', async () => {
    const borrower = await portal.borrower();
    const officer = await portal.staff('officer');
    portal.clock.advance({ minutes: 9 });
    expect([(await borrower.get('/dashboard')).status, (await officer.get('/dashboard')).status]).toEqual([200, 200]);
    portal.clock.advance({ minutes: 11 });
    expect([(await borrower.get('/dashboard')).status, (await officer.get('/dashboard')).status]).toEqual([200, 303]);
    portal.clock.advance({ minutes: 16 });
    expect((await borrower.get('/dashboard')).status).toBe(303);
  });

  it('ends after twelve hours, however busy', async () => {
    const borrower = await portal.borrower();
    for (let hour = 0; hour < 12 * 5; hour += 1) {
      portal.clock.advance({ minutes: 12 });
      if (hour < 59) expect((await borrower.get('/notices')).status).toBe(200);
    }
    portal.clock.advance({ minutes: 1 });
    expect((await borrower.get('/notices')).status).toBe(303);
  });

  it('lies in the database under a hash of its id and without the user’s name', async () => {
    const borrower = await portal.borrower();
    const page = await borrower.get('/dashboard');
    const [cookie] = (page.request as unknown as { cookies: string }).cookies.split(';');
    const id =
      decodeURIComponent(cookie ?? '')
        .replace(/^sid=s:/, '')
        .split('.')[0] ?? '';
    expect(id.length).toBeGreaterThan(20);
    const kept = await portal.database.db.collection<{ _id: string; session: string }>('sessions').find().toArray();
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.filter((one) => one._id === id || one.session.includes(borrower.email))).toEqual([]);
  });

  it('is saved before a redirect is sent, so that a browser which follows at once is signed in', async () => {
    const server = createServer(portal.app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const send = (options: { method: string; path: string; cookie: string; body?: string }) =>
      new Promise<IncomingMessage>((resolve, reject) => {
        const headers = { cookie: options.cookie, 'content-type': 'application/x-www-form-urlencoded' };
        // Resolves with the header, before the body has come.
        request({ port, host: '127.0.0.1', method: options.method, path: options.path, headers }, resolve)
          .on('error', reject)
          .end(options.body);
      });
    const cookieOf = (answer: IncomingMessage) => answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    for (let round = 0; round < 5; round += 1) {
      const person = await newBorrower(portal);
      const form = await send({ method: 'GET', path: '/login', cookie: '' });
      const text = (await form.setEncoding('utf8').toArray()).join('');
      const token = /name="_csrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
      const body = new URLSearchParams({ _csrf: token, email: person.email, password: testPassword }).toString();
      const signedIn = await send({ method: 'POST', path: '/login', cookie: cookieOf(form), body });
      const followed = await send({ method: 'GET', path: '/dashboard', cookie: cookieOf(signedIn) });
      expect([signedIn.statusCode, followed.statusCode]).toEqual([303, 200]);
      signedIn.resume();
      followed.resume();
    }
    server.closeAllConnections();
    server.close();
  });
});
