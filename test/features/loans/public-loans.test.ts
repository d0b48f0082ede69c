import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import { whereStored } from '#test/dump.ts';
import { newDraft } from './application-builders.ts';

let portal: TestPortal;
const logLines: string[] = [];
beforeAll(async () => {
  portal = await openPortal({ logLines });
  await portal.setDay('2026-03-17');
});
afterAll(() => portal.close());

const carried = 'product=personal&amount=12000.00&instalments=24&frequency=1-month';

describe('the calculator', () => {
  it('shows figures, chart, schedule and what is not included to anybody', async () => {
    const page = await portal.visitor().get(`/calculator?${carried}`);
    expect([page.status, page.status === 200 ? '' : logLines.join('\n').slice(-3000)]).toEqual([200, '']);
    for (const text of [
      'Total cost of the loan',
      'APR, with the fees',
      'is interest',
      'What is not included',
      'year 1 of 2',
    ])
      expect(page.text).toContain(text);
    expect(page.text).toContain('/calculator/apply?product=personal&amp;amount=12000.00&amp;instalments=24');
    expect(page.headers['set-cookie']).toBeUndefined();
    const second = await portal.visitor().get(`/calculator?${carried}&page=2`);
    expect(second.text).toContain('year 2 of 2');
    expect((await portal.visitor().get('/calculator')).status).toBe(200);
    expect((await portal.visitor().get('/calculator?product=home&utm_source=x')).text).toContain(
      'value="home" selected',
    );
  });

  it('gives the schedule as a file', async () => {
    const file = await portal.visitor().get(`/calculator/schedule.csv?${carried}`);
    expect(file.headers['content-type']).toContain('text/csv');
    const lines = file.text.trim().split('\r\n');
    expect(lines).toHaveLength(25);
    expect(lines[1]).toMatch(/^1,2026-04-17,\d+\.\d\d,\d+\.\d\d,0\.00,\d+\.\d\d,\d+\.\d\d,USD$/);
    const wrong = await portal.visitor().get('/calculator/schedule.csv?product=personal&amount=1&instalments=24');
    expect(wrong.headers.location).toContain('/calculator?');
  });

  it.each([
    ['amount=1e3&instalments=24', 'digits only'],
    ['amount=999999999999999999999&instalments=24', 'smaller amount'],
    ['amount=5000&instalments=1.5', 'whole number'],
    ['amount=12&instalments=24', 'Enter an amount in between'],
    ['amount=5000&amount=6000&instalments=24', 'Send this answer once'],
    ['amount[$ne]=1&amount=5000', 'Enter the number of instalments'],
    ['amount=%3Cscript%3Ealert(1)%3C/script%3E&instalments=24', '&lt;script&gt;'],
  ])('answers %s with a sentence', async (query, sentence) => {
    const page = await portal.visitor().get(`/calculator?product=personal&${query}`);
    expect(page.status).toBe(422);
    expect(page.text).toContain(sentence);
    expect(page.text).not.toContain('<script>alert');
  });

  it('carries its figures into an application, validated again, and starts nothing by an address alone', async () => {
    const borrower = await portal.borrower();
    const visitor = portal.visitor();
    const away = await visitor.get(`/calculator/apply?${carried}`);
    expect(away.status).toBe(303);
    expect(decodeURIComponent(away.headers.location ?? '')).toContain(`/login?next=/calculator/apply?${carried}`);
    const signedIn = await visitor.post('/login', {
      email: borrower.email,
      password: testPassword,
      next: `/calculator/apply?${carried}`,
    });
    expect(signedIn.headers.location).toBe(`/calculator/apply?${carried}`);
    const page = await visitor.get(signedIn.headers.location ?? '');
    expect(page.text).toContain('12,000.00 USD');
    expect(await portal.services.applications.listOwn(borrower.partyId)).toEqual([]);
    const form = { product: 'personal', amount: '12000.00', instalments: '24', frequency: '1-month' };
    expect((await visitor.post('/calculator/apply', { ...form, purpose: 'Gambling' })).status).toBe(422);
    const tampered = await visitor.post('/calculator/apply', { ...form, amount: '99999999', purpose: 'Education' });
    expect(tampered.status).toBe(403);
    const started = await visitor.post('/calculator/apply', { ...form, purpose: 'Education' });
    expect(started.status).toBe(303);
    const [application, ...more] = await portal.services.applications.listOwn(borrower.partyId);
    expect(more).toEqual([]);
    expect(application?.sections.terms).toMatchObject({ amount: 1_200_000n, instalments: 24, purpose: 'Education' });
    expect(started.headers.location).toBe(`/loans/apply/${application?._id}`);
  });

  it('leads somebody new through registration to the same figures, and never to another site', async () => {
    const visitor = portal.visitor();
    const next = `/calculator/apply?${carried}`;
    const page = await visitor.get(`/register?${new URLSearchParams({ next }).toString()}`);
    expect(page.text).toContain('name="next" value="/calculator/apply?product=personal&amp;');
    const person = {
      fullName: 'Carried Over',
      email: 'carried-over@example.test',
      phone: '+12025550177',
      password: testPassword,
      passwordAgain: testPassword,
      terms: 'yes',
    };
    const registered = await visitor.post('/register', { ...person, next });
    expect(decodeURIComponent(registered.headers.location ?? '')).toContain(
      '/login?next=/calculator/apply?product=personal',
    );
    const evil = await visitor.post('/register', { ...person, email: 'e2@example.test', next: '//evil.example' });
    expect(evil.headers.location).toBe('/login');
  });
});

const answers = {
  ...{ product: 'personal', amount: '12000.00', instalments: '24', frequency: '1-month', value: '' },
  ...{ work: 'employed', income: '5123.45', debts: '321.09', fixed: '1098.76' },
};

describe('the indication', () => {
  it('answers likely, may be and unlikely, and says that it is no offer', async () => {
    const visitor = portal.visitor();
    const likely = await visitor.post('/indicative', answers);
    expect(likely.status).toBe(200);
    expect(likely.text).toContain('We would probably lend you this');
    expect(likely.text).toContain('This is not an offer.');
    expect(likely.text).toContain('Our usual rate a year');
    expect(likely.text).toContain('never above 23.80%');
    expect((await visitor.post('/indicative', { ...answers, work: 'student' })).text).toContain(
      'We might lend you this',
    );
    const none = await visitor.post('/indicative', { ...answers, income: '0' });
    expect(none.text).toContain('We would probably not lend you this');
    expect(none.text).not.toContain('Apply with these figures');
    const home = { ...answers, product: 'home', amount: '200000', instalments: '300', income: '9000' };
    expect((await visitor.post('/indicative', home)).text).toContain('what the property is worth');
    expect((await visitor.post('/indicative', { ...home, value: '400000' })).text).toContain(
      'We would probably lend you this',
    );
    expect((await visitor.post('/indicative', { ...home, value: '180000' })).text).toContain('probably not lend');
  });

  it('keeps nothing of what was said: not in the database, the session, the log or an address', async () => {
    const visitor = portal.visitor();
    const page = await visitor.post('/indicative', { ...answers, income: '7654.32', debts: '234.56' });
    expect(page.headers.location).toBeUndefined();
    expect(page.text).not.toMatch(/href="[^"]*7654/);
    const traces = ['7654.32', '765432', '234.56'];
    expect(await whereStored(portal.database.db, traces)).toEqual([]);
    const log = logLines.join('\n');
    for (const trace of traces) expect(log).not.toContain(trace);
  });

  it.each([
    { income: 'lots' },
    { income: '-1' },
    { debts: '' },
    { work: 'king' },
    { amount: '1' },
    { extra: 'x' },
    { instalments: '7000' },
  ])('refuses %j and keeps what was typed', async (change) => {
    const page = await portal.visitor().post('/indicative', { ...answers, ...change });
    expect(page.status).toBe(422);
    expect(page.text).toContain('value="1098.76"');
  });

  it('is not asked without end from one address', async () => {
    const small = await openPortal({ allowances: { indicativeByAddress: { points: 2, windowS: 60 } } });
    try {
      const visitor = small.visitor();
      const statuses = [];
      for (let n = 0; n < 3; n += 1) statuses.push((await visitor.post('/indicative', answers)).status);
      expect(statuses).toEqual([200, 200, 429]);
    } finally {
      await small.close();
    }
  });
});

describe('the state of an application', () => {
  const nothing = 'We found no application with this reference and e-mail address';

  it('tells a word, since when and what to do, and nothing of the person or the loan', async () => {
    const draft = await newDraft(portal);
    const { reference } = draft.application;
    const visitor = portal.visitor();
    const typed = { reference: ` ${reference.replace('-', '').toLowerCase()}`, email: draft.email.toUpperCase() };
    const page = await visitor.post('/status', typed);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Draft');
    expect(page.text).toContain('17 March 2026');
    expect(page.text).toContain('It is not sent yet');
    expect(page.text).not.toContain('Personal loan');
    expect(page.text).not.toContain('Test Borrower');
  });

  it('answers the same for an unknown reference, another person’s address and a stranger’s', async () => {
    const draft = await newDraft(portal);
    const other = await portal.borrower();
    const { reference } = draft.application;
    const pages = await Promise.all(
      [
        { reference: 'ZZZZ-ZZZZ', email: draft.email },
        { reference, email: other.email },
        { reference, email: 'nobody@example.test' },
      ].map(async (query) => {
        const page = await portal.visitor().post('/status', query);
        const { email } = query;
        return `${page.status} ${page.text
          .replaceAll(query.reference, 'REF')
          .replaceAll(email, 'MAIL')
          .replaceAll(/(name="_csrf" value=|nonce=)"[^"]*"/g, '')}`;
      }),
    );
    expect(pages[0]).toContain(nothing);
    expect(new Set(pages).size).toBe(1);
  });

  it('takes its time whatever it finds', async () => {
    const draft = await newDraft(portal);
    for (const reference of [draft.application.reference, 'ZZZZ-ZZZZ']) {
      const before = performance.now();
      await portal.services.publicStatus.find({ reference, email: draft.email });
      expect(performance.now() - before).toBeGreaterThan(195);
    }
  });

  it('is counted by address and by reference', async () => {
    const small = await openPortal({
      allowances: { statusByReference: { points: 2, windowS: 60 }, statusByAddress: { points: 4, windowS: 60 } },
    });
    try {
      const visitor = small.visitor();
      const ask = async (reference: string) =>
        (await visitor.post('/status', { reference, email: 'a@example.test' })).status;
      const statuses = [];
      for (const reference of ['AAAA-AAAA', 'AAAA-AAAA', 'AAAA-AAAA', 'BBBB-BBBB', 'CCCC-CCCC'])
        statuses.push(await ask(reference));
      expect(statuses).toEqual([422, 422, 429, 422, 429]);
    } finally {
      await small.close();
    }
  });

  it.each(['', 'short', '<script>', '{"$ne":1}'])('refuses the reference %j', async (reference) => {
    const page = await portal.visitor().post('/status', { reference, email: 'a@example.test' });
    expect(page.status).toBe(422);
    expect(page.text).toContain('Enter the reference');
  });
});
