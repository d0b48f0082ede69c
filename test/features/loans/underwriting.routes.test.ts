import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { sendPapers } from '#test/papers.ts';
import { answer, newDraft, unsecured } from './application-builders.ts';
import { footprint, offered, stored, submitted } from './underwriting-builders.ts';

let portal: TestPortal;
let officer: Awaited<ReturnType<TestPortal['staff']>>;
beforeAll(async () => {
  portal = await openPortal();
  officer = await portal.staff('officer');
});
afterAll(() => portal.close());

const terms = { amount: '15,000.00', annualRate: '10.9', instalments: '24', note: 'The rate was agreed' };
const pathOf = (file: { application: { _id: string } }) => `/officer/applications/${file.application._id}`;
const versionOf = (file: { application: { version: number } }) => ({ version: String(file.application.version) });

describe('The officer’s queue', () => {
  it('is empty at first and says so', async () => {
    const page = await officer.get('/officer');
    expect(page.status).toBe(200);
    expect(page.text).toContain('Nothing waits for a decision');
  });

  it('lists what waits, filters by product and keeps the filter in its links', async () => {
    const file = await submitted(portal);
    await submitted(portal, 'home');
    const all = await officer.get('/officer');
    expect(all.text).toContain(file.application.reference);
    expect(all.text).toContain('Test Borrower');
    const home = await officer.get('/officer?product=home');
    expect(home.text).not.toContain(file.application.reference);
    expect(home.text).toContain('Home loan');
  });

  it('passes over a filter that is none', async () => {
    const page = await officer.get('/officer?tab=draft&product=%24ne&page=-3');
    expect(page.status).toBe(200);
    expect(page.text).toContain('aria-current="page">Waiting');
  });

  it('is for officers', async () => {
    const borrower = await portal.borrower();
    expect((await borrower.get('/officer')).status).toBe(403);
    expect((await portal.visitor().get('/officer')).status).toBe(303);
  });
});

describe('An application on the officer’s desk', () => {
  it('shows the figures, the answers and both decisions', async () => {
    const file = await submitted(portal, 'home');
    const page = await officer.get(pathOf(file));
    expect(page.status).toBe(200);
    for (const text of ['Within 40%', 'Loan to value', 'Canary Employer Ltd', 'Recommend', 'Reject the app'])
      expect(page.text).toContain(text);
  });

  it('is not found as a draft or by a wrong id', async () => {
    const draft = await newDraft(portal);
    expect((await officer.get(pathOf(draft))).status).toBe(404);
    expect((await officer.get('/officer/applications/none')).status).toBe(404);
  });

  it('is approved, and shows what became of it', async () => {
    const file = await submitted(portal);
    const sent = await officer.post(`${pathOf(file)}/approve`, {
      ...terms,
      ...versionOf(file),
      note: 'Payslips\nseen',
    });
    expect(sent.status).toBe(303);
    expect(sent.headers.location).toBe(pathOf(file));
    const page = await officer.get(pathOf(file));
    for (const text of ['is approved', 'Approved by you', '15,000.00 USD', 'Payslips', 'The offer ends'])
      expect(page.text).toContain(text);
    expect(page.text).not.toContain('Approve and send');
  });

  it('is rejected with a reason that the borrower is told', async () => {
    const file = await submitted(portal);
    const fields = { ...versionOf(file), reason: 'debt-too-high', rejectionNote: '' };
    expect((await officer.post(`${pathOf(file)}/reject`, fields)).status).toBe(303);
    const page = await officer.get(pathOf(file));
    expect(page.text).toContain('Rejected by you');
    expect(page.text).toContain('The borrower was told: Together with what you already pay');
  });

  it.each([
    ['approve', { ...terms, amount: '1e3' }, 'as an amount like 1500.00'],
    ['approve', { ...terms, amount: '900.00' }, 'This product lends from 1,000.00 to 50,000.00 USD'],
    ['approve', { ...terms, annualRate: '23.81' }, 'half to double of the product’s: 5.95% to 23.80%'],
    ['approve', { ...terms, instalments: '61' }, 'over 6 to 60 monthly instalments'],
    ['reject', { reason: '', rejectionNote: 'Kept note' }, 'Choose the reason that the borrower is told'],
    ['reject', { reason: 'because', rejectionNote: 'Kept note' }, 'Choose the reason that the borrower is told'],
  ])('answers wrong input to %s with 422, the input kept, and changes nothing', async (decision, fields, sentence) => {
    const file = await submitted(portal);
    const before = await footprint(portal);
    const page = await officer.post(`${pathOf(file)}/${decision}`, { ...fields, ...versionOf(file) });
    expect(page.status).toBe(422);
    expect(page.text).toContain(sentence);
    const typed = Object.entries(fields).filter(([name, value]) => name !== 'reason' && value !== '');
    for (const [, value] of typed) expect(page.text).toContain(value);
    expect(await footprint(portal)).toEqual(before);
  });

  it('is not decided by its own applicant: 409 with the sentence, and nothing changes', async () => {
    const file = await submitted(portal);
    const self = await portal.staff('officer', file.partyId);
    const shown = await self.get(pathOf(file));
    expect(shown.text).toContain('This is your own application');
    expect(shown.text).not.toContain('Approve and send');
    const before = await footprint(portal);
    const approved = await self.post(`${pathOf(file)}/approve`, { ...terms, ...versionOf(file) });
    const rejected = await self.post(`${pathOf(file)}/reject`, { ...versionOf(file), reason: 'lent-enough' });
    expect([approved.status, rejected.status]).toEqual([409, 409]);
    expect(approved.text).toContain('Another officer has to decide on it');
    expect(await footprint(portal)).toEqual(before);
  });

  it('is a 409 where it moved since the page was shown, or was decided before', async () => {
    const moved = await submitted(portal);
    const stale = { ...terms, version: String(moved.application.version - 1) };
    expect((await officer.post(`${pathOf(moved)}/approve`, stale)).status).toBe(409);
    const decided = await offered(portal);
    const again = await officer.post(`${pathOf(decided)}/approve`, { ...terms, ...versionOf(decided) });
    expect(again.status).toBe(409);
    expect(again.text).toContain('no longer waiting for a decision');
  });

  it('takes no decision without the token, or from a borrower', async () => {
    const file = await submitted(portal);
    const fields = { ...terms, ...versionOf(file) };
    expect((await officer.post(`${pathOf(file)}/approve`, fields, { csrf: false })).status).toBe(403);
    const borrower = await portal.borrower();
    expect((await borrower.post(`${pathOf(file)}/approve`, fields)).status).toBe(403);
    expect((await stored(portal, file.application._id)).state).toBe('submitted');
  });
});

describe('The borrower’s offer', () => {
  /** A signed-in borrower with an offer of their own. */
  async function borrowerWithOffer() {
    const borrower = await portal.borrower();
    const who = { actor: borrower.userId, partyId: borrower.partyId };
    const { applications } = portal.services;
    const started = await applications.start({ ...who, branchId: 'head-office', productCode: 'personal' });
    if (!started.ok) throw new Error('The draft was not started');
    const answered = await answer(portal, { who, application: started.value }, unsecured);
    await sendPapers(portal, answered);
    const order = { ...who, applicationId: answered._id, version: answered.version };
    const sent = await applications.submit({ ...order, declared: { truthful: true, creditBureau: true } });
    if (!sent.ok) throw new Error('The application was not sent');
    await officer.post(`/officer/applications/${answered._id}/approve`, {
      ...terms,
      version: String(sent.value.version),
    });
    const path = `/loans/apply/${answered._id}/offer`;
    return { ...borrower, path, id: answered._id, fields: { version: String(sent.value.version + 1), read: 'yes' } };
  }

  it('shows the costs, the schedule and the answer', async () => {
    const borrower = await borrowerWithOffer();
    const page = await borrower.get(borrower.path);
    expect(page.status).toBe(200);
    for (const text of [
      'Your offer: personal loan',
      '14,850.00',
      'See all 24 instalments',
      'We open a current account',
    ])
      expect(page.text).toContain(text);
  });

  it('is declined', async () => {
    const borrower = await borrowerWithOffer();
    const declined = await borrower.post(`${borrower.path}/decline`, { version: borrower.fields.version });
    expect(declined.status).toBe(303);
    expect((await borrower.get(borrower.path)).text).toContain('You declined this offer');
  });

  it('is refused after its last day with a sentence', async () => {
    const borrower = await borrowerWithOffer();
    await portal.database.db
      .collection<{ _id: string }>('applications')
      .updateOne({ _id: borrower.id }, { $set: { 'offer.validUntil': '2020-01-01' } });
    expect((await borrower.get(borrower.path)).text).toContain('This offer has expired');
    const late = await borrower.post(`${borrower.path}/decline`, { version: borrower.fields.version });
    expect(late.status).toBe(409);
    expect(late.text).toContain('can no longer be answered. No money has moved');
    expect((await stored(portal, borrower.id)).state).toBe('expired');
  });

  it('is a 404 for anybody else, and for staff forbidden', async () => {
    const borrower = await borrowerWithOffer();
    const stranger = await portal.borrower();
    expect((await stranger.get(borrower.path)).status).toBe(404);
    expect((await stranger.post(`${borrower.path}/accept`, borrower.fields)).status).toBe(404);
    expect((await officer.get(borrower.path)).status).toBe(403);
    expect((await stored(portal, borrower.id)).state).toBe('offered');
  });

  it('takes no operator and no unknown field', async () => {
    const borrower = await borrowerWithOffer();
    const body = `version=${borrower.fields.version}&read=yes&accountId[$ne]=x`;
    expect((await borrower.postRaw(`${borrower.path}/accept`, body)).status).toBe(422);
    expect((await stored(portal, borrower.id)).state).toBe('offered');
  });
});
