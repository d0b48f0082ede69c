import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import {
  answerAll,
  confirm,
  finish,
  homeDraft,
  homeTerms,
  invitation,
  invite,
  saveTerms,
} from './participant-builders.ts';
import { personInputs, titlesOf, versionOf, who } from './participant-builders.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
});
afterAll(() => portal.close());

const people = () => portal.services.participants;
const states = async (id: string) => (await people().of(id)).map(({ state }) => state);
const records = () =>
  portal.database.db.collection<{ _id: string; applicationId: string; inviteeId: string | null }>('loanParticipants');

async function pair() {
  const applicant = await portal.borrower('Ada Applicant');
  const friend = await portal.borrower('Fred Friend');
  const application = await homeDraft(portal, applicant);
  return { applicant, friend, application };
}

describe('inviting to a loan', () => {
  it('makes one invitation of a form that is sent twice, and of two tabs with one address', async () => {
    const { applicant, friend, application } = await pair();
    const order = invitation(applicant, application._id, friend.email);
    const outcomes = await Promise.all([people().invite(order), people().invite(order), people().invite(order)]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true]);
    const again = await Promise.all([1, 2].map(() => people().invite({ ...order, key: newId() })));
    expect(again.map((one) => !one.ok && one.refusal.code)).toEqual(['already-invited', 'already-invited']);
    expect(await states(application._id)).toEqual(['invited']);
    expect(await titlesOf(portal, friend.partyId)).toEqual(['You are asked to be co-applicant of a loan']);
  });

  it('keeps the product’s limits when many tabs invite at once', async () => {
    const { applicant, application } = await pair();
    const orders = Array.from({ length: 6 }, (_, n) =>
      invitation(applicant, application._id, `one-${n}-${newId()}@example.test`),
    );
    const outcomes = await Promise.all(orders.map((order) => people().invite(order)));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(3);
    expect(outcomes.flatMap((one) => (one.ok ? [] : one.refusal.code))).toEqual([
      'role-full',
      'role-full',
      'role-full',
    ]);
    const guarantor = {
      ...invitation(applicant, application._id, 'guarantor@example.test'),
      role: 'guarantor' as const,
    };
    expect((await people().invite(guarantor)).ok).toBe(true);
    expect(await people().invite({ ...guarantor, key: newId(), email: 'other@example.test' })).toMatchObject({
      refusal: { code: 'role-full', most: 1 },
    });
  });

  it('refuses oneself, and a loan that is for one person only', async () => {
    const { applicant, application } = await pair();
    const own = invitation(applicant, application._id, ` ${applicant.email.toUpperCase()}`);
    expect(await people().invite(own)).toEqual({ ok: false, refusal: { code: 'yourself' } });
    const started = await portal.services.applications.start({
      ...who(applicant),
      ...{ branchId: 'head-office', productCode: 'personal' },
    });
    const personal = started.ok ? started.value._id : '';
    expect(await people().invite(invitation(applicant, personal, 'x@example.test'))).toMatchObject({
      refusal: { code: 'role-not-allowed' },
    });
  });

  it('tells nobody but the person, and nobody else’s application is there', async () => {
    const { applicant, friend, application } = await pair();
    const stranger = await portal.borrower();
    const id = await invite(people(), invitation(applicant, application._id, friend.email));
    const foreign = { ...who(stranger), applicationId: application._id };
    await expect(people().invite({ ...invitation(stranger, application._id, 'a@example.test') })).rejects.toMatchObject(
      { kind: 'not-found' },
    );
    await expect(people().remove({ ...foreign, participantId: id })).rejects.toMatchObject({ kind: 'not-found' });
    for (const path of ['', '/personal', '/confirm', '/leave', '/sign', '/papers/agreement.pdf']) {
      expect([path, (await stranger.get(`/loans/joint/${id}${path}`)).status]).toEqual([path, 404]);
    }
    for (const path of ['code', 'answer', 'personal', 'confirm', 'leave', 'take-back', 'release', 'sign']) {
      const answered = await stranger.post(
        `/loans/joint/${id}/${path}`,
        path === 'answer'
          ? { answer: 'accept' }
          : path === 'code'
            ? { code: 'x' }
            : path === 'release'
              ? { text: 'x' }
              : {},
      );
      expect([path, answered.status]).toEqual([path, 404]);
    }
    expect((await stranger.get(`/loans/apply/${application._id}/people`)).status).toBe(404);
    expect((await stranger.get(`/loans/apply/${application._id}/people/${id}/remove`)).status).toBe(404);
    expect(await states(application._id)).toEqual(['invited']);
    // The key of somebody else's form is no key of one's own.
    const other = await homeDraft(portal, stranger);
    await expect(
      people().invite({ ...invitation(stranger, other._id, 'b@example.test'), key: id }),
    ).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('runs out by itself after fourteen days, is told once, and can be sent again', async () => {
    const { applicant, friend, application } = await pair();
    await portal.setDay('2026-03-02');
    const id = await invite(people(), invitation(applicant, application._id, friend.email));
    await portal.setDay('2026-03-16');
    expect(await states(application._id)).toEqual(['invited']);
    const [step] = people().daySteps();
    const run = async (date: string) =>
      step?.run({
        date: Temporal.PlainDate.from(date),
        cursor: undefined,
        signal: new AbortController().signal,
        check: () => undefined,
        progress: () => Promise.resolve(),
        explain: String,
      });
    await run('2026-03-15');
    expect(await states(application._id)).toEqual(['invited']);
    await portal.setDay('2026-03-17');
    // Over when it is read, before the close of day has said so.
    expect(await states(application._id)).toEqual(['expired']);
    expect(await people().accept({ ...who(friend), participantId: id })).toEqual({ ok: false, refusal: 'not-open' });
    await run('2026-03-16');
    await run('2026-03-16');
    expect(await states(application._id)).toEqual(['expired']);
    expect(
      (await titlesOf(portal, applicant.partyId)).filter((title) => title === 'An invitation has run out'),
    ).toHaveLength(1);
    await invite(people(), invitation(applicant, application._id, friend.email));
    expect(await states(application._id)).toEqual(['invited', 'expired']);
  });
});

describe('whoever registers the address after the invitation', () => {
  const register = async (email: string) => {
    const order = { fullName: 'Late Comer', email, phone: '+12025550143', password: testPassword };
    const registered = await portal.services.customers.register(order);
    const partyId = registered.ok ? (registered.value.partyId ?? '') : '';
    const visitor = portal.visitor();
    await visitor.post('/login', { email, password: testPassword });
    return { ...visitor, email, partyId, userId: partyId };
  };

  it('finds it at home, and sees who and what only by the code', async () => {
    const { applicant, application } = await pair();
    const email = `late-${newId()}@example.test`;
    const id = await invite(people(), invitation(applicant, application._id, email));
    const late = await register(email);
    const list = (await late.get('/loans/joint')).text;
    expect(list).toContain('Somebody asks you to be co-applicant');
    expect(await titlesOf(portal, late.partyId)).toEqual(['You are asked to be co-applicant of a loan']);
    const page = (await late.get(`/loans/joint/${id}`)).text;
    for (const hidden of ['Ada Applicant', '200,000', application.reference]) expect(page + list).not.toContain(hidden);
    expect((await late.post(`/loans/joint/${id}/answer`, { answer: 'accept' })).status).toBe(303);
    expect(await states(application._id)).toEqual(['invited']);
    const { people: own } = await people().own({ partyId: applicant.partyId, applicationId: application._id });
    const code = own[0]?.code ?? '';
    expect((await late.post(`/loans/joint/${id}/code`, { code: '0000-0000' })).status).toBe(422);
    expect((await late.post(`/loans/joint/${id}/code`, { code: code.toLowerCase().replace('-', ' ') })).status).toBe(
      303,
    );
    const shown = (await late.get(`/loans/joint/${id}`)).text;
    for (const text of ['Ada Applicant', '200,000.00', 'You owe the whole loan']) expect(shown).toContain(text);
    await late.post(`/loans/joint/${id}/answer`, { answer: 'accept' });
    expect(await states(application._id)).toEqual(['joined']);
  });

  it('cannot try codes for ever, not even all at once', async () => {
    const { applicant, application } = await pair();
    const email = `guess-${newId()}@example.test`;
    const id = await invite(people(), invitation(applicant, application._id, email));
    const late = await register(email);
    const order = { ...who(late), participantId: id };
    await people().listJoint(late.partyId);
    const tries = await Promise.all(Array.from({ length: 9 }, () => people().prove({ ...order, code: 'WRONG-ONE' })));
    expect(tries.filter((one) => !one.ok && one.refusal === 'wrong')).toHaveLength(5);
    const { people: own } = await people().own({ partyId: applicant.partyId, applicationId: application._id });
    expect(await people().prove({ ...order, code: own[0]?.code ?? '' })).toEqual({ ok: false, refusal: 'too-many' });
  });

  it('sees no difference between a customer’s address, a stranger’s and a staff user’s in the applicant’s page', async () => {
    const { applicant, friend } = await pair();
    const staff = await portal.staff('officer');
    const pages: string[] = [];
    for (const email of [friend.email, 'nobody@example.test', staff.email]) {
      const owner = await portal.borrower('Same Owner');
      const { _id } = await homeDraft(portal, owner);
      const form = { key: newId(), role: 'guarantor', fullName: 'Some Body', email, relationship: 'friend' };
      const sent = await owner.post(`/loans/apply/${_id}/people`, form);
      expect(sent.status).toBe(303);
      const page = (await owner.get(String(sent.headers.location))).text;
      expect(page).toContain(email);
      pages.push(
        page
          .replaceAll(email, 'EMAIL')
          .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
          .replaceAll(/[0-9A-Z]{4}-[0-9A-Z]{4}/g, 'REFERENCE')
          .replaceAll(/value="[^"]{40,}"|nonce="[^"]+"/g, 'TOKEN'),
      );
    }
    expect(new Set(pages).size).toBe(1);
    expect(applicant.partyId).not.toBe('');
  });
});

describe('joining, answering and agreeing', () => {
  it('is one record however often it is pressed, and never the applicant’s nor twice the same person’s', async () => {
    const { applicant, friend, application } = await pair();
    const id = await invite(people(), invitation(applicant, application._id, friend.email));
    const order = { ...who(friend), participantId: id };
    const joined = await Promise.all([people().accept(order), people().accept(order), people().accept(order)]);
    expect(joined.every(({ ok }) => ok)).toBe(true);
    expect(await people().parties(application._id)).toEqual([applicant.partyId, friend.partyId]);
    expect((await titlesOf(portal, applicant.partyId)).filter((title) => title.includes('has joined'))).toHaveLength(1);
    // A second invitation that came to the same customer some other way is refused by the index.
    const twice = await invite(people(), invitation(applicant, application._id, `alias-${newId()}@example.test`));
    await records().updateOne({ _id: twice }, { $set: { inviteeId: friend.partyId, proved: true } });
    expect(await people().accept({ ...order, participantId: twice })).toEqual({ ok: false, refusal: 'twice' });
    await records().updateOne({ _id: twice }, { $set: { inviteeId: applicant.partyId } });
    expect(await people().accept({ ...who(applicant), participantId: twice })).toEqual({
      ok: false,
      refusal: 'own-application',
    });
    expect(await people().mayUpload({ applicationId: application._id, partyId: friend.partyId })).toBe(true);
    expect(await people().mayUpload({ applicationId: application._id, partyId: applicant.partyId })).toBe(false);
  });

  it('needs every section, the declarations and the terms that were shown', async () => {
    const { applicant, friend, application } = await pair();
    const id = await invite(people(), invitation(applicant, application._id, friend.email));
    const order = { ...who(friend), participantId: id };
    await people().accept(order);
    expect(await confirm(people(), friend, id)).toMatchObject({ refusal: { code: 'incomplete' } });
    const [personal] = personInputs;
    if (!personal) throw new Error('No section');
    const young = { section: 'personal' as const, answers: { ...personal.answers, birthDate: '2020-01-01' } };
    const version = await versionOf(people(), order);
    expect(await people().save({ ...order, version, input: young as never })).toMatchObject({
      refusal: { code: 'too-young' },
    });
    await answerAll(people(), friend, id);
    await expect(people().save({ ...order, version, input: personal })).rejects.toMatchObject({ kind: 'conflict' });
    const stale = { ...order, version: await versionOf(people(), order), terms: 'another', marketing: 'no' as const };
    expect(await people().complete(stale)).toMatchObject({ refusal: { code: 'terms-changed' } });
    expect(await people().missing(application)).toMatchObject([{ code: 'not-finished', participantId: id }]);
    expect((await confirm(people(), friend, id)).ok).toBe(true);
    expect(await people().missing(application)).toEqual([]);
    // Changing an answer takes the declaration back.
    await people().save({ ...order, version: await versionOf(people(), order), input: personal });
    expect(await people().missing(application)).toMatchObject([{ code: 'not-finished' }]);
  });

  it('is void when the loan changes, says so, and counts again when it is confirmed anew', async () => {
    const { applicant, friend, application } = await pair();
    const id = await invite(people(), invitation(applicant, application._id, friend.email));
    await finish(people(), friend, id);
    await saveTerms(portal, applicant, { application, answers: homeTerms });
    expect(await states(application._id)).toEqual(['complete']);
    const found = await portal.services.applications.findOwn(applicant.partyId, application._id);
    if (!found) throw new Error('No application');
    const changed = await saveTerms(portal, applicant, {
      application: found,
      answers: { ...homeTerms, amount: moneyOf(21_000_000n) },
    });
    expect(await people().of(application._id)).toMatchObject([{ state: 'joined', confirmAgain: true }]);
    expect(await people().missing(changed)).toMatchObject([{ code: 'confirm-again', participantId: id }]);
    expect(await titlesOf(portal, friend.partyId)).toContain('The loan has changed: please look again');
    expect(await titlesOf(portal, applicant.partyId)).toContain('Your co-applicant must agree again');
    expect((await friend.get(`/loans/joint/${id}/confirm`)).text).toContain('210,000.00');
    expect((await confirm(people(), friend, id)).ok).toBe(true);
    expect(await people().missing(changed)).toEqual([]);
  });

  it('can be taken back until the application is sent, never between the look and the sending', async () => {
    const { applicant, friend, application } = await pair();
    const id = await invite(people(), invitation(applicant, application._id, friend.email));
    await finish(people(), friend, id);
    const guards = await people().submissionGuards(application._id);
    expect(guards).toHaveLength(1);
    await people().takeConsentBack({ ...who(friend), participantId: id });
    const { commitTogether } = await import('#platform/companion.ts');
    await expect(commitTogether(portal.database, guards)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await people().missing(application)).toMatchObject([{ code: 'not-finished' }]);
    await people().leave({ ...who(friend), participantId: id });
    expect(await states(application._id)).toEqual(['declined']);
    const record = await records().findOne({ _id: id });
    expect(record).toMatchObject({ sections: {}, consents: [], active: false });
  });
});
