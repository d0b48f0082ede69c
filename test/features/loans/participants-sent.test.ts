import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rateOf } from '#core/rate.ts';
import type { Application } from '#features/loans/index.ts';
import { whereStored } from '#test/dump.ts';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import { finish, homeDraft, homeTerms, invitation, invite, titlesOf, versionOf, who } from './participant-builders.ts';

let portal: TestPortal;
const logLines: string[] = [];
beforeAll(async () => {
  portal = await openPortal({ logLines });
});
afterAll(() => portal.close());

const people = () => portal.services.participants;
const stored = () => portal.database.db.collection<Application>('applications');

/** An application with one who finished, moved on to `state` as other helpers' acts would. */
async function withOne(state: Application['state'], role: 'co-applicant' | 'guarantor' = 'co-applicant') {
  const applicant = await portal.borrower('Ada Applicant');
  const friend = await portal.borrower('Fred Friend');
  const { _id } = await homeDraft(portal, applicant);
  const id = await invite(people(), { ...invitation(applicant, _id, friend.email), role });
  await finish(people(), friend, id);
  await move(_id, state);
  return { applicant, friend, id, applicationId: _id };
}

async function move(_id: string, state: Application['state']) {
  const at = new Date();
  const { amount, instalments } = homeTerms;
  const offer = {
    ...{
      amount,
      annualRate: rateOf('6.4'),
      instalments,
      instalment: 147_000n,
      fee: 100_000n,
      totalInterest: 15_000_000n,
    },
    ...{ totalRepaid: 35_000_000n, aprPercent: '6.5', madeOn: '2026-03-02', validUntil: '2099-01-01' },
  };
  const decision = { by: 'officer-1', at, outcome: 'approved', reason: null, note: null };
  const decided = state === 'offered' ? { offer, decision } : {};
  await stored().updateOne({ _id }, { $set: { state, submittedAt: at, ...decided } as never });
}

const shownIn = (page: string) => /name="documents" value="([^"]+)"/.exec(page)?.[1] ?? '';

describe('a participant of an application that was sent', () => {
  it('sees how it stands, changes nothing, and asks the officer to be let go', async () => {
    const { applicant, friend, id, applicationId } = await withOne('submitted');
    const order = { ...who(friend), participantId: id };
    const page = (await friend.get(`/loans/joint/${id}`)).text;
    expect(page).toContain('With us');
    expect(page).toContain('Ask to be let go');
    expect((await friend.get(`/loans/joint/${id}/personal`)).headers.location).toBe(`/loans/joint/${id}`);
    expect((await people().leave(order)).ok).toBe(false);
    expect((await people().takeConsentBack(order)).ok).toBe(false);
    expect((await people().remove({ ...who(applicant), applicationId, participantId: id })).ok).toBe(false);
    expect((await friend.post(`/loans/joint/${id}/release`, { text: '' })).status).toBe(422);
    expect((await friend.post(`/loans/joint/${id}/release`, { text: 'Canary reason to go' })).status).toBe(303);
    const [answers] = await people().answers(applicationId);
    expect(answers).toMatchObject({
      name: 'Fred Friend',
      releaseAsked: { text: 'Canary reason to go' },
      state: 'complete',
    });
    expect(answers?.sections.personal?.fullName).toBe('Canary Participant');
    expect(answers?.sections.employment?.monthlyIncome).toBe(987_654n);
    const [onFile] = await people().joined(applicationId);
    expect(onFile).toMatchObject({ partyId: friend.partyId, complete: true, consented: true });
    expect(onFile?.sections.map(({ section }) => section)).toEqual(['personal', 'employment', 'obligations']);
  });

  it('is let go by an officer who may work on the file, and by nobody else', async () => {
    const { friend, id, applicationId } = await withOne('submitted');
    const path = `/officer/applications/${applicationId}/participants/${id}/release`;
    expect((await friend.post(path)).status).toBe(403);
    const own = await portal.staff('officer', friend.partyId);
    await own.post(path);
    expect(await people().of(applicationId)).toMatchObject([{ state: 'complete' }]);
    const officer = await portal.staff('officer');
    expect(
      (await officer.post(`/officer/applications/${applicationId}/participants/${applicationId}/release`)).status,
    ).toBe(404);
    expect((await officer.post(path)).status).toBe(303);
    expect(await people().of(applicationId)).toMatchObject([{ state: 'removed' }]);
    expect(await people().parties(applicationId)).toHaveLength(1);
    expect(await titlesOf(portal, friend.partyId)).toContain('You are no longer part of a loan application');
    // Answers that the bank has seen stay on the file.
    const kept = await portal.database.db
      .collection<{ _id: string; sections: object }>('loanParticipants')
      .findOne({ _id: id });
    expect(Object.keys(kept?.sections ?? {})).toHaveLength(3);
  });

  it('may answer again when the application was given back', async () => {
    const { friend, id, applicationId } = await withOne('returned');
    const own = { ...who(friend), participantId: id };
    expect((await friend.get(`/loans/joint/${id}/personal`)).status).toBe(200);
    expect((await people().takeConsentBack(own)).ok).toBe(true);
    const application = await stored().findOne({ _id: applicationId });
    if (!application) throw new Error('No application');
    expect(await people().missing(application)).toMatchObject([{ code: 'not-finished' }]);
  });
});

describe('signing an offer', () => {
  it('needs the password, the own name and the papers as they were shown, and counts once', async () => {
    const { applicant, friend, id, applicationId } = await withOne('offered', 'guarantor');
    expect(await people().unsigned(applicationId)).toEqual([{ id, role: 'guarantor' }]);
    const path = `/loans/joint/${id}/sign`;
    const page = (await friend.get(path)).text;
    for (const text of ['200,000.00', 'I guarantee this loan', 'Fred Friend']) expect(page).toContain(text);
    expect(page).not.toContain('Canary');
    const documents = shownIn(page);
    expect(documents.split(' ')).toHaveLength(3);
    const paper = await friend.download(`/loans/joint/${id}/papers/agreement.pdf`);
    expect([paper.status, paper.headers['content-type']]).toEqual([200, 'application/pdf']);
    const form = { documents, read: 'yes', typedName: 'fred  FRIEND', password: testPassword };
    const tries: [Record<string, string>, number, string][] = [
      [{ password: 'wrong password' }, 422, 'password-error'],
      [{ typedName: 'Ada Applicant' }, 422, 'typedName-error'],
      [{ read: '' }, 422, 'read-error'],
      [{ documents: documents.replace(/[0-9a-f]$/, (last) => (last === '0' ? '1' : '0')) }, 409, 'changed'],
      [{ documents: documents.split(' ')[0] ?? '' }, 409, 'changed'],
    ];
    for (const [wrong, status, text] of tries) {
      const refused = await friend.post(path, { ...form, ...wrong });
      expect([wrong, refused.status]).toEqual([wrong, status]);
      expect(refused.text).toContain(text);
      expect(refused.text).not.toContain(testPassword);
    }
    expect(await people().unsigned(applicationId)).toHaveLength(1);
    const pressed = await Promise.all([friend.post(path, form), friend.post(path, form)]);
    expect(pressed.map(({ status }) => status)).toEqual([303, 303]);
    expect(await people().unsigned(applicationId)).toEqual([]);
    expect((await friend.get(path)).headers.location).toBe(`/loans/joint/${id}`);
    expect(
      (await titlesOf(portal, applicant.partyId)).filter((title) => title === 'Your guarantor has signed'),
    ).toHaveLength(1);
    const { entries } = await portal.platform.audit.list({ page: 1, size: 50, subjectId: applicationId });
    expect(entries.filter(({ action }) => action === 'participant-signed')).toHaveLength(1);
    // Another offer is another signature.
    await move(applicationId, 'offered');
    expect(await people().unsigned(applicationId)).toHaveLength(1);
  });
});

describe('what nobody else learns', () => {
  it('keeps names, addresses and answers out of the database, the logs, the audit and every address', async () => {
    const { applicant, friend, id, applicationId } = await withOne('submitted');
    await friend.post(`/loans/joint/${id}/release`, { text: 'Canary reason to go' });
    await portal.platform.outbox.drain();
    const secrets = ['Canary', 'Fred Friend', 'Ada Applicant', friend.email, '777-66-5555', 'spouse', '987654'];
    expect(await whereStored(portal.database.db, secrets)).toEqual([]);
    const logged = logLines.join('\n');
    for (const secret of secrets) expect([secret, logged.includes(secret)]).toEqual([secret, false]);
    // The applicant sees none of the participant's answers, and the participant none of the applicant's.
    const theirs = (await applicant.get(`/loans/apply/${applicationId}/people`)).text;
    expect(theirs).toContain('Has finished');
    for (const hidden of ['Canary Participant', '777-66-5555', 'Canary Second Employer'])
      expect(theirs).not.toContain(hidden);
    expect((await friend.get(`/loans/apply/${applicationId}`)).status).toBe(404);
    expect((await friend.get(`/loans/apply/${applicationId}/people`)).status).toBe(404);
    expect(await versionOf(people(), { partyId: friend.partyId, participantId: id })).toBeGreaterThan(1);
  });

  it('is read by an index, whatever is asked', async () => {
    const records = portal.database.db.collection('loanParticipants');
    const queries = [
      [{ applicationId: 'a' }, { active: -1, _id: 1 }],
      [{ applicationId: 'a', active: true, state: { $in: ['joined', 'complete'] } }, { _id: 1 }],
      [{ inviteeId: 'a' }, { active: -1, _id: -1 }],
      [{ emailIndex: 'a', inviteeId: null, state: 'invited', openUntil: { $gte: '2026-01-01' } }, { _id: 1 }],
      [{ state: 'invited', openUntil: { $lt: '2026-01-01' } }, { _id: 1 }],
      [{ applicantId: 'a', at: { $gt: new Date() } }, {}],
    ] as const;
    for (const [filter, sort] of queries) {
      const explained = await records.find(filter).sort(sort).explain('queryPlanner');
      const plan = JSON.stringify(explained, (_key, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      expect([filter, plan.includes('COLLSCAN')]).toEqual([filter, false]);
      expect(plan).toContain('IXSCAN');
    }
  });
});
