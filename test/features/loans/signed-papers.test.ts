import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '#core/errors.ts';
import type { Application } from '#features/loans/index.ts';
import { whereStored } from '#test/dump.ts';
import { openPortal, testPassword, type TestPortal, type Visitor } from '#test/portal.ts';
import { filesIn } from './documents/document-builders.ts';
import { finish, homeDraft, homeTerms, invitation, invite, who } from './participant-builders.ts';
import { offered, sign, signOrder, stored } from './underwriting-builders.ts';

let bank: TestPortal;
beforeAll(async () => {
  bank = await openPortal();
  await bank.setDay('2026-03-17');
});
afterAll(() => bank.close());

const kinds = ['key-facts', 'sanction-letter', 'agreement'] as const;
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const setFile = (id: string, change: object) =>
  bank.database.db.collection<{ _id: string }>('applications').updateOne({ _id: id }, { $set: change });

/** What the papers are drawn from changes after the signature: another rate makes other papers. */
const changeSource = (id: string) => setFile(id, { 'offer.annualRate': '19.9', 'offer.madeOn': '2026-03-16' });

async function downloaded(browser: Pick<Visitor, 'download'>, path: (kind: string) => string) {
  const found: Record<string, string> = {};
  for (const kind of kinds) {
    const paper = await browser.download(path(kind));
    expect([kind, paper.status, paper.headers['content-type']]).toEqual([kind, 200, 'application/pdf']);
    found[kind] = sha256(paper.body as Buffer);
  }
  return found;
}

const signedOf = async (id: string) => {
  const { acceptance } = await stored(bank, id);
  const documents = acceptance?.documents ?? [];
  return {
    documents,
    hashes: Object.fromEntries(documents.map((one) => [one.kind, one.sha256])),
    files: documents.map(({ fileId }) => fileId ?? ''),
  };
};

async function signedIn(file: { email: string }) {
  const browser = bank.visitor();
  await browser.post('/login', { email: file.email, password: testPassword });
  return browser;
}

describe('Papers that were signed', () => {
  it('are kept with the signature, and given out to the byte whatever they are drawn from says later', async () => {
    const file = await offered(bank);
    const { _id } = file.application;
    await sign(bank, file);
    const { hashes, files } = await signedOf(_id);
    expect(new Set(files.filter((id) => id !== '')).size).toBe(3);
    await changeSource(_id);
    const browser = await signedIn(file);
    expect(await downloaded(browser, (kind) => `/loans/apply/${_id}/offer/${kind}.pdf`)).toEqual(hashes);
    const officer = await bank.staff('officer');
    expect(await downloaded(officer, (kind) => `/officer/applications/${_id}/papers/${kind}.pdf`)).toEqual(hashes);
    const payout = (await officer.get(`/officer/applications/${_id}/payout`)).text;
    for (const kind of kinds) expect(payout).toContain(`/officer/applications/${_id}/papers/${kind}.pdf`);
    const { entries } = await bank.platform.audit.list({ page: 1, size: 50, subjectId: _id });
    expect(entries.filter(({ action }) => action === 'signed-paper-opened')).toHaveLength(3);
  });

  it('lie sealed, and are not found where their content is gone', async () => {
    const file = await offered(bank);
    const { _id } = file.application;
    await sign(bank, file);
    expect(await whereStored(bank.database.db, ['%PDF-1.'])).toEqual([]);
    const browser = await signedIn(file);
    const [fileId = ''] = (await signedOf(_id)).files;
    const chunks = bank.database.db.collection<{ files_id: string }>('files.chunks');
    expect(await chunks.countDocuments({ files_id: fileId })).toBeGreaterThan(0);
    await bank.database.db.collection<{ _id: string }>('files.files').deleteOne({ _id: fileId });
    expect((await browser.download(`/loans/apply/${_id}/offer/key-facts.pdf`)).status).toBe(404);
  });

  it('are not taken for others: one that is not the signed one is a fault, and nothing of it is sent', async () => {
    const file = await offered(bank);
    const { _id } = file.application;
    await sign(bank, file);
    const { files } = await signedOf(_id);
    await setFile(_id, { 'acceptance.documents.0.fileId': files[2] });
    const browser = await signedIn(file);
    expect((await browser.download(`/loans/apply/${_id}/offer/key-facts.pdf`)).status).toBe(500);
  });

  it('of a signature of before are drawn anew, as they were then', async () => {
    const file = await offered(bank);
    const { _id } = file.application;
    await sign(bank, file);
    const { documents, hashes } = await signedOf(_id);
    await setFile(_id, { 'acceptance.documents': documents.map(({ kind, sha256: sum }) => ({ kind, sha256: sum })) });
    const browser = await signedIn(file);
    expect(await downloaded(browser, (kind) => `/loans/apply/${_id}/offer/${kind}.pdf`)).toEqual(hashes);
    await changeSource(_id);
    expect(await downloaded(browser, (kind) => `/loans/apply/${_id}/offer/${kind}.pdf`)).not.toEqual(hashes);
  });

  it('are nobody else’s, and there is nothing to read before anybody signed', async () => {
    const file = await offered(bank);
    const { _id } = file.application;
    const officer = await bank.staff('officer');
    const paper = `/officer/applications/${_id}/papers/agreement.pdf`;
    expect((await officer.get(paper)).status).toBe(404);
    await sign(bank, file);
    const stranger = await bank.borrower();
    expect((await stranger.get(`/loans/apply/${_id}/offer/agreement.pdf`)).status).toBe(404);
    expect((await stranger.get(paper)).status).toBe(403);
    expect((await officer.get(paper)).status).toBe(200);
  });
});

describe('The bytes of a signature', () => {
  it('stay once however often the button is pressed at once, and none is left over', async () => {
    const file = await offered(bank);
    const order = await signOrder(bank, file);
    const before = await filesIn(bank);
    const tries = Array.from({ length: 6 }, () => bank.services.underwriting.acceptOffer(order));
    expect((await Promise.all(tries)).every(({ ok }) => ok)).toBe(true);
    const after = await filesIn(bank);
    expect((after['files.files'] ?? 0) - (before['files.files'] ?? 0)).toBe(3);
    expect(after.quarantinedFiles).toBe(before.quarantinedFiles);
  });

  it('are not stored where it is refused', async () => {
    const file = await offered(bank);
    const order = await signOrder(bank, file);
    const before = await filesIn(bank);
    const changed = order.documents.map((one) => ({ ...one, sha256: 'f'.repeat(64) }));
    for (const wrong of [{ documents: changed }, { typedName: 'Somebody Else' }, { version: order.version - 1 }])
      expect(await bank.services.underwriting.acceptOffer({ ...order, ...wrong })).toMatchObject({ ok: false });
    expect(await filesIn(bank)).toEqual(before);
  });

  it('that no commit came to keep are swept away within the hour, and those that one kept never', async () => {
    const kept = await offered(bank);
    await sign(bank, kept);
    const file = await offered(bank);
    const before = await filesIn(bank);
    // As a process leaves it that dies between the storage and the commit.
    const orphan = await bank.platform.quarantine.hold({
      partyId: file.partyId,
      content: Buffer.from('%PDF-1.7 orphan'),
    });
    expect((await filesIn(bank)).quarantinedFiles).toBe((before.quarantinedFiles ?? 0) + 1);
    bank.clock.advance({ minutes: 61 });
    expect(await bank.platform.quarantine.sweep()).toBe(1);
    expect(await filesIn(bank)).toEqual(before);
    expect(await bank.platform.quarantine.open({ fileId: orphan, partyId: file.partyId })).toBeUndefined();
    const { hashes } = await signedOf(kept.application._id);
    const browser = await signedIn(kept);
    const path = `/loans/apply/${kept.application._id}/offer`;
    expect(await downloaded(browser, (kind) => `${path}/${kind}.pdf`)).toEqual(hashes);
  });

  it('come first: where the storage does not answer nothing is signed', async () => {
    const file = await offered(bank);
    const order = await signOrder(bank, file);
    const { quarantine } = bank.platform;
    const real = { ...quarantine };
    let calls = 0;
    quarantine.hold = (one) => {
      calls += 1;
      return calls === 3 ? Promise.reject(new Fault('unavailable', 'The file could not be stored')) : real.hold(one);
    };
    const before = await filesIn(bank);
    try {
      await expect(bank.services.underwriting.acceptOffer(order)).rejects.toMatchObject({ kind: 'unavailable' });
    } finally {
      Object.assign(quarantine, real);
    }
    expect(await filesIn(bank)).toEqual(before);
    expect((await stored(bank, file.application._id)).state).toBe('offered');
    expect(await bank.services.underwriting.acceptOffer(order)).toMatchObject({ ok: true });
  });
});

describe('A co-applicant', () => {
  /** A home loan with one who finished, with an offer as an officer makes it. */
  async function together() {
    const applicant = await bank.borrower('Ada Applicant');
    const friend = await bank.borrower('Fred Friend');
    const { _id } = await homeDraft(bank, applicant);
    const people = bank.services.participants;
    const id = await invite(people, invitation(applicant, _id, friend.email));
    await finish(people, friend, id);
    const at = new Date('2026-03-17T10:00:00Z');
    const { amount, instalments } = homeTerms;
    const money = { instalment: 147_000n, fee: 100_000n, totalInterest: 15_000_000n, totalRepaid: 35_000_000n };
    const days = { aprPercent: '6.5', madeOn: '2026-03-17', validUntil: '2026-03-31' };
    const offer = { amount, annualRate: '6.4', instalments, ...money, ...days };
    const decision = { by: 'officer-1', at, outcome: 'approved', reason: null, note: null };
    await setFile(_id, { state: 'offered', submittedAt: at, offer, decision });
    const application = await stored(bank, _id);
    const file = { who: who(applicant), partyId: applicant.partyId, application };
    return { file, friend, id, _id, path: (kind: string) => `/loans/joint/${id}/papers/${kind}.pdf` };
  }

  async function signJoint({ friend, id }: Pick<Awaited<ReturnType<typeof together>>, 'friend' | 'id'>) {
    const page = (await friend.get(`/loans/joint/${id}/sign`)).text;
    const documents = /name="documents" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const typed = { documents, read: 'yes', typedName: 'Fred Friend', password: testPassword };
    expect((await friend.post(`/loans/joint/${id}/sign`, typed)).status).toBe(303);
  }

  const signatureOf = async (id: string) => {
    const records = bank.database.db.collection<{ _id: string; signature: Application['acceptance'] }>(
      'loanParticipants',
    );
    return (await records.findOne({ _id: id }))?.signature?.documents ?? [];
  };
  const hashesOf = (documents: Awaited<ReturnType<typeof signatureOf>>) =>
    Object.fromEntries(documents.map((one) => [one.kind, one.sha256]));

  it('signs exactly what the borrower signed, also when something changed in between', async () => {
    const { file, friend, id, _id, path } = await together();
    await sign(bank, file);
    const { hashes, files } = await signedOf(_id);
    await changeSource(_id);
    expect(await downloaded(friend, path)).toEqual(hashes);
    await signJoint({ friend, id });
    const documents = await signatureOf(id);
    expect(hashesOf(documents)).toEqual(hashes);
    // Bytes of their own, under their own key.
    expect(documents.some(({ fileId }) => fileId === undefined || files.includes(fileId))).toBe(false);
    expect(await downloaded(friend, path)).toEqual(hashes);
  });

  it('who signs first is given the bytes of their own signature ever after', async () => {
    const { file, friend, id, _id, path } = await together();
    await signJoint({ friend, id });
    const own = hashesOf(await signatureOf(id));
    await changeSource(_id);
    expect(await downloaded(friend, path)).toEqual(own);
    await sign(bank, file);
    expect((await signedOf(_id)).hashes).not.toEqual(own);
    expect(await downloaded(friend, path)).toEqual(own);
  });
});
