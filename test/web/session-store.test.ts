import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import supertest from 'supertest';
import { newBorrower, openPortal, testPassword, type TestPortal } from '#test/portal.ts';

const opened: TestPortal[] = [];
let portal: TestPortal;
beforeEach(async () => {
  portal = await openPortal();
  opened.push(portal);
});
afterAll(() => Promise.all(opened.map((one) => one.close())));

interface KeptSession {
  _id: string;
  expires: Date;
  lastModified: Date;
}
const kept = () => portal.database.db.collection<KeptSession>('sessions');

/** Work that begins when it is called and goes on when the test lets it. */
function held() {
  const begun = Promise.withResolvers<undefined>();
  const released = Promise.withResolvers<undefined>();
  return {
    begun: begun.promise,
    release: () => {
      released.resolve(undefined);
    },
    hold: () => {
      begun.resolve(undefined);
      return released.promise;
    },
  };
}

describe('signing out while a request is under way', () => {
  it('stays signed out when the request saves its session', async () => {
    const borrower = await portal.borrower();
    const { enquiries } = portal.services;
    const send = enquiries.send.bind(enquiries);
    const gate = held();
    enquiries.send = async (enquiry) => {
      await gate.hold();
      return send(enquiry);
    };
    const fields = { topic: 'something-else', message: 'A question about the opening hours of the bank' };
    const underWay = borrower.post('/contact', fields);
    await gate.begun;
    expect((await borrower.post('/logout')).status).toBe(303);
    gate.release();
    expect((await underWay).status).toBe(303);
    expect((await borrower.get('/accounts')).status).toBe(303);
  });

  it('still answers the page that only wanted to note that the session was used', async () => {
    const borrower = await portal.borrower();
    await kept().updateMany({}, { $set: { lastModified: new Date(0) } });
    const { notices } = portal.services;
    const unread = notices.unread.bind(notices);
    const gate = held();
    notices.unread = async (partyId) => {
      await gate.hold();
      return unread(partyId);
    };
    const underWay = borrower.get('/profile');
    // A request of supertest is sent when somebody waits for it.
    const answered = underWay.then(({ status }) => status);
    await gate.begun;
    await kept().deleteMany({});
    gate.release();
    expect(await answered).toBe(200);
    expect((await borrower.get('/accounts')).status).toBe(303);
  });
});

describe('a visitor without a cookie', () => {
  it('leaves a session only where a form needs one', async () => {
    for (const path of ['/', '/nowhere', '/accounts'])
      for (let turn = 0; turn < 5; turn += 1) {
        const page = await supertest(portal.app).get(path);
        expect(page.headers['set-cookie']).toBeUndefined();
      }
    expect(await kept().countDocuments()).toBe(0);
    const form = await supertest(portal.app).get('/login');
    expect(form.text).toMatch(/name="_csrf" value="[0-9a-f]{128}"/);
    expect(await kept().countDocuments()).toBe(1);
  });

  it('has a session for an hour, a signed-in user for twelve, and both a cookie that ends with the browser', async () => {
    const { email } = await newBorrower(portal);
    const agent = supertest.agent(portal.app);
    const leftMinutes = async () => {
      const [only, ...others] = await kept().find().toArray();
      expect(others).toEqual([]);
      return ((only?.expires.getTime() ?? 0) - Date.now()) / 60_000;
    };
    const form = await agent.get('/login');
    const visiting = await leftMinutes();
    expect(visiting).toBeGreaterThan(50);
    expect(visiting).toBeLessThanOrEqual(60);
    const _csrf = /name="_csrf" value="([^"]+)"/.exec(form.text)?.[1] ?? '';
    const signedIn = await agent.post('/login').type('form').send({ email, password: testPassword, _csrf });
    const staying = await leftMinutes();
    expect(staying).toBeGreaterThan(11 * 60);
    expect(staying).toBeLessThanOrEqual(12 * 60);
    for (const answer of [form, signedIn]) expect(String(answer.headers['set-cookie'])).not.toMatch(/max-age|expires/i);
  });
});

describe('a portal that drains', () => {
  it('ends each connection with its answer, whatever was asked for', async () => {
    const connections = async () => {
      const answers = await Promise.all(
        ['/', '/livez', '/readyz', '/static/css/base.css', '/nowhere', '/accounts'].map((path) =>
          supertest(portal.app).get(path).set('Connection', 'keep-alive'),
        ),
      );
      return new Set(answers.map(({ headers }) => String(headers.connection)));
    };
    expect(await connections()).toEqual(new Set(['keep-alive']));
    portal.readiness.draining = true;
    expect(await connections()).toEqual(new Set(['close']));
  });
});
