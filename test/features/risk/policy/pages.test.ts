import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { priceValues, ruleValues } from '#features/risk/policy/drafting/policy-draft.forms.ts';

let portal: TestPortal;
type Staff = Awaited<ReturnType<TestPortal['staff']>>;
let analyst: Staff;
let officer: Staff;
let compliance: Staff;
beforeAll(async () => {
  portal = await openPortal();
  [analyst, officer, compliance] = await Promise.all([
    portal.staff('analyst'),
    portal.staff('officer'),
    portal.staff('compliance'),
  ]);
});
afterAll(() => portal.close());

const policies = () => portal.services.risk.policies;
const draftPath = '/risk/policies/draft';
const version = async () => String((await policies().base()).version);
const ruleFields = async (code: string, change: Record<string, string> = {}) => {
  const rule = (await policies().base()).content.rules.find((one) => one.code === code);
  return { ...(rule ? ruleValues(rule) : {}), version: await version(), ...change };
};

describe('pages of the credit policy', () => {
  it('show the live policy to every member of staff in plain words, and to nobody else', async () => {
    const page = await officer.get('/risk/policies');
    expect(page.status).toBe(200);
    expect(page.text).toContain('Version 1, live');
    expect(page.text).toContain('Referred above 40%, declined above 60%');
    expect(page.text).toContain('Late payments on loans with us');
    expect(page.text).toContain('2,000,000 USD');
    expect(page.text).not.toContain('Draft a change');
    expect((await analyst.get('/risk/policies')).text).toContain('Draft a change');
    expect((await officer.get('/risk/policies/1')).status).toBe(200);
    for (const other of ['2', '0', '01', 'x', '1e1', '9999999'])
      expect([other, (await officer.get(`/risk/policies/${other}`)).status]).toEqual([other, 404]);
    expect((await (await portal.borrower()).get('/risk/policies')).status).toBe(403);
    expect((await portal.visitor().get('/risk/policies')).status).toBe(303);
    expect((await officer.get(draftPath)).text).not.toContain('Add a rule');
    expect((await officer.get(`${draftPath}/rules/new`)).status).toBe(403);
    expect((await compliance.post(`${draftPath}/limits`, {})).status).toBe(403);
  });

  it('add, change and remove rules, and say at the field what is wrong', async () => {
    const fields = {
      ...{ version: '0', code: 'cards', fact: 'riskScore', comparison: 'at-most', refer: '55', decline: '70' },
      ...{ whenUnknown: 'refer', security: '', reason: 'cards-drawn-too-far', 'product-personal': 'yes' },
    };
    const wrong = await analyst.post(`${draftPath}/rules/new`, { ...fields, refer: '70', decline: '55' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Enter a limit to decline at above the one to refer at');
    expect(wrong.text).toContain('value="cards"');
    for (const change of [
      { code: 'Bad Name' },
      { reason: 'because' },
      { refer: '1e2' },
      { fact: 'shoeSize' },
      { x: 'y' },
    ])
      expect((await analyst.post(`${draftPath}/rules/new`, { ...fields, ...change })).status).toBe(422);
    expect((await analyst.post(`${draftPath}/rules/new`, { ...fields, code: 'age' })).status).toBe(409);
    expect(await policies().draft()).toBeUndefined();

    const added = await analyst.post(`${draftPath}/rules/new`, fields);
    expect(added.status).toBe(303);
    expect(added.headers.location).toBe(draftPath);
    expect((await policies().draft())?.content.rules.at(-1)).toMatchObject({ code: 'cards', products: ['personal'] });
    // The same form again was shown for what is not there any more.
    expect((await analyst.post(`${draftPath}/rules/new`, { ...fields, code: 'more' })).status).toBe(409);

    const changed = await analyst.post(`${draftPath}/rules/cards`, await ruleFields('cards', { refer: '50' }));
    expect(changed.status).toBe(303);
    const form = await analyst.get(`${draftPath}/rules/cards`);
    expect(form.text).toContain('value="50"');
    expect((await analyst.post(`${draftPath}/rules/age/remove`, { version: await version() })).status).toBe(303);
    const { rules } = (await policies().base()).content;
    expect(rules.map(({ code }) => code)).not.toContain('age');
    expect((await analyst.post(`${draftPath}/rules/age/remove`, { version: await version() })).status).toBe(404);
    expect((await analyst.get(`${draftPath}/rules/age`)).status).toBe(404);
    expect((await policies().live()).content.rules.map(({ code }) => code)).toContain('age');
  });

  it('change the prices by lines, and refuse a grade with two prices in a band', async () => {
    const values = async () => ({ ...priceValues((await policies().base()).content), version: await version() });
    const lines = { price3Product: 'home', price3UpTo: '', price3A: '-0.75', price3B: '+0.10' };
    const twice = { ...lines, price4Product: 'home', price4A: '1' };
    const wrong = await analyst.post(`${draftPath}/prices`, { ...(await values()), ...twice });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('href="#price4A"');
    const short = await analyst.post(`${draftPath}/prices`, { ...(await values()), ...lines, price3UpTo: '12' });
    expect(short.text).toContain('href="#price3UpTo"');
    const orphan = await analyst.post(`${draftPath}/prices`, { ...(await values()), price9C: '1' });
    expect(orphan.text).toContain('href="#price9Product"');
    expect(orphan.text).toContain('<details class="mb" open>');
    const far = await analyst.post(`${draftPath}/prices`, { ...(await values()), price1A: '31' });
    expect(far.text).toContain('href="#price1A"');
    expect((await analyst.post(`${draftPath}/prices`, { ...(await values()), ...lines })).status).toBe(303);
    const { content } = await policies().base();
    const { priceFor } = policies();
    expect(priceFor(content, { product: 'home', grade: 'B', months: 240 })).toBe('0.1');
    expect(priceFor(content, { product: 'home', grade: 'C', months: 240 })).toBeUndefined();
    expect(priceFor(content, { product: 'personal', grade: 'C', months: 61 })).toBe('1.25');
  });

  it('change the limits, and empty is none', async () => {
    const fields = { version: await version(), customerExposure: '', productShare: '101', weakGradesShare: '30' };
    expect((await analyst.post(`${draftPath}/limits`, fields)).status).toBe(422);
    expect((await analyst.post(`${draftPath}/limits`, { ...fields, productShare: '50' })).status).toBe(303);
    expect((await policies().base()).content.limits).toEqual({
      ...{ customerExposure: null, productShare: '50', weakGradesShare: '30' },
    });
  });

  it('compare the draft with the live version, ask, and are published by somebody else', async () => {
    const compare = await officer.get(`${draftPath}/compare`);
    expect((await analyst.get(`${draftPath}/compare`)).text).toContain('href="/risk/back-tests?policy=draft"');
    expect((await analyst.get('/risk/back-tests?policy=draft')).text).toMatch(/value="draft" selected/);
    expect(compare.text).toContain('Draft against version 1');
    expect(compare.text).toContain('75%');
    expect(compare.text).not.toContain('Ask for publication');
    const fields = { key: newId(), version: await version(), reason: 'Cards showed losses' };
    expect((await analyst.post(`${draftPath}/publication`, { ...fields, reason: '' })).status).toBe(422);
    const asked = await analyst.post(`${draftPath}/publication`, fields);
    expect(asked.status).toBe(303);
    const request = await policies().pending();
    if (!request) throw new Error('Nothing was asked for');
    expect(asked.headers.location).toBe(`/approvals/${request.id}`);
    const locked = await analyst.post(`${draftPath}/limits`, {
      ...{ version: await version(), customerExposure: '1', productShare: '', weakGradesShare: '' },
    });
    expect(locked.status).toBe(409);
    expect(locked.text).toContain('waits for a second person');
    expect((await analyst.get(draftPath)).text).not.toContain('Add a rule');
    expect((await analyst.post('/risk/policies/1/restore')).status).toBe(404);

    const seen = await compliance.get(`/approvals/${request.id}`);
    expect(seen.text).toContain('Rule: cards');
    const approve = { version: String(request.version), note: '' };
    expect((await analyst.post(`/approvals/${request.id}/approve`, approve)).status).not.toBe(303);
    expect((await policies().live()).version).toBe(1);
    expect((await compliance.post(`/approvals/${request.id}/approve`, approve)).status).toBe(303);
    expect((await policies().live()).version).toBe(2);
    const live = await officer.get('/risk/policies');
    expect(live.text).toContain('Version 2, live');
    expect(live.text).toContain('What it changed');
    expect(live.text).toContain('Cards showed losses');
    expect((await officer.get(`${draftPath}/compare`)).headers.location).toBe('/risk/policies');
  });

  it('bring an earlier version back as a draft', async () => {
    expect((await officer.get('/risk/policies/1')).text).not.toContain('Bring it back');
    expect((await analyst.get('/risk/policies/1')).text).toContain('Bring it back');
    expect((await officer.post('/risk/policies/1/restore')).status).toBe(403);
    const restored = await analyst.post('/risk/policies/1/restore');
    expect(restored.headers.location).toBe(`${draftPath}/compare`);
    expect((await analyst.get(`${draftPath}/compare`)).text).toContain('Brings back version 1');
    expect((await analyst.post('/risk/policies/1/restore')).status).toBe(409);
    expect((await analyst.post(`${draftPath}/discard`, { version: '1' })).status).toBe(303);
    expect(await policies().draft()).toBeUndefined();
    const history = await officer.get('/risk/policies?page=2');
    expect(history.status).toBe(200);
  });
});
