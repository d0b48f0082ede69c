import { sendPapers } from '#test/papers.ts';
import { BSON } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import { openPortal, testPassword, type TestPortal, type Visitor } from '#test/portal.ts';
import { whereStored } from '#test/dump.ts';
import type { Application } from '#features/loans/index.ts';
import { answers, type Fields } from './section-fields.ts';

let portal: TestPortal;

beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-17');
});
afterAll(() => portal.close());

async function startedBy(visitor: Visitor, product = 'personal'): Promise<string> {
  const started = await visitor.post('/loans/apply', { product });
  return String(started.headers.location);
}

async function versionOf(visitor: Visitor, path: string): Promise<string> {
  const page = await visitor.get(path);
  return /name="version" value="(\d+)"/.exec(page.text)?.[1] ?? '';
}

async function send(visitor: Visitor, path: string, fields: Fields = {}) {
  return visitor.post(path, { ...fields, version: await versionOf(visitor, path) });
}

const of = (section: string): Fields => present(answers[section], `The answers of ${section}`);

async function secondDevice(person: { email: string }): Promise<Visitor> {
  const other = portal.visitor();
  await other.post('/login', { email: person.email, password: testPassword });
  return other;
}

async function stateOf(visitor: Visitor, path: string, title: string): Promise<string> {
  const page = await visitor.get(path);
  const item = new RegExp(`<span>${title}</span>(.*?)</li>`, 's').exec(page.text)?.[1] ?? '';
  return item.replace(/<[^>]+>/g, '').trim();
}

describe('the sections of each loan', () => {
  it.each([
    ['vehicle', 'vehicle', ['Example Runabout, 2021', '23,400.00 USD', '1M8GDM9AXKP042788', 'Used']],
    ['business', 'business', ['Example Seeds Ltd', 'Loss of the last year', '11,223.34 USD', 'Limited company']],
    ['home', 'property', ['250,000.00 USD', 'Not yet valued', 'I will insure it before the loan is paid out']],
  ])('a %s loan asks for its %s', async (product, section, texts) => {
    const borrower = await portal.borrower();
    const path = await startedBy(borrower, product);
    const saved = await send(borrower, `${path}/${section}`, of(section));
    expect(saved.status).toBe(303);
    const review = await borrower.get(`${path}/review`);
    for (const text of texts) expect(review.text).toContain(text);
    // The form shows the answers again as they were given.
    const again = await send(borrower, `${path}/${section}`, of(section));
    expect(again.status).toBe(303);
  });

  it('has no place for what the loan does not ask for', async () => {
    const borrower = await portal.borrower();
    const path = await startedBy(borrower);
    for (const section of ['vehicle', 'business', 'property']) {
      expect((await borrower.get(`${path}/${section}`)).headers.location).toBe(path);
      const posted = await borrower.post(`${path}/${section}`, { ...of(section), version: '1' });
      expect([section, posted.status]).toEqual([section, 409]);
      expect((await borrower.post(`${path}/${section}/keep`, { ...of(section), version: '1' })).status).toBe(409);
    }
  });

  it.each<[string, string, Fields, string]>([
    ['vehicle', 'vehicle', { year: '2028' }, 'year'],
    ['vehicle', 'vehicle', { vin: '1M8GDM9AXKP047288' }, 'vin'],
    ['vehicle', 'vehicle', { price: '-5' }, 'price'],
    ['vehicle', 'vehicle', { condition: 'stolen' }, 'condition'],
    ['business', 'business', { founded: '2026-03-18' }, 'founded'],
    ['business', 'business', { annualResult: '1e9' }, 'annualResult'],
    ['business', 'business', { legalForm: '' }, 'legalForm'],
    ['home', 'property', { valuedOn: '2026-03-18', valuer: 'Somebody' }, 'valuedOn'],
    ['home', 'property', { valuedOn: '2026-02-30', valuer: 'Somebody' }, 'valuedOn'],
    ['home', 'property', { valuer: 'Somebody' }, 'valuedOn'],
    ['home', 'property', { valuedOn: '2026-03-01' }, 'valuer'],
    ['home', 'property', { insurance: 'insured' }, 'insurer'],
    ['personal', 'personal', { nationality: '' }, 'nationality'],
    ['personal', 'personal', { nationality: 'ZZ' }, 'nationality'],
    ['personal', 'employment', { contract: '' }, 'contract'],
    ['personal', 'employment', { rentalIncome: '-1' }, 'rentalIncome'],
    ['personal', 'employment', { employerPhone: 'call me' }, 'employerPhone'],
    ['personal', 'employment', { education: 'genius' }, 'education'],
    ['personal', 'employment', { workYears: '' }, 'workYears'],
    ['personal', 'employment', { workYears: '2' }, 'workYears'],
    ['personal', 'obligations', { home: '' }, 'home'],
    ['personal', 'obligations', { savings: '' }, 'savings'],
    ['personal', 'obligations', { otherAssets: '-1' }, 'otherAssets'],
    ['personal', 'obligations', { monthly1: '0' }, 'monthly1'],
    ['personal', 'obligations', { payee1: '' }, 'payee1'],
    ['personal', 'obligations', { kind1: 'yacht' }, 'kind1'],
    ['personal', 'obligations', { none: 'yes' }, 'none'],
    ['personal', 'obligations', { kind1: '', payee1: '', monthly1: '' }, 'none'],
    ['personal', 'terms', { frequency: '1-week' }, 'frequency'],
    ['personal', 'terms', { frequency: 'often' }, 'frequency'],
    ['personal', 'terms', { frequency: '2-week', instalments: '131' }, 'instalments'],
  ])('of a %s loan, %s with %j is told at %s', async (product, section, change, field) => {
    const borrower = await portal.borrower();
    const path = `${await startedBy(borrower, product)}/${section}`;
    const answer = await send(borrower, path, { ...of(section), ...change });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`id="${field}-error"`);
    expect((await portal.services.applications.listOwn(borrower.partyId))[0]?.sections[section as 'terms']).toBeNull();
  });

  it('takes an employer only of those who work', async () => {
    const borrower = await portal.borrower();
    const path = await startedBy(borrower);
    const retired = { ...of('employment'), status: 'retired', employer: '', employerAddress: '', jobTitle: '' };
    expect((await send(borrower, `${path}/employment`, { ...retired, contract: '', years: '' })).status).toBe(303);
    const application = present((await portal.services.applications.listOwn(borrower.partyId))[0], 'The application');
    expect(await portal.services.applications.openSection(application, 'employment')).toMatchObject({
      employer: '',
      contract: null,
      years: null,
      otherIncome: 1250n,
    });
  });
});

describe('obligations', () => {
  it('are added and removed row by row without a script, and nothing of the others is lost', async () => {
    const borrower = await portal.borrower();
    const path = `${await startedBy(borrower)}/obligations`;
    const first = await send(borrower, path, { ...of('obligations'), action: 'add' });
    expect([first.status, first.headers.location]).toEqual([303, path]);
    const two = await borrower.get(path);
    expect(two.text).toContain('value="Example Landlord"');
    expect(two.text).toContain('name="payee2"');
    const second = { kind2: 'card', payee2: 'Example Card', monthly2: '45.5', balance2: '900' };
    await send(borrower, path, { ...of('obligations'), ...second, rows: '2', action: 'remove-1' });
    const one = await borrower.get(path);
    expect(one.text).toContain('name="payee1" type="text" value="Example Card"');
    expect(one.text).not.toContain('Example Landlord');
    expect(one.text).not.toContain('name="payee2"');
    for (let count = 0; count < 12; count += 1) await send(borrower, path, { rows: String(count + 1), action: 'add' });
    const full = await borrower.get(path);
    expect(full.text).toContain('name="payee10"');
    expect(full.text).not.toContain('name="payee11"');
    expect((await send(borrower, path, { ...of('obligations'), rows: '10', action: 'remove-99' })).status).toBe(303);
    const owned = { home: 'own', savings: '0', otherAssets: '0' };
    expect((await send(borrower, path, { ...owned, none: 'yes', rows: '1' })).status).toBe(303);
  });
});

describe('nothing is lost', () => {
  it('of a section that is left incomplete, also on another device', async () => {
    const borrower = await portal.borrower('Lea Leaving');
    const path = await startedBy(borrower);
    expect(await stateOf(borrower, path, 'Personal details')).toBe('Not started');
    const part = { ...of('personal'), birthDate: '', phone: 'later' };
    const left = await send(borrower, `${path}/personal`, { ...part, action: 'leave' });
    expect([left.status, left.headers.location]).toEqual([303, path]);
    const other = await secondDevice(borrower);
    const list = await other.get(path);
    expect(await stateOf(other, path, 'Personal details')).toBe('In progress');
    expect(list.text).toMatch(/0 of \d done/);
    const page = await other.get(`${path}/personal`);
    expect(page.text).toContain('value="later"');
    expect(page.text).toContain('This is what you had entered by');
    expect((await send(other, `${path}/personal`, of('personal'))).status).toBe(303);
    expect(await stateOf(borrower, path, 'Personal details')).toBe('Done');
    expect((await borrower.get(`${path}/personal`)).text).not.toContain('This is what you had entered by');
    expect(
      await portal.database.db
        .collection('unfinishedSections')
        .countDocuments({ _id: { $regex: path.slice(-36) } as never }),
    ).toBe(0);
  });

  it('of what is wrong, or typed and never sent', async () => {
    const borrower = await portal.borrower();
    const path = await startedBy(borrower);
    expect((await send(borrower, `${path}/terms`, { ...of('terms'), amount: 'a lot' })).status).toBe(422);
    expect((await borrower.get(`${path}/terms`)).text).toContain('value="a lot"');
    const kept = await borrower.post(`${path}/bank/keep`, { ...of('bank'), bankName: 'Half a na', version: '1' });
    expect([kept.status, (kept.body as { kept: boolean }).kept]).toEqual([200, true]);
    expect((await borrower.get(`${path}/bank`)).text).toContain('value="Half a na"');
    // A page that stayed open while the section was saved elsewhere keeps quiet.
    await send(borrower, `${path}/bank`, of('bank'));
    const late = await borrower.post(`${path}/bank/keep`, { ...of('bank'), bankName: 'Half a na', version: '1' });
    expect(late.status).toBe(409);
    expect((await borrower.get(`${path}/bank`)).text).toContain('value="First Example"');
  });

  it('of two windows: the later one keeps its input, says why, and may be sent again', async () => {
    const borrower = await portal.borrower();
    const path = `${await startedBy(borrower)}/terms`;
    const other = await secondDevice(borrower);
    const version = await versionOf(borrower, path);
    await other.post(path, { ...of('terms'), version });
    const stale = await borrower.post(path, { ...of('terms'), instalments: '24', version });
    expect(stale.status).toBe(409);
    expect(stale.text).toContain('changed in another window or on another device');
    expect(stale.text).toContain('value="24"');
    const fresh = /name="version" value="(\d+)"/.exec(stale.text)?.[1] ?? '';
    expect((await borrower.post(path, { ...of('terms'), instalments: '24', version: fresh })).status).toBe(303);
    expect((await other.get(path)).text).toContain('value="24"');
  });

  it('when the session has ended: the page leads back to the section', async () => {
    const borrower = await portal.borrower();
    const path = `${await startedBy(borrower)}/personal`;
    await borrower.post(`${path}/keep`, { ...of('personal'), fullName: 'Kept Before', version: '1' });
    const out = await portal.visitor().post(path, { ...of('personal'), version: '1' }, { csrf: false });
    expect(out.status).toBe(403);
    expect(out.text).toContain(`href="/login?next=${encodeURIComponent(path)}"`);
    const back = await portal.visitor().get(path);
    expect(back.headers.location).toBe(`/login?next=${encodeURIComponent(path)}`);
    expect((await borrower.get(path)).text).toContain('value="Kept Before"');
  });

  it('and nothing of it is anybody else’s, nor readable where it is stored', async () => {
    const borrower = await portal.borrower('Cleo Canary');
    const path = await startedBy(borrower);
    const canary = { ...of('personal'), fullName: 'Canaria Birdsong', taxId: '777-CANARY', birthDate: '' };
    await send(borrower, `${path}/personal`, { ...canary, action: 'leave' });
    const rows = { kind1: 'loan', payee1: 'Canary Pawnshop', monthly1: '77.77' };
    await borrower.post(`${path}/obligations/keep`, { ...rows, version: '1' });
    const seeds = { ...of('employment'), employer: 'Canary Seedworks' };
    const saved = await send(borrower, `${path}/employment`, seeds);
    expect(String(saved.headers.location)).not.toContain('anary');
    const values = ['Canaria Birdsong', '777-CANARY', 'Canary Pawnshop', 'Canary Seedworks'];
    expect(await whereStored(portal.database.db, values)).toEqual([]);
    const stranger = await portal.borrower();
    expect((await stranger.post(`${path}/personal/keep`, { ...canary, version: '1' })).status).toBe(404);
    expect((await stranger.get(`${path}/personal`)).status).toBe(404);
    expect((await (await portal.staff('officer')).post(`${path}/personal/keep`, canary)).status).toBe(403);
  });

  it('is kept within bounds, whatever is sent', async () => {
    const borrower = await portal.borrower();
    const path = await startedBy(borrower);
    const long = 'x'.repeat(50_000);
    const body = `fullName=${long}&city[$ne]=1&city=2&__proto__[x]=1&extra=${long.slice(0, 5000)}&version[$gt]=1`;
    expect((await borrower.postRaw(`${path}/personal/keep`, body)).status).toBe(200);
    const page = await borrower.get(`${path}/personal`);
    expect(page.text).toContain(`value="${'x'.repeat(300)}"`);
    expect(page.text).not.toContain('x'.repeat(301));
    expect(
      await portal.database.db.collection('unfinishedSections').countDocuments({ applicationId: path.slice(-36) }),
    ).toBe(1);
    const plan = await portal.database.db
      .collection('unfinishedSections')
      .find({ applicationId: 'x' })
      .explain('queryPlanner');
    expect(BSON.EJSON.stringify(plan)).toContain('IXSCAN');
  });
});

describe('the rhythm of a loan', () => {
  it('is chosen, shown with its costs, and kept', async () => {
    const borrower = await portal.borrower();
    const path = await startedBy(borrower);
    const fortnightly = { ...of('terms'), frequency: '2-week', instalments: '78' };
    const page = await send(borrower, `${path}/terms`, { ...fortnightly, action: 'calculate' });
    expect(page.status).toBe(200);
    expect(page.text).toContain('every 2 weeks');
    expect(page.text).toMatch(
      /href="\/calculator\?product=personal&(amp;)?amount=18000.00&(amp;)?instalments=78&(amp;)?frequency=2-week"/,
    );
    expect((await send(borrower, `${path}/terms`, fortnightly)).status).toBe(303);
    const review = await borrower.get(`${path}/review`);
    expect(review.text).toContain('One instalment every 2 weeks');
    expect(review.text).toContain('78 instalments, one every 2 weeks');
    const asked = 'product=personal&amount=18000&instalments=78';
    const answer = await portal.visitor().get(`/loans/estimate?${asked}&frequency=2-week`);
    expect(answer.body).toMatchObject({ rhythm: 'every 2 weeks' });
    for (const wrong of [asked, `${asked}&frequency=1-week`, `${asked}&frequency=0-month`, `${asked}&frequency[$ne]=1`])
      expect([wrong, (await portal.visitor().get(`/loans/estimate?${wrong}`)).status]).toEqual([wrong, 422]);
  });
});

describe('an application that was given back', () => {
  it('is edited and sent again like a draft', async () => {
    const borrower = await portal.borrower();
    const path = await startedBy(borrower);
    for (const section of ['personal', 'employment', 'obligations', 'bank', 'terms'])
      expect([section, (await send(borrower, `${path}/${section}`, of(section))).status]).toEqual([section, 303]);
    const applications = portal.database.db.collection<Application>('applications');
    const _id = path.slice(-36);
    await applications.updateOne({ _id }, { $set: { state: 'returned', submittedAt: new Date('2026-03-10') } });
    await sendPapers(portal, present(await applications.findOne({ _id }), 'The application'));
    const list = await borrower.get(path);
    expect(list.text).toContain('Back with you');
    expect(await stateOf(borrower, path, 'Personal details')).toBe('Done');
    expect((await send(borrower, `${path}/terms`, { ...of('terms'), instalments: '30' })).status).toBe(303);
    const marketing = await borrower.get(`${path}/review`);
    expect(marketing.text).toContain('Send the application again');
    expect(marketing.text).not.toMatch(/name="marketing" value="yes" checked/);
    const sent = await send(borrower, `${path}/review`, { truthful: 'yes', creditBureau: 'yes', marketing: 'yes' });
    expect([sent.status, sent.headers.location]).toEqual([303, path]);
    const found = present(await applications.findOne({ _id }), 'The application');
    expect(found.state).toBe('submitted');
    expect(found.submittedAt).toEqual(new Date('2026-03-10'));
    expect(found.consents).toMatchObject([
      { name: 'truthful', given: true, wording: 'truthful-1' },
      { name: 'credit-bureau', given: true, wording: 'credit-bureau-1' },
      { name: 'marketing', given: true, wording: 'marketing-1' },
    ]);
    expect((await borrower.post(`${path}/terms/keep`, { ...of('terms'), version: '1' })).status).toBe(409);
  });
});
