import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { Fault } from '#core/errors.ts';
import type { Scanner, ScanVerdict } from '#platform/scanning/scanner.ts';
import type { ApplicationDocument } from '#features/loans/documents/document.model.ts';
import { pdfFile, pdfStream } from '#test/files.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { newDraft } from '../application-builders.ts';
import { add, filesIn, sendFile } from './document-builders.ts';

let verdict: ScanVerdict | 'silent' = { verdict: 'clean' };
/** Says what the test wants, and reads the whole file as a scanner does. */
const scanner: Scanner = {
  kind: 'clamd',
  scan: async (content) => {
    for await (const piece of content) if (piece.byteLength === 0) throw new Error('An empty piece');
    if (verdict === 'silent') throw new Fault('unavailable', 'The scanner did not answer');
    return verdict;
  },
};

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal({ scanner });
});
afterAll(() => portal.close());

const documents = () => portal.services.applicationDocuments;
const collection = (name: string) => portal.database.db.collection<{ _id: string }>(name);
const stored = async (id: string) =>
  (await collection('applicationDocuments').findOne({ _id: id })) as ApplicationDocument | null;

/** A home loan's draft in any state: what documents look at is the state alone. */
async function draft(state = 'draft') {
  verdict = { verdict: 'clean' };
  const { who, application } = await newDraft(portal, 'home');
  await collection('applications').updateOne({ _id: application._id }, { $set: { state } });
  return { who, applicationId: application._id, application };
}
const put = (applicationId: string, state: string) =>
  collection('applications').updateOne({ _id: applicationId }, { $set: { state } });
const notices = async (partyId: string) => {
  await portal.platform.outbox.drain();
  return (await portal.services.notices.list(partyId, { page: 1, size: 20 })).notices.map(
    ({ title, text }) => `${title} ${text}`,
  );
};
const officer = { userId: 'officer-documents', partyId: undefined, roles: ['officer'] as const };

describe('the checklist', () => {
  it('has what the product asks for, and what is missing keeps the application from being sent', async () => {
    const { who, applicationId, application } = await draft();
    const kinds = (await documents().checklist(application)).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['identity', 'property-title', 'valuation-report']));
    const before = (await documents().missing(application)).map(({ kind }) => kind);
    expect(before).toContain('identity');
    await add(portal, who, { applicationId });
    expect((await documents().missing(application)).map(({ kind }) => kind)).toEqual(
      before.filter((kind) => kind !== 'identity'),
    );
  });
});

describe('when documents may come', () => {
  it.each([
    ['draft', 'taken'],
    ['asked', 'taken'],
    ['returned', 'taken'],
    ['submitted', 'not-wanted'],
    ['proposed', 'not-wanted'],
    ['offered', 'not-wanted'],
    ['accepted', 'not-wanted'],
    ['rejected', 'closed'],
    ['withdrawn', 'closed'],
    ['disbursed', 'closed'],
    ['cancelled', 'closed'],
  ])('in an application that is %s: %s', async (state, expected) => {
    const { who, applicationId } = await draft(state);
    const before = await filesIn(portal);
    const { added, fileId } = await add(portal, who, { applicationId });
    expect(added.ok ? 'taken' : added.refusal.code).toBe(expected);
    if (added.ok) return;
    await portal.platform.quarantine.discard(fileId);
    expect(await filesIn(portal)).toEqual(before);
  });

  it('what was sent back or asked for may come after it was sent, once', async () => {
    const { who, applicationId } = await draft();
    const { fileId } = await add(portal, who, { applicationId });
    await put(applicationId, 'submitted');
    const reason = 'The second page is cut off. Please photograph it whole';
    const rejected = await documents().reject({
      actor: officer,
      applicationId,
      documentId: fileId,
      revision: 1,
      reason,
    });
    expect(rejected.ok).toBe(true);
    expect((await notices(who.partyId)).join()).toContain('We could not use what you sent as proof of identity');
    expect(
      (await documents().ofParty({ applicationId, partyId: who.partyId })).items.find(({ kind }) => kind === 'identity')
        ?.reason,
    ).toBe(reason);
    expect(JSON.stringify(await stored(fileId))).not.toContain('cut off');
    expect((await add(portal, who, { applicationId })).added.ok).toBe(true);
    expect((await add(portal, who, { applicationId })).added).toMatchObject({ refusal: { code: 'not-wanted' } });
    const asks = {
      actor: officer,
      applicationId,
      kind: 'other' as const,
      partyId: who.partyId,
      text: 'A letter of your landlord',
    };
    expect((await documents().request(asks)).ok).toBe(true);
    expect(await documents().request(asks)).toMatchObject({ refusal: { code: 'asked-already' } });
    expect((await notices(who.partyId)).join()).not.toContain('landlord');
    expect((await add(portal, who, { applicationId, kind: 'other' })).added.ok).toBe(true);
    expect((await add(portal, who, { applicationId, kind: 'other' })).added).toMatchObject({
      refusal: { code: 'not-wanted' },
    });
  });

  it('never more than five of a kind, however many come at the same moment', async () => {
    const { who, applicationId } = await draft();
    const files = [];
    for (let n = 0; n < 4; n += 1) files.push(await add(portal, who, { applicationId, kind: 'income-proof' }));
    const race = await Promise.allSettled(
      Array.from({ length: 4 }, () => add(portal, who, { applicationId, kind: 'income-proof' })),
    );
    const kept = race.filter((one) => one.status === 'fulfilled' && one.value.added.ok);
    expect(kept).toHaveLength(1);
    expect(await collection('applicationDocuments').countDocuments({ applicationId })).toBe(5);
  });
});

describe('scanning', () => {
  it('opens a clean file to staff, and keeps one that could not be scanned in quarantine until it is', async () => {
    const { who, applicationId } = await draft();
    verdict = 'silent';
    const { added, fileId } = await add(portal, who, { applicationId });
    expect(added).toEqual({ ok: true, value: { safety: 'quarantined' } });
    await put(applicationId, 'submitted');
    const open = { actor: officer, applicationId, documentId: fileId };
    expect(await documents().open({ ...open, risk: 'none' })).toMatchObject({ refusal: { code: 'quarantined' } });
    verdict = { verdict: 'clean' };
    expect((await documents().open({ ...open, risk: 'accepted' })).ok).toBe(true);
    portal.clock.advance({ minutes: 6 });
    expect(await documents().scanDue()).toBeGreaterThan(0);
    expect((await stored(fileId))?.safety).toBe('clean');
    expect((await documents().open({ ...open, risk: 'none' })).ok).toBe(true);
    const trail = await portal.platform.audit.list({ page: 1, size: 50, subjectId: applicationId });
    expect(
      trail.entries
        .filter(({ action }) => action === 'document-downloaded')
        .map(({ details }) => details.safety)
        .sort(),
    ).toEqual(['clean', 'quarantined']);
  });

  it('removes what is infected, keeps the record, and tells the borrower in a sentence', async () => {
    const browser = await portal.borrower();
    const started = await portal.services.applications.start({
      actor: browser.userId,
      partyId: browser.partyId,
      branchId: 'head-office',
      productCode: 'home',
    });
    const applicationId = started.ok ? started.value._id : expect.fail();
    verdict = { verdict: 'infected', signature: 'Eicar-Test' };
    const content = pdfFile({ objects: [pdfStream(Buffer.from('what a scanner finds'), '/Type/XObject')] });
    expect((await sendFile(browser, applicationId, { content })).status).toBe(303);
    const page = (await browser.get(`/loans/apply/${applicationId}/documents`)).text;
    expect(page).toContain('contains malicious software');
    expect(page).toContain('Not taken');
    const [document] = await collection('applicationDocuments')
      .find({ applicationId } as object)
      .toArray();
    expect(document).toMatchObject({ safety: 'infected' });
    await portal.platform.quarantine.sweep();
    expect(await collection('files.chunks').countDocuments({ files_id: document?._id })).toBe(0);
    expect(
      await documents().openOwn({
        actor: 'x',
        partyId: browser.partyId,
        applicationId,
        documentId: document?._id ?? '',
      }),
    ).toMatchObject({ refusal: { code: 'infected' } });
    expect((await notices(browser.partyId)).join()).toContain('malicious software');
    verdict = { verdict: 'clean' };
    expect((await sendFile(browser, applicationId, { content: pdfFile() })).status).toBe(303);
  });
});

describe('judging', () => {
  it('by one officer at a time, of the newest, and never by somebody on the file', async () => {
    const { who, applicationId } = await draft();
    const older = (await add(portal, who, { applicationId })).fileId;
    const { fileId } = await add(portal, who, { applicationId });
    const order = { actor: officer, applicationId, documentId: fileId, revision: 1 };
    await expect(documents().verify(order)).rejects.toMatchObject({ kind: 'not-found' });
    await put(applicationId, 'submitted');
    expect(await documents().verify({ ...order, documentId: older })).toMatchObject({
      refusal: { code: 'superseded' },
    });
    const own = { ...order, actor: { ...officer, partyId: who.partyId } };
    expect(await documents().verify(own)).toMatchObject({ refusal: { code: 'may-not-work' } });
    await expect(documents().verify({ ...order, documentId: newId() })).rejects.toMatchObject({ kind: 'not-found' });
    const race = await Promise.all([
      documents().verify(order),
      documents().reject({ ...order, reason: 'Not readable' }),
    ]);
    expect(race.filter(({ ok }) => ok)).toHaveLength(1);
    expect(race.find(({ ok }) => !ok)).toMatchObject({ refusal: { code: 'moved' } });
    expect((await stored(fileId))?.revision).toBe(2);
  });
});

describe('the officer', () => {
  it('reads, verifies, rejects with a reason and asks, by forms alone', async () => {
    const { who, applicationId } = await draft();
    const { fileId } = await add(portal, who, { applicationId });
    await put(applicationId, 'submitted');
    const staff = await portal.staff('officer');
    const page = `/officer/applications/${applicationId}/documents`;
    const shown = await staff.get(page);
    expect([shown.status, shown.text.includes('canary-name.pdf')]).toEqual([200, true]);
    const empty = await staff.post(`${page}/${fileId}/reject`, { revision: '1', reason: ' ' });
    expect([empty.status, empty.text.includes(`href="#reason-${fileId}"`)]).toEqual([422, true]);
    expect((await staff.post(`${page}/${fileId}/verify`, { revision: '1' })).status).toBe(303);
    expect((await staff.get(page)).text).toContain('Verified');
    const stale = await staff.post(`${page}/${fileId}/reject`, { revision: '1', reason: 'Too dark' });
    expect([stale.status, stale.text.includes('Too dark')]).toEqual([409, true]);
    const blank = await staff.post(`${page}/request`, { partyId: who.partyId, kind: '', text: '' });
    expect(blank.status).toBe(422);
    const asked = await staff.post(`${page}/request`, {
      partyId: who.partyId,
      kind: 'other',
      text: 'The landlord’s letter',
    });
    expect(asked.status).toBe(303);
    expect((await staff.post(`${page}/request`, { partyId: newId(), kind: 'other', text: 'x' })).status).toBe(404);
    expect((await staff.get(`/officer/applications/${newId()}/documents`)).status).toBe(404);
    const file = await staff.download(`${page}/${fileId}/file`);
    expect([file.status, file.headers['content-disposition']]).toEqual([200, 'attachment; filename=identity-1.pdf']);
  });

  it('is warned before a file that nobody scanned, and gets it by a form only', async () => {
    const { who, applicationId } = await draft();
    verdict = 'silent';
    const { fileId } = await add(portal, who, { applicationId });
    await put(applicationId, 'submitted');
    const staff = await portal.staff('officer');
    const path = `/officer/applications/${applicationId}/documents/${fileId}/file`;
    const warned = await staff.get(path);
    expect(warned.status).toBe(200);
    expect(warned.headers['content-disposition']).toBeUndefined();
    expect(warned.text).toContain('This file is in quarantine');
    const given = await staff.post(path);
    expect([given.status, given.headers['content-type']]).toEqual([200, 'application/pdf']);
    expect(given.headers['content-disposition']).toMatch(/^attachment/);
  });
});

describe('what is asked of the database', () => {
  it('goes by an index', async () => {
    const { db } = portal.database;
    const queries = [
      db.collection('applicationDocuments').find({ applicationId: 'x' }).sort({ number: 1 }),
      db
        .collection('applicationDocuments')
        .find({ safety: 'quarantined', scanAt: { $lte: new Date() } })
        .sort({ scanAt: 1 }),
      db.collection('documentRequests').find({ applicationId: 'x' }).sort({ askedAt: 1 }),
      db.collection('quarantinedFiles').find({ state: 'leaving' }).sort({ at: 1 }),
    ];
    for (const query of queries) {
      const { queryPlanner } = (await query.explain('queryPlanner')) as { queryPlanner: { winningPlan: object } };
      const plan = JSON.stringify(queryPlanner.winningPlan, (_name, value: unknown) =>
        typeof value === 'bigint' ? Number(value) : value,
      );
      expect(plan).toContain('IXSCAN');
      expect(plan).not.toMatch(/"stage":"(COLLSCAN|SORT)"/);
    }
  });
});
