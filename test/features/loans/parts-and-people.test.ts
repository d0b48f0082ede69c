import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import type { Application } from '#features/loans/index.ts';
import { whereStored } from '#test/dump.ts';
import { sendPapers } from '#test/papers.ts';
import { pdfText } from '#test/pdf-text.ts';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import { verifyIdentity } from '#test/verified.ts';
import { answer, newDraft, unsecured } from './application-builders.ts';
import { finish, homeDraft, invitation, invite } from './participant-builders.ts';
import { approvedTerms, maker, officer, payOut, sign, stored } from './underwriting-builders.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-17');
  // Before anybody reads the products, which are kept once they are read.
  const versions = portal.database.db.collection('productVersions');
  await versions.updateMany(
    { code: 'personal' },
    { $set: { mostTranches: 3, participants: { mostCoApplicants: 1, guarantor: 'allowed' } } },
  );
  await versions.updateMany({ code: 'home' }, { $set: { 'participants.guarantor': 'required' } });
});
afterAll(() => portal.close());

/** A loan of two with its first part paid out, and both of them signed in. */
async function partlyPaid() {
  const draft = await newDraft(portal);
  const answered = await answer(portal, draft, unsecured);
  const friend = await portal.borrower('Fred Friend');
  const { participants, applications, underwriting, payouts } = portal.services;
  const invited = invitation(draft, answered._id, friend.email);
  const id = await invite(participants, { ...invited, ...draft.who });
  await finish(participants, friend, id);
  await sendPapers(portal, await stored(portal, answered._id));
  const { version } = await stored(portal, answered._id);
  const declared = { truthful: true, creditBureau: true };
  const sent = await applications.submit({ ...draft.who, applicationId: answered._id, version, declared });
  if (!sent.ok) throw new Error(`Not sent: ${sent.refusal.code}`);
  const order = { applicationId: answered._id, version: sent.value.version };
  const approved = await underwriting.approve({ actor: officer, ...order, ...approvedTerms });
  if (!approved.ok) throw new Error(`Not approved: ${approved.refusal.code}`);
  const parts = [
    { amount: moneyOf(900_000n), stage: '' },
    { amount: moneyOf(600_000n), stage: 'The roof is on' },
  ];
  const planned = await payouts.plan({ actor: maker, ...order, version: approved.value.version, parts });
  if (!planned.ok) throw new Error(planned.refusal.text);
  const file = { ...draft, application: planned.value };
  const { loanId } = await sign(portal, file);
  return { ...file, friend, id, loanId };
}

type File = Awaited<ReturnType<typeof partlyPaid>>;

async function signToo({ friend, id }: File) {
  const path = `/loans/joint/${id}/sign`;
  const documents = /name="documents" value="([^"]+)"/.exec((await friend.get(path)).text)?.[1] ?? '';
  const form = { documents, read: 'yes', typedName: 'Fred Friend', password: testPassword };
  const signed = await friend.post(path, form);
  expect([signed.status, signed.headers.location]).toEqual([303, `/loans/joint/${id}`]);
}

const occurrences = (text: string, part: string) => text.split(part).length - 1;

describe('A loan of two that is paid out in parts', () => {
  it('is told truly to both before, between and after the signatures and the money', async () => {
    const file = await partlyPaid();
    const { friend, id, loanId } = file;
    const page = async () => (await friend.get(`/loans/joint/${id}`)).text;
    expect(await page()).toContain('You must sign the offer too');
    await signToo(file);
    const signed = await page();
    expect(occurrences(signed, 'You have signed')).toBe(1);
    expect(signed).not.toContain('How the loan stands');
    await verifyIdentity(portal, friend.partyId);
    expect(await payOut(portal, file)).toMatchObject({ ok: true });

    const running = await page();
    for (const text of ['How the loan stands', 'A part of the loan is paid out', '9,000.00', 'Next instalment'])
      expect(running).toContain(text);
    expect(running).not.toContain('You must sign the offer too');
    expect(running).not.toContain('Canary');

    const borrower = portal.visitor();
    await borrower.post('/login', { email: file.email, password: testPassword });
    const own = (await borrower.get(`/loans/${loanId}`)).text;
    for (const text of [
      '9,000.00 USD paid out so far',
      '6,000.00 USD of this loan is still to be paid out',
      'The roof is on',
    ])
      expect(own).toContain(text);
    expect((await borrower.get(`/loans/${loanId}?tab=documents`)).text).toContain('Agreed, and still to be paid out');

    expect(await payOut(portal, file)).toMatchObject({ ok: true });
    const whole = (await borrower.get(`/loans/${loanId}`)).text;
    expect(whole).toContain('of 15,000.00 USD');
    expect(whole).not.toContain('still to be paid out');
    expect(await page()).toContain('The loan is paid out');
  });

  it('names both in the agreement and in the letter', async () => {
    const { friend, id } = await partlyPaid();
    const words = async (kind: string) => {
      const { body } = (await friend.download(`/loans/joint/${id}/papers/${kind}.pdf`)) as { body: Buffer };
      return pdfText(body).lines.join(' ').replaceAll(/\s+/g, ' ');
    };
    const agreement = await words('agreement');
    expect(agreement).toContain('with Fred Friend as co-applicant');
    expect(agreement).toContain('Each of them owes the whole loan');
    expect(await words('sanction-letter')).toContain('To Test Borrower and Fred Friend');
  });
});

describe('The officer’s pages of such a file', () => {
  it('say the declared birth date, sealed, and lead back to the queue', async () => {
    const { application, partyId } = await partlyPaid();
    await portal.platform.outbox.drain();
    const colleague = await portal.staff('officer');
    const kyc = await colleague.get(`/staff/customers/${partyId}/kyc`);
    expect(kyc.text).toContain('Born 23 April 1990, as the application says');
    expect(await whereStored(portal.database.db, ['1990-04-23'])).toEqual([]);
    const payout = await colleague.get(`/officer/applications/${application._id}/payout`);
    expect(payout.text).toContain('href="/officer">Queue');
    expect(payout.text).toContain('(co-applicant)');
    const finance = await portal.staff('finance');
    expect((await finance.get(`/officer/applications/${application._id}/payout`)).text).not.toContain('>Queue<');
  });
});

describe('A guarantor whom the loan needs', () => {
  it('may be let go, and then nothing is approved before there is another', async () => {
    const applicant = await portal.borrower('Ada Applicant');
    const friend = await portal.borrower('Gus Guarantor');
    const { _id } = await homeDraft(portal, applicant);
    const { participants } = portal.services;
    const id = await invite(participants, { ...invitation(applicant, _id, friend.email), role: 'guarantor' });
    await finish(participants, friend, id);
    await portal.database.db
      .collection<Application>('applications')
      .updateOne({ _id }, { $set: { state: 'submitted', submittedAt: new Date() } as never });
    const colleague = await portal.staff('officer');
    const path = `/officer/applications/${_id}`;
    const warning = 'The guarantor is missing';
    expect((await colleague.get(path)).text).not.toContain(warning);
    await colleague.post(`${path}/participants/${id}/release`);
    const told = (await colleague.get(path)).text;
    expect(told).toContain(warning);
    expect(told).toContain('Until then it cannot be approved');
    const { version } = await stored(portal, _id);
    const order = { actor: officer, applicationId: _id, version, ...approvedTerms, amount: moneyOf(20_000_000n) };
    expect(await portal.services.underwriting.approve({ ...order, instalments: 240 })).toMatchObject({
      refusal: { code: 'guarantor-missing' },
    });
    const proposed = { outcome: 'approve', ...approvedTerms, amount: moneyOf(20_000_000n), instalments: 240 } as const;
    const proposal = { ...order, actor: maker, key: newId(), note: 'Good', proposed };
    expect(await portal.services.underwriting.propose(proposal)).toMatchObject({
      refusal: { code: 'guarantor-missing' },
    });
    expect((await stored(portal, _id)).state).toBe('submitted');
  });
});
