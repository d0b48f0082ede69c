import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { moneyOf } from '#core/money.ts';
import { databaseText } from '#test/dump.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { sendPapers } from '#test/papers.ts';
import { answer, bank, employment, newDraft, personal, property, terms, unsecured } from './application-builders.ts';

let testBank: TestBank;
const declared = { truthful: true, creditBureau: true };
const applications = () => testBank.services.applications;

beforeAll(async () => {
  testBank = await openTestBank();
});
afterAll(() => testBank.close());

describe('an application', () => {
  it('is started once a product, however often it is asked for at once', async () => {
    const { who, application } = await newDraft(testBank);
    const order = { ...who, branchId: 'head-office', productCode: 'vehicle' };
    const started = await Promise.all(Array.from({ length: 6 }, () => applications().start(order)));
    const ids = new Set(started.map((one) => one.ok && one.value._id));
    expect(ids.size).toBe(1);
    expect(ids.has(application._id)).toBe(false);
    expect(await applications().listOwn(who.partyId)).toHaveLength(2);
    expect((await applications().start({ ...order, productCode: 'yacht' })).ok).toBe(false);
  });

  it('pins the product’s version, is read back as it was answered, and is submitted when complete', async () => {
    const draft = await newDraft(testBank);
    const complete = await answer(testBank, draft, unsecured);
    await sendPapers(testBank, complete);
    expect(await applications().openSection(complete, 'personal')).toEqual(personal);
    expect(await applications().openSection(complete, 'employment')).toEqual(employment);
    expect(await applications().openSection(complete, 'bank')).toEqual(bank);
    expect(await applications().openSection(complete, 'terms')).toEqual(terms);
    expect(await applications().openSection(complete, 'property')).toBeUndefined();

    const order = { ...draft.who, applicationId: complete._id, version: complete.version, declared };
    const sent = await applications().submit(order);
    expect(sent).toMatchObject({ ok: true, value: { state: 'submitted' } });
    expect(await applications().findOwn(draft.partyId, complete._id)).toEqual(sent.ok && sent.value);
    await testBank.platform.outbox.drain();
    const inbox = await testBank.services.notices.list(draft.partyId, { page: 1, size: 10 });
    expect(inbox.notices.map((notice) => notice.title)).toEqual([`We have your application ${complete.reference}`]);
    const { entries } = await testBank.platform.audit.list({ page: 1, size: 10, subjectId: complete._id });
    const acts = entries.map((entry) => entry.action).filter((action) => action !== 'document-uploaded');
    expect(acts).toEqual(['bureau-asked', 'application-submitted', 'application-started']);
  });

  it('is not submitted twice, incomplete, or undeclared', async () => {
    const draft = await newDraft(testBank);
    const first = await answer(testBank, draft, unsecured.slice(0, 2));
    const asked = await testBank.services.applicationDocuments.missing(first);
    const papers = asked.map(({ label }) => label);
    expect(papers).toHaveLength(3);
    const at = (version: number) => ({ ...draft.who, applicationId: draft.application._id, version });
    expect(await applications().submit({ ...at(first.version), declared })).toEqual({
      ok: false,
      refusal: { code: 'incomplete', sections: ['obligations', 'bank', 'terms'], people: [], documents: papers },
    });
    const complete = await answer(testBank, { ...draft, application: first }, unsecured.slice(2));
    await sendPapers(testBank, complete);
    const undeclared = { ...at(complete.version), declared: { ...declared, creditBureau: false } };
    expect(await applications().submit(undeclared)).toEqual({ ok: false, refusal: { code: 'not-declared' } });
    const sent = await Promise.allSettled([
      applications().submit({ ...at(complete.version), declared }),
      applications().submit({ ...at(complete.version), declared }),
    ]);
    expect(sent.filter((one) => one.status === 'fulfilled' && one.value.ok)).toHaveLength(1);
    expect(await applications().submit({ ...at(complete.version), declared })).toEqual({
      ok: false,
      refusal: { code: 'not-open' },
    });
    const late = await applications().saveSection({ ...at(complete.version + 1), section: 'terms', answers: terms });
    expect(late).toEqual({ ok: false, refusal: { code: 'not-open' } });
  });

  it('of a secured loan asks for the property, another one has no place for it', async () => {
    const home = await newDraft(testBank, 'home');
    const saved = await answer(testBank, home, [{ section: 'property', answers: property }]);
    expect(await applications().openSection(saved, 'property')).toEqual(property);
    const vehicle = await newDraft(testBank, 'vehicle');
    const order = { ...vehicle.who, applicationId: vehicle.application._id, version: 1 };
    expect(await applications().saveSection({ ...order, section: 'property', answers: property })).toEqual({
      ok: false,
      refusal: { code: 'not-needed' },
    });
  });

  it('refuses what the product, the age limits and the country of the bank do not allow', async () => {
    const { who, application } = await newDraft(testBank);
    await testBank.platform.bankDay.advanceTo(dateOf('2026-03-17'));
    const order = { ...who, applicationId: application._id, version: 1 };
    const codes = await Promise.all([
      applications().saveSection({ ...order, section: 'terms', answers: { ...terms, amount: moneyOf(99_999n) } }),
      applications().saveSection({ ...order, section: 'terms', answers: { ...terms, instalments: 61 } }),
      applications().saveSection({ ...order, section: 'terms', answers: { ...terms, purpose: 'A yacht' } }),
      applications().saveSection({ ...order, section: 'personal', answers: { ...personal, birthDate: '2020-01-01' } }),
      applications().saveSection({ ...order, section: 'bank', answers: { ...bank, routingNumber: '021000022' } }),
    ]);
    expect(codes.map((one) => (one.ok ? 'saved' : one.refusal.code))).toEqual([
      'amount-out-of-range',
      'instalments-out-of-range',
      'purpose',
      'too-young',
      'bank-details',
    ]);
    expect((await applications().findOwn(who.partyId, application._id))?.version).toBe(1);
  });

  it('that moved since it was shown is a conflict, and nothing of the older form is kept', async () => {
    const { who, application } = await newDraft(testBank);
    const order = { ...who, applicationId: application._id, version: 1, section: 'terms' } as const;
    const tries = await Promise.allSettled([
      applications().saveSection({ ...order, answers: terms }),
      applications().saveSection({ ...order, answers: { ...terms, instalments: 24 } }),
    ]);
    expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    await expect(applications().saveSection({ ...order, answers: terms })).rejects.toMatchObject({ kind: 'conflict' });
    expect((await applications().findOwn(who.partyId, application._id))?.version).toBe(2);
  });

  it('of somebody else is not found, whatever is asked of it', async () => {
    const { application } = await newDraft(testBank);
    const stranger = await newDraft(testBank);
    const order = { ...stranger.who, applicationId: application._id, version: 1 };
    expect(await applications().findOwn(stranger.partyId, application._id)).toBeUndefined();
    const missing = { kind: 'not-found' };
    await expect(applications().withdraw(order)).rejects.toMatchObject(missing);
    await expect(applications().submit({ ...order, declared })).rejects.toMatchObject(missing);
    const saving = applications().saveSection({ ...order, section: 'terms', answers: terms });
    await expect(saving).rejects.toMatchObject(missing);
  });

  it('can be withdrawn as a draft and after it was sent, once', async () => {
    const draft = await newDraft(testBank);
    const complete = await answer(testBank, draft, unsecured);
    await sendPapers(testBank, complete);
    const order = { ...draft.who, applicationId: complete._id, version: complete.version };
    await applications().submit({ ...order, declared });
    const withdrawn = await applications().withdraw({ ...order, version: complete.version + 1 });
    expect(withdrawn).toMatchObject({ ok: true, value: { state: 'withdrawn' } });
    expect(await applications().withdraw({ ...order, version: complete.version + 2 })).toEqual({
      ok: false,
      refusal: { code: 'not-open' },
    });
    const again = await applications().start({ ...draft.who, branchId: 'head-office', productCode: 'personal' });
    expect(again.ok && again.value._id !== complete._id).toBe(true);
  });

  it('leaves none of its personal values readable in the database, and finds one bank account by its index', async () => {
    const homes = [await newDraft(testBank, 'home'), await newDraft(testBank, 'home')] as const;
    const saved = [];
    for (const home of homes) {
      saved.push(
        await answer(testBank, home, [
          { section: 'personal', answers: personal },
          { section: 'employment', answers: employment },
          { section: 'bank', answers: bank },
          { section: 'property', answers: property },
        ]),
      );
    }
    expect(saved[0]?.bankIndex).toBe(saved[1]?.bankIndex);
    expect(saved[0]?.bankIndex).not.toBeNull();
    const typed = [personal, employment, bank, property]
      .flatMap((section): unknown[] => Object.values(section))
      .map(String)
      // Short words such as a country's code stand in other documents too.
      .filter((value) => value.length > 5 && !['employed'].includes(value));
    expect(typed.length).toBeGreaterThan(15);
    for await (const { collection, text } of databaseText(testBank.database.db)) {
      if (collection !== 'applications' && collection !== 'auditEntries' && collection !== 'outbox') continue;
      expect(typed.filter((value) => text.includes(value))).toEqual([]);
    }
  });
});
