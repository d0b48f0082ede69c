import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { employment } from './application-builders.ts';
import { sentWith, signIn } from './score-builders.ts';
import { footprint, stored, submitted } from './underwriting-builders.ts';

let portal: TestPortal;
let officer: Awaited<ReturnType<TestPortal['staff']>>;
beforeAll(async () => {
  portal = await openPortal();
  officer = await portal.staff('officer');
});
afterAll(() => portal.close());

const pageOf = (id: string) => `/officer/applications/${id}`;
const filled = (page: string) =>
  /name="annualRate"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="annualRate"/.exec(page);
const rateIn = (page: string) => filled(page)?.[1] ?? filled(page)?.[2];

async function fileOf(id: string) {
  const file = await portal.services.underwriting.findForReview(id, { userId: 'officer-1', partyId: undefined });
  if (file?.price.kind !== 'grid') throw new Error('The test file has no price of the grid');
  return { ...file, price: file.price };
}

const terms = { amount: '15,000.00', instalments: '24', conditions: '', note: '' };
const versionOf = async (id: string) => String((await stored(portal, id)).version);

/** The spread of each grade up to five years, as the founding policy has it. */
const spreads: Readonly<Record<string, number>> = { A: -0.5, B: 0, C: 1, D: 2.5, E: 4 };

describe('The rate that an officer approves with', () => {
  it('is filled in from the grid, and goes into the offer, its papers and the score with the rate', async () => {
    const borrower = await signIn(portal, await submitted(portal));
    const id = borrower.application._id;
    await officer.get(pageOf(id));
    const { price } = await fileOf(id);
    expect(Number(price.annualRate)).toBeCloseTo(11.9 + (spreads[price.grade] ?? NaN), 6);
    const page = (await officer.get(pageOf(id))).text;
    expect(rateIn(page)).toBe(price.annualRate);
    expect(page).toMatch(/Product 11\.90% [+−] \d\.\d\d for grade [A-E] and this term = /);
    const fields = { ...terms, annualRate: price.annualRate, version: await versionOf(id) };
    expect((await officer.post(`${pageOf(id)}/approve`, fields)).status).toBe(303);
    expect((await stored(portal, id)).offer?.annualRate).toBe(price.annualRate);
    await portal.platform.outbox.drain();
    const decided = (await portal.services.risk.records.of(id)).at(-1);
    expect(decided).toMatchObject({ moment: 'decided', stage: 'application' });
    expect(decided?.quoted?.grade).toMatch(/^[A-E]$/);
    expect(decided?.evidence?.InterestRate?.value).toBeCloseTo(Number(price.annualRate) / 100, 9);
    const { offer } = await stored(portal, id);
    expect(Number(offer?.aprPercent)).toBeGreaterThan(Number(price.annualRate));
    const papers = (await borrower.get(`/loans/apply/${id}/offer`)).text;
    expect(papers).toContain(portal.platform.formats.rate(offer?.aprPercent ?? ''));
  });

  it('may be the product’s own without a word, and no other one without a note', async () => {
    const { application } = await submitted(portal);
    const path = pageOf(application._id);
    const fields = async (annualRate: string) => ({
      ...terms,
      ...{ annualRate, version: await versionOf(application._id) },
    });
    const before = await footprint(portal);
    const bare = await officer.post(`${path}/approve`, await fields('10.9'));
    expect(bare.status).toBe(422);
    expect(bare.text).toContain('Say why you lend at another rate than');
    expect(rateIn(bare.text)).toBe('10.9');
    const blank = { ...(await fields('10.9')), note: ' \n ' };
    expect((await officer.post(`${path}/approve`, blank)).status).toBe(422);
    expect(await footprint(portal)).toEqual(before);
    expect((await officer.post(`${path}/approve`, await fields('11.9'))).status).toBe(303);
    const other = (await submitted(portal)).application._id;
    const said = { ...terms, annualRate: '10.9', version: await versionOf(other), note: 'They bank with us' };
    expect((await officer.post(`${pageOf(other)}/approve`, said)).status).toBe(303);
  });

  it('is the product’s where the model could not score, and it says so', async () => {
    const { application } = await sentWith(portal, { employment: { ...employment, education: null } });
    const page = (await officer.get(pageOf(application._id))).text;
    expect(page).toContain('The model could not score this file: the product’s rate of 11.90% stands.');
    expect(rateIn(page)).toBe('11.9');
    const fields = { ...terms, annualRate: '12', version: await versionOf(application._id) };
    const refused = await officer.post(`${pageOf(application._id)}/approve`, fields);
    expect(refused.text).toContain('another rate than the product’s 11.90% for these terms');
  });

  it('stands beside the policy’s before whoever decides on a recommendation', async () => {
    const { application } = await submitted(portal, 'home');
    const id = application._id;
    const senior = await portal.staff('senior-officer');
    await officer.get(pageOf(id));
    const { price } = await fileOf(id);
    expect(price.productRate).not.toBe(price.annualRate);
    const key = newId();
    const recommended = await officer.post(`${pageOf(id)}/recommend`, {
      ...{ amount: '200,000.00', annualRate: price.annualRate, instalments: '240', conditions: '' },
      ...{ key, note: 'As the grid has it', version: await versionOf(id) },
    });
    expect(recommended.status).toBe(303);
    const request = await portal.services.approvals.find(key);
    expect(request?.payload).toMatchObject({ annualRate: price.annualRate, instalments: 240 });
    const page = (await senior.get(`/approvals/${key}`)).text;
    expect(page).toContain('Rate of the policy');
    expect(page).toMatch(/Product \d\.\d\d% [+−] \d\.\d\d for grade [A-E] and this term = /);
    const version = String(request?.version);
    expect((await senior.post(`/approvals/${key}/approve`, { version, note: '' })).status).toBe(303);
    expect((await stored(portal, id)).offer?.annualRate).toBe(price.annualRate);
  });
});
