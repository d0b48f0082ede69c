import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { customer, recordOf, withDocuments, planOf } from './kyc-builders.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-17');
});
afterAll(() => portal.close());

const page = (partyId: string) => `/staff/customers/${partyId}/kyc`;
const version = async (partyId: string) => String((await recordOf(portal, partyId)).version);

describe('the customer’s page', () => {
  it('says what is missing, in plain words, at every state', async () => {
    const borrower = await portal.borrower('Ada Plain');
    const text = async () => (await borrower.get('/profile/identity')).text;
    expect(await text()).toContain('Your check has not begun');
    const { kyc } = portal.services;
    await kyc.start({ partyId: borrower.partyId, by: 'x', declared: { birthDate: '1990-01-01' } });
    expect(await text()).toContain('Your check is under way');
    await withDocuments(portal, borrower.partyId);
    const officer = await portal.staff('officer');
    const sent = { version: await version(borrower.partyId), risk: 'low' };
    expect((await officer.post(`${page(borrower.partyId)}/verify`, sent)).status).toBe(303);
    expect(await text()).toContain('17 March 2028');
    await portal.platform.bankDay.advanceTo(dateOf('2028-03-17'));
    expect(await text()).toContain('Your check has ended');
    await portal.setDay('2026-03-17');
    const reject = { version: await version(borrower.partyId), rejectReason: 'canary-forged' };
    expect((await officer.post(`${page(borrower.partyId)}/reject`, reject)).status).toBe(303);
    expect(await text()).toContain('We could not confirm your identity');
    expect(await text()).not.toContain('canary-forged');
    expect((await officer.get(page(borrower.partyId))).text).toContain('canary-forged');
  });

  it('never tells of a match or a duplicate', async () => {
    const borrower = await portal.borrower('Ada Matched');
    await customer(portal, { taxId: 'TIPOFF-01' });
    await portal.services.kyc.start({ partyId: borrower.partyId, by: 'x', declared: { taxId: 'TIPOFF-01' } });
    const { text } = await borrower.get('/profile/identity');
    expect(text).toContain('With us');
    expect(text).not.toMatch(/duplicate|screen|match|list of names/i);
  });
});

describe('the staff’s pages', () => {
  it('are for those who may', async () => {
    const { partyId } = await customer(portal);
    const borrower = await portal.borrower();
    const finance = await portal.staff('finance');
    const analyst = await portal.staff('analyst');
    expect((await portal.visitor().get('/staff/kyc')).status).toBe(303);
    expect((await borrower.get('/staff/kyc')).status).toBe(403);
    expect((await borrower.get(page(partyId))).status).toBe(403);
    expect((await finance.get(page(partyId))).status).toBe(403);
    expect((await analyst.get(page(partyId))).status).toBe(200);
    expect((await analyst.post(`${page(partyId)}/start`)).status).toBe(403);
    expect((await analyst.post(`${page(partyId)}/verify`, { version: '1', risk: 'low' })).status).toBe(403);
  });

  it('answer 404 for a customer who is not there, whatever is asked', async () => {
    const officer = await portal.staff('officer');
    const forms: Record<string, Record<string, string>> = {
      ...{ start: {}, screen: { version: '1' }, verify: { version: '1', risk: 'low' } },
      reject: { version: '1', rejectReason: 'x' },
    };
    for (const id of [newId(), 'nonsense', '%24ne']) {
      expect((await officer.get(page(id))).status).toBe(404);
      for (const [name, fields] of Object.entries(forms))
        expect([id, name, (await officer.post(`${page(id)}/${name}`, fields)).status]).toEqual([id, name, 404]);
    }
  });

  it('take the check from its beginning to verified, and refuse what moved', async () => {
    const { partyId } = await customer(portal, { name: 'Nora <b>Bold</b>' });
    const [officer, other] = [await portal.staff('officer'), await portal.staff('senior-officer')];
    const empty = await officer.get(page(partyId));
    expect(empty.text).toContain('Begin the check');
    expect(empty.text).toContain('Nora &lt;b&gt;Bold');
    expect((await officer.post(`${page(partyId)}/start`)).status).toBe(303);
    const stale = await version(partyId);
    const seen = (check: string, at: string) => ({ version: at, check, checkVerdict: 'passed' });
    expect((await officer.post(`${page(partyId)}/checks`, seen('identity', stale))).status).toBe(303);
    const late = await other.post(`${page(partyId)}/checks`, seen('address', stale));
    expect([late.status, late.text.includes('Somebody else worked on this check')]).toEqual([409, true]);
    const early = await officer.post(`${page(partyId)}/verify`, { version: await version(partyId), risk: 'medium' });
    expect([early.status, early.text.includes('Not settled yet: address document')]).toEqual([409, true]);
    await other.post(`${page(partyId)}/checks`, seen('address', await version(partyId)));
    const done = await officer.post(`${page(partyId)}/verify`, { version: await version(partyId), risk: 'medium' });
    expect([done.status, done.headers.location]).toEqual([303, page(partyId)]);
    const shown = await officer.get(page(partyId));
    expect(shown.text).toContain('until 17 March 2027');
    expect(shown.text).toContain('Original seen at the bank');
  });

  it('keep what was typed where an answer is missing, and take no hostile form', async () => {
    const { partyId } = await customer(portal);
    const officer = await portal.staff('officer');
    await officer.post(`${page(partyId)}/start`);
    const at = await version(partyId);
    const empty = await officer.post(`${page(partyId)}/reject`, { version: at, rejectReason: '  ' });
    expect([empty.status, empty.text.includes('Enter your reason')]).toEqual([422, true]);
    const long = await officer.post(`${page(partyId)}/reject`, { version: at, rejectReason: 'x'.repeat(1001) });
    expect([long.status, long.text.includes('x'.repeat(1001))]).toEqual([422, true]);
    const screening = await officer.post(`${page(partyId)}/checks`, {
      ...{ version: at, check: 'screening', checkVerdict: 'passed' },
    });
    expect(screening.status).toBe(422);
    expect((await officer.postRaw(`${page(partyId)}/verify`, `version=${at}&risk[$ne]=low`)).status).toBe(422);
    expect((await officer.post(`${page(partyId)}/verify`, { version: at, risk: 'none' })).status).toBe(422);
    expect((await officer.post(`${page(partyId)}/verify`, { version: at, risk: 'low' }, { csrf: false })).status).toBe(
      403,
    );
    expect(await version(partyId)).toBe(at);
  });

  it('show staff of their own file how it stands and nothing that was found', async () => {
    const { partyId } = await customer(portal, { taxId: 'OWNFILE-01' });
    const twin = await customer(portal, { name: 'Twin Canary', taxId: 'OWNFILE-01' });
    await portal.services.kyc.start({ partyId, by: 'x' });
    const self = await portal.staff('officer', partyId);
    const { text } = await self.get(page(partyId));
    expect(text).toContain('This is your own file');
    expect(text).not.toMatch(/Twin Canary|Verify this customer|Name screening/);
    const at = await version(partyId);
    const judged = { version: at, other: twin.partyId, pairVerdict: 'family', pairReason: 'Mine' };
    expect((await self.post(`${page(partyId)}/duplicates`, judged)).status).toBe(409);
    expect((await self.post(`${page(twin.partyId)}/start`)).status).toBe(303);
    expect((await self.post(`${page(partyId)}/start`)).status).toBe(409);
    expect(await version(partyId)).toBe(at);
  });

  it('list who waits, whose check ends and who was rejected, by an index', async () => {
    const officer = await portal.staff('officer');
    const { partyId } = await customer(portal, { name: 'Wanda Waiting' });
    await portal.services.kyc.start({ partyId, by: 'x' });
    expect((await officer.get('/staff/kyc')).text).toContain('Wanda Waiting');
    for (const tab of ['ending', 'expired', 'rejected', 'nonsense', 'waiting&page=9999'])
      expect((await officer.get(`/staff/kyc?tab=${tab}`)).status).toBe(200);
    const { kycTab, kycTabs } = await import('#features/customers/kyc/kyc-reading.ts');
    const records = portal.database.db.collection('kycRecords');
    for (const tab of kycTabs) {
      const { sort } = kycTab(tab, await portal.platform.bankDay.today());
      const filter =
        tab === 'ending' ? { state: 'verified', reverifyOn: { $lte: '2026-05-01' } } : { state: 'pending' };
      const plan = await planOf(records.find(filter).sort(sort));
      expect(plan).not.toMatch(/COLLSCAN|"stage":"SORT"/);
    }
  });
});
