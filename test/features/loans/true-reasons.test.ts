import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { sendPapers } from '#test/papers.ts';
import { answer, newDraft, obligations, unsecured } from './application-builders.ts';
import { finish, invitation, invite } from './participant-builders.ts';
import { signIn } from './score-builders.ts';
import { stored } from './underwriting-builders.ts';

let portal: TestPortal;
let officer: Awaited<ReturnType<TestPortal['staff']>>;
beforeAll(async () => {
  portal = await openPortal();
  // Before anybody reads the products, which are kept once they are read.
  const versions = portal.database.db.collection('productVersions');
  const participants = { mostCoApplicants: 1, guarantor: 'allowed' };
  await versions.updateMany({ code: 'personal' }, { $set: { participants } });
  officer = await portal.staff('officer');
});
afterAll(() => portal.close());

const pageOf = (id: string) => `/officer/applications/${id}`;
const reasonPicked = (html: string) =>
  [...html.matchAll(/<option value="([a-z-]+)" selected>/g)].map(([, code]) => code);
const cardOf = (html: string) => /<section[^>]*aria-labelledby="score"[\s\S]*?<\/section>/.exec(html)?.[0] ?? '';

async function answered(own: Partial<Record<string, object>>) {
  const draft = await newDraft(portal);
  const sections = unsecured.map(({ section, answers }) => ({ section, answers: { ...answers, ...own[section] } }));
  const { _id } = await answer(portal, draft, sections as unknown as typeof unsecured);
  return { ...draft, id: _id };
}

async function send({ id, ...draft }: Awaited<ReturnType<typeof answered>>) {
  await sendPapers(portal, await stored(portal, id));
  const { version } = await stored(portal, id);
  const order = { ...draft.who, applicationId: id, version, declared: { truthful: true, creditBureau: true } };
  const done = await portal.services.applications.submit(order);
  if (!done.ok) throw new Error(done.refusal.code);
  return { ...draft, id };
}

const tooMuch = {
  employment: { monthlyIncome: moneyOf(220_000n) },
  terms: { amount: moneyOf(2_000_000n), instalments: 24 },
};

describe('What nobody knows', () => {
  it('is shown as not known, and is no reason against anybody', async () => {
    const { id } = await send(await answered({ personal: { taxId: '918-27-0000' } }));
    const { text } = await officer.get(pageOf(id));
    const card = cardOf(text);
    const names = 'Bureau score, Probability of approval, Credit history, Unpaid defaults, Bankruptcies';
    expect(card).toContain(`Not known: ${names}.`);
    expect(card).not.toContain('A bankruptcy in the credit report');
    expect(card).not.toContain('Bureau score is too low');
    expect(reasonPicked(text)).toEqual([]);
  });
});

describe('Somebody retired', () => {
  it('is not scored, and not told of a job', async () => {
    const retired = { status: 'retired', employer: '', employerAddress: '', jobTitle: '', contract: null, years: null };
    const employment = { ...tooMuch.employment, ...retired };
    const file = await signIn(portal, await send(await answered({ ...tooMuch, employment })));
    const { text } = await officer.get(pageOf(file.id));
    const card = cardOf(text);
    expect(card).toContain('The model does not score this file. Nothing is wrong with it');
    expect(card).toContain('The policy, rule by rule');
    expect(text).not.toMatch(/Unemployed|in your job/);
    expect(reasonPicked(text)).toContain('debt-too-high');
    expect(reasonPicked(text)).not.toContain('employment-too-short');
    await portal.platform.outbox.drain();
    const own = await file.get(`/loans/apply/${file.id}`);
    expect(own.status).toBe(200);
    expect(own.text).not.toContain('h-score');
  });
});

describe('Debts of two', () => {
  it('are told to neither as theirs', async () => {
    const rows = [
      { kind: 'loan' as const, payee: 'Elsewhere', monthly: moneyOf(1_500_000n), balance: moneyOf(90_000_000n) },
    ];
    const draft = await answered({ ...tooMuch, obligations: { ...obligations, rows } });
    const friend = await portal.borrower('Fred Friend');
    const { participants } = portal.services;
    const order = { ...invitation(draft, draft.id, friend.email), ...draft.who };
    await finish(participants, friend, await invite(participants, order));
    const file = await signIn(portal, await send(draft));
    await portal.platform.outbox.drain();
    const own = await file.get(`/loans/apply/${file.id}`);
    expect(own.text).toContain('h-score');
    expect(own.text).toContain('The debts of you and who applies with you together are high');
    expect(own.text).not.toContain('Your debts are high');
    const { version } = await stored(portal, file.id);
    await officer.get(pageOf(file.id));
    const declined = await officer.post(`${pageOf(file.id)}/reject`, {
      ...{ version: String(version), rejectionKey: newId(), reason: 'debt-too-high', rejectionNote: '' },
      ...{ reason2: '', reason3: '', reason4: '' },
    });
    expect(declined.status).toBe(303);
    const letter = await file.get(`/loans/apply/${file.id}/decision`);
    expect(letter.text).toContain('Added to what you and who applies with you together already pay each month');
    expect(letter.text).toContain('the debts of you and who applies with you together are high');
    expect(letter.text).not.toMatch(/what you already pay|[Yy]our debts are high/);
    const decided = await officer.get(pageOf(file.id));
    expect(decided.text).toContain('The borrower was told: Added to what you and who applies with you together');
  });
});
