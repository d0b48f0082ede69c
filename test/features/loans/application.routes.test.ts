import { present } from '#core/assert.ts';
import type { Application } from '#features/loans/index.ts';
import { sendPapers } from '#test/papers.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPortal, type TestPortal, type Visitor } from '#test/portal.ts';
import { newDraft } from './application-builders.ts';
import { answers, type Fields } from './section-fields.ts';

let portal: TestPortal;

beforeAll(async () => {
  portal = await openPortal();
});
afterAll(() => portal.close());

async function startedBy(visitor: Visitor, product = 'personal'): Promise<string> {
  const started = await visitor.post('/loans/apply', { product });
  expect(started.status).toBe(303);
  return String(started.headers.location);
}

/** The version that the page's form carries. */
async function versionOf(visitor: Visitor, path: string): Promise<string> {
  const page = await visitor.get(path);
  return /name="version" value="(\d+)"/.exec(page.text)?.[1] ?? '';
}

async function send(visitor: Visitor, path: string, fields: Fields) {
  return visitor.post(path, { ...fields, version: await versionOf(visitor, path) });
}

describe('applying for a loan', () => {
  it('goes from the choice to the reference, section by section', async () => {
    const borrower = await portal.borrower('Robin Example');
    expect((await borrower.get('/loans/apply')).text).toContain('Apply for a personal loan');
    const path = await startedBy(borrower);
    expect((await borrower.get(path)).text).toMatch(/0 of \d done/);
    const leads: string[] = [];
    for (const section of ['personal', 'employment', 'obligations', 'bank', 'terms']) {
      const saved = await send(borrower, `${path}/${section}`, { ...answers[section], action: 'save' });
      expect([section, saved.status]).toEqual([section, 303]);
      leads.push(String(saved.headers.location).slice(path.length));
    }
    expect(leads).toEqual(['/employment', '/obligations', '/bank', '/terms', '/documents']);
    const applications = portal.database.db.collection<Application>('applications');
    await sendPapers(portal, present(await applications.findOne({ _id: path.slice(-36) }), 'The application'));
    const review = await borrower.get(`${path}/review`);
    for (const text of [
      'Robin Example',
      '5,200.00 USD',
      '021000021',
      '36 months',
      'One instalment a month',
      'Example Landlord',
      'the last step',
    ]) {
      expect(review.text).toContain(text);
    }
    const sent = await send(borrower, `${path}/review`, { truthful: 'yes', creditBureau: 'yes' });
    expect([sent.status, sent.headers.location]).toEqual([303, path]);
    const status = await borrower.get(path);
    expect(status.text).toMatch(/Your reference is <span class="strong">[0-9A-Z]{4}-[0-9A-Z]{4}<\/span>/);
    // Its sections are closed now, and the same form again is no second application.
    expect((await borrower.get(`${path}/terms`)).status).toBe(303);
    const again = await borrower.post(`${path}/review`, { truthful: 'yes', creditBureau: 'yes', version: '6' });
    expect([again.status, again.headers.location]).toEqual([303, path]);
  });

  it('continues the draft that is there, and leaves it for later', async () => {
    const borrower = await portal.borrower();
    const path = await startedBy(borrower);
    const left = await send(borrower, `${path}/personal`, { ...answers.personal, action: 'leave' });
    expect(left.headers.location).toBe(path);
    expect(await startedBy(borrower)).toBe(path);
    expect((await borrower.get('/loans/apply')).text).toContain('Continue application');
    expect((await borrower.get(`${path}/personal`)).text).toContain('1 Example Street');
  });

  it('starts the personal details from the profile', async () => {
    const borrower = await portal.borrower('Kim Profile');
    const path = await startedBy(borrower);
    const page = await borrower.get(`${path}/personal`);
    expect(page.text).toContain('value="Kim Profile"');
    expect(page.text).toContain(`value="${borrower.email}"`);
  });

  it('asks for the property of a home loan', async () => {
    const borrower = await portal.borrower();
    const path = await startedBy(borrower, 'home');
    const saved = await send(borrower, `${path}/property`, { ...answers.property });
    expect([saved.status, saved.headers.location]).toEqual([303, `${path}/terms`]);
    expect((await borrower.get(`${path}/review`)).text).toContain('250,000.00 USD');
  });

  it.each([
    ['personal', { birthDate: '2019-02-30' }, 'birthDate-error', 'Robin Example'],
    ['personal', { birthDate: '2019-02-28' }, 'birthDate-error', 'Robin Example'],
    ['employment', { employer: '' }, 'employer-error', '5200.00'],
    ['employment', { monthlyIncome: '1e3' }, 'monthlyIncome-error', '1e3'],
    ['bank', { routingNumber: '021000022' }, 'routingNumber-error', 'First Example'],
    ['bank', { country: 'DE', iban: 'DE89370400440532013001' }, 'iban-error', 'First Example'],
    ['terms', { amount: '999' }, 'amount-error', '999'],
    ['terms', { instalments: '7.5' }, 'instalments-error', '7.5'],
    ['terms', { purpose: 'A yacht' }, 'purpose-error', '18,000.00'],
  ])('keeps the input of %s with %j and says what is wrong', async (section, change, error, kept) => {
    const borrower = await portal.borrower();
    const path = `${await startedBy(borrower)}/${section}`;
    const fields: Fields = { ...answers[section], ...change };
    if (fields.iban !== undefined) {
      delete fields.routingNumber;
      delete fields.accountNumber;
    }
    const answer = await send(borrower, path, fields);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`id="${error}"`);
    expect(answer.text).toContain(`value="${kept}"`);
    expect(answer.text).toContain('<title>Error: ');
    expect((await borrower.get(path)).text).toContain('name="version" value="1"');
  });

  it('asks for other bank details in another country, without scripts', async () => {
    const borrower = await portal.borrower();
    const path = `${await startedBy(borrower)}/bank`;
    const asked = async (country: string) => {
      const page = await borrower.get(`${path}?country=${country}`);
      return ['iban', 'routingNumber', 'ifsc', 'bic', 'accountNumber'].filter((name) =>
        page.text.includes(`name="${name}"`),
      );
    };
    expect(await asked('DE')).toEqual(['iban']);
    expect(await asked('IN')).toEqual(['ifsc', 'accountNumber']);
    expect(await asked('JP')).toEqual(['bic', 'accountNumber']);
    expect(await asked('ZZ')).toEqual(['routingNumber', 'accountNumber']);
  });

  it('is not sent with sections missing or boxes unticked', async () => {
    const borrower = await portal.borrower();
    const path = await startedBy(borrower);
    const early = await borrower.post(`${path}/review`, { truthful: 'yes', creditBureau: 'yes', version: '1' });
    expect(early.status).toBe(409);
    for (const [section, title] of [
      ['personal', 'Personal details'],
      ['employment', 'Work and income'],
      ['obligations', 'Monthly obligations'],
      ['bank', 'Bank details'],
      ['terms', 'Amount and term'],
    ] as const)
      expect(early.text).toContain(`<a href="${path}/${section}">${title}</a>`);
    const unticked = await borrower.post(`${path}/review`, { truthful: 'yes', version: '1' });
    expect(unticked.status).toBe(422);
  });

  it('answers 409 to a form that is older than the application', async () => {
    const borrower = await portal.borrower();
    const path = `${await startedBy(borrower)}/terms`;
    await send(borrower, path, { ...answers.terms });
    const stale = await borrower.post(path, { ...answers.terms, instalments: '24', version: '1' });
    expect(stale.status).toBe(409);
    expect((await borrower.get(path)).text).toContain('value="36"');
  });

  it('never lets an operator or a repeated field reach the application', async () => {
    const borrower = await portal.borrower();
    const path = await startedBy(borrower);
    const hostile = ['amount[$ne]=1', 'amount=1&amount=2', 'version[$gt]=', '$where=1', '__proto__[x]=1', 'extra=1'];
    for (const body of hostile) {
      const answer = await borrower.postRaw(`${path}/terms`, `${body}&instalments=36&purpose=Education&version=1`);
      expect([body, answer.status]).toEqual([body, 422]);
    }
    expect((await borrower.postRaw('/loans/apply', 'product[$ne]=x')).status).toBe(422);
    expect((await borrower.get(path)).text).toMatch(/0 of \d done/);
  });

  it('is nobody else’s business', async () => {
    const { application } = await newDraft(portal);
    const stranger = await portal.borrower();
    const path = `/loans/apply/${application._id}`;
    for (const page of ['', '/personal', '/review']) expect((await stranger.get(path + page)).status).toBe(404);
    expect((await stranger.post(`${path}/withdraw`, { version: '1' })).status).toBe(404);
    expect((await stranger.post(`${path}/terms`, { ...answers.terms, version: '1' })).status).toBe(404);
    const officer = await portal.staff('officer');
    expect((await officer.get(path)).status).toBe(403);
    expect((await portal.visitor().get(path)).headers.location).toContain('/login');
  });

  it('can be withdrawn by a button', async () => {
    const borrower = await portal.borrower();
    const path = await startedBy(borrower);
    const withdrawn = await borrower.post(`${path}/withdraw`, {
      version: await versionOf(borrower, `${path}/withdraw`),
    });
    expect([withdrawn.status, withdrawn.headers.location]).toEqual([303, path]);
    expect((await borrower.get(path)).text).toContain('You withdrew this application');
  });
});

describe('what a loan would cost', () => {
  it('is shown on the page without scripts, and saves nothing', async () => {
    const borrower = await portal.borrower();
    const path = `${await startedBy(borrower)}/terms`;
    const { purpose: _purpose, ...asked } = answers.terms ?? {};
    const page = await send(borrower, path, { ...asked, action: 'calculate' });
    expect(page.status).toBe(200);
    expect(page.text).toContain('36 instalments, the last one');
    expect(page.text).toContain('data-estimate-key="instalment">5');
    expect((await borrower.get(path)).text).toContain('name="version" value="1"');
  });

  it('is told to anybody as JSON, with a sentence where it cannot be', async () => {
    const visitor = portal.visitor();
    const query = 'product=personal&amount=18000&instalments=36';
    const answer = await visitor.get(`/loans/estimate?${query}&purpose=&version=1`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ total: expect.stringMatching(/^\d\d,\d{3}\.\d\d$/) as string, fee: '180.00' });
    for (const wrong of ['amount=1', 'instalments=0', 'product=yacht', 'amount=1e3', 'product[$ne]=x', 'product=']) {
      const [name = ''] = wrong.split(/[=[]/);
      const rest = query.split('&').filter((part) => !part.startsWith(name));
      const refused = await visitor.get(`/loans/estimate?${[...rest, wrong].join('&')}`);
      expect([wrong, refused.status]).toEqual([wrong, 422]);
      expect((refused.body as { error: { message: string } }).error.message).toMatch(/\w+ \w+/);
    }
  });
});
